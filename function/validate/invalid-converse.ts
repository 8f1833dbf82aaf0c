import { ApiError } from '../errors.ts';
import { expectedType, typeName, fieldOf, shortName, pointer, valueAt, type Violation } from './violation.ts';

type Words = (violation: Violation, found: unknown) => string;

/** The constraints in the words of AWS's own services, which quote the value too: here it may be somebody's prompt. */
const wordings: Readonly<Record<string, Words>> = {
  type: ({ params }, found) => `Member must be ${expectedType(params['type'])}, not ${typeName(found)}`,
  required: () => 'Member must not be null',
  union: ({ params }) => `Member must have exactly one of the members [${String(params['members'])}]`,
  enum: ({ params }) => `Member must satisfy enum value set: [${[params['allowedValues']].flat().join(', ')}]`,
  // The generator writes `^(?:…)$` around the model's own pattern.
  pattern: ({ params }) =>
    `Member must satisfy regular expression pattern: ${String(params['pattern']).replace(/^\^\(\?:(.*)\)\$$/, '$1')}`,
  minLength: limit('length greater'),
  maxLength: limit('length less'),
  minItems: limit('length greater'),
  maxItems: limit('length less'),
  minProperties: limit('length greater'),
  maxProperties: limit('length less'),
  minimum: limit('value greater'),
  maximum: limit('value less'),
};

/** The 400 for the first violation in a Converse request; `param` is the place in the service's spelling. */
export function invalidConverse(violations: readonly Violation[], body: unknown): ApiError {
  const [first] = violations;
  const outer = violations.at(-1);
  if (first === undefined || outer === undefined)
    return new ApiError('The request body is not valid.', { status: 400 });
  if (outer.instancePath === '' && outer.keyword === 'type')
    return new ApiError(`Malformed input request: expected an object, but got ${typeName(body)} instead.`, {
      status: 400,
    });
  const param = place(outer, body);
  return new ApiError(
    `1 validation error detected: Value at '${param}' failed to satisfy constraint: ${constraint(first, outer, body)}`,
    { status: 400, code: 'invalid_value', param },
  );
}

function constraint(first: Violation, outer: Violation, body: unknown): string {
  const words = wordings[first.keyword]?.(first, valueAt(first.instancePath, body)) ?? 'Member must be valid';
  return outer.keyword === 'propertyNames' ? `Map keys must satisfy constraint: [${words}]` : words;
}

function limit(what: string): Words {
  return ({ params }) => `Member must have ${what} than or equal to ${String(params['limit'])}`;
}

/** The path in the service's spelling, which counts the items of lists from one: `/messages/0/role` is `messages.1.member.role`. */
function place({ instancePath, params }: Violation, body: unknown): string {
  let at = body;
  const steps = pointer(instancePath).map((step) => {
    const text = Array.isArray(at) ? `${Number(step) + 1}.member` : shortName(step);
    at = fieldOf(at, step);
    return text;
  });
  const missing = params['missingProperty'];
  return [...steps, ...(typeof missing === 'string' ? [missing] : [])].join('.');
}
