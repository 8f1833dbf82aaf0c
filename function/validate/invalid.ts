import { ApiError } from '../errors.ts';
import { articles, expectedType, typeName, fieldOf, shortName, pointer, valueAt, type Violation } from './violation.ts';

/** What a caller is told of a violation; `found` is the value at fault, of which at most its type is ever quoted. */
interface Wording {
  readonly code: (param: string) => string;
  readonly text: (param: string, violation: Violation, found: unknown) => string;
}

/** OpenAI's codes and sentences for each rule of JSON Schema that the request schemas use. */
const wordings: Readonly<Record<string, Wording>> = {
  type: {
    code: () => 'invalid_type',
    text: (param, { params }, found) =>
      `Invalid type for '${param}': expected ${expectedType(params['type'])}, but got ${typeName(found)} instead.`,
  },
  required: {
    code: () => 'missing_required_parameter',
    text: (param) => `Missing required parameter: '${param}'.`,
  },
  additionalProperties: { code: () => 'unknown_parameter', text: (param) => `Unknown parameter: '${param}'.` },
  enum: {
    code: () => 'invalid_value',
    text: (param, { params }) =>
      `Invalid value for '${param}'. Supported values are: ${quotedValues(params['allowedValues'])}.`,
  },
  const: {
    code: () => 'invalid_value',
    text: (param, { params }) =>
      `Invalid value for '${param}'. Supported values are: ${quotedValues([params['allowedValue']])}.`,
  },
  minItems: length('array', 'short'),
  maxItems: length('array', 'long'),
  minLength: length('string', 'short'),
  maxLength: length('string', 'long'),
  minProperties: length('object', 'short'),
  maxProperties: length('object', 'long'),
  minimum: size('below', 'minimum', '>='),
  maximum: size('above', 'maximum', '<='),
};

const other: Wording = { code: () => 'invalid_value', text: (param) => `Invalid value for '${param}'.` };

/** The 400 for the first violation that a validator found in `body`. */
export function invalidRequest(violation: Violation | undefined, body: unknown): ApiError {
  if (!violation) return new ApiError('The request body is not valid.', { status: 400 });
  const param = path(violation, body);
  const { code, text } = wordings[violation.keyword] ?? other;
  const found = valueAt(violation.instancePath, body);
  if (param === '')
    return new ApiError(`Invalid request body: expected an object, but got ${typeName(found)} instead.`, {
      status: 400,
      code: code(param),
    });
  return new ApiError(text(param, violation, found), { status: 400, code: code(param), param });
}

function length(what: 'array' | 'string' | 'object', fault: 'short' | 'long'): Wording {
  const [side, limit] = fault === 'short' ? (['below_min', 'minimum'] as const) : (['above_max', 'maximum'] as const);
  return {
    code: () => `${what}_${side}_length`,
    text: (param, { params }) =>
      `Invalid '${param}': ${what} too ${fault}. Expected ${articles[what]} with ${limit} length ${String(params['limit'])}.`,
  };
}

function size(side: 'below' | 'above', limit: 'minimum' | 'maximum', sign: string): Wording {
  return {
    code: (param) => `${numberKind(param)}_${side}_${limit.slice(0, 3)}_value`,
    text: (param, { params }) =>
      `Invalid '${param}': ${numberKind(param)} ${side} ${limit} value. Expected a value ${sign} ${String(params['limit'])}.`,
  };
}

/** Fields that take a fraction; all others that have a limit are integers. */
const decimalFields: ReadonlySet<string> = new Set(['temperature', 'top_p', 'frequency_penalty', 'presence_penalty']);

function numberKind(param: string): 'decimal' | 'integer' {
  return decimalFields.has(param) ? 'decimal' : 'integer';
}

/** `/messages/2/content/0/image_url` and a missing `url` become `messages[2].content[0].image_url.url`. */
function path({ instancePath, params }: Violation, body: unknown): string {
  const extra = params['missingProperty'] ?? params['additionalProperty'];
  const steps = [...pointer(instancePath), ...(typeof extra === 'string' ? [extra] : [])];
  let at: unknown = body;
  let text = '';
  for (const step of steps) {
    text += Array.isArray(at) ? `[${step}]` : `${text && '.'}${shortName(step)}`;
    at = fieldOf(at, step);
  }
  return text;
}

function quotedValues(values: unknown): string {
  const allowed = Array.isArray(values) ? values.filter((value) => value !== null) : [];
  return allowed.map((value) => `'${String(value)}'`).join(', ');
}
