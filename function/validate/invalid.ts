import { ApiError } from '../errors.ts';

/** What ajv says of one failed rule; as much of its ErrorObject as is read here. */
export interface Violation {
  readonly keyword: string;
  /** A JSON pointer, such as `/messages/2/content`. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a caller is told of a violation; `found` is the value at fault, of which at most its type is ever quoted. */
interface Wording {
  readonly code: string;
  readonly text: (param: string, violation: Violation, found: unknown) => string;
}

/** OpenAI's codes and sentences for each rule of JSON Schema that the request schemas use. */
const wordings: Readonly<Record<string, Wording>> = {
  type: {
    code: 'invalid_type',
    text: (param, { params }, found) =>
      `Invalid type for '${param}': expected ${expected(params['type'])}, but got ${kind(found)} instead.`,
  },
  required: {
    code: 'missing_required_parameter',
    text: (param) => `Missing required parameter: '${param}'.`,
  },
  additionalProperties: { code: 'unknown_parameter', text: (param) => `Unknown parameter: '${param}'.` },
  enum: {
    code: 'invalid_value',
    text: (param, { params }) =>
      `Invalid value for '${param}'. Supported values are: ${quoted(params['allowedValues'])}.`,
  },
  const: {
    code: 'invalid_value',
    text: (param, { params }) =>
      `Invalid value for '${param}'. Supported values are: ${quoted([params['allowedValue']])}.`,
  },
  minItems: bound('array_below_min_length', 'expected an array of at least', 'items'),
  maxItems: bound('array_above_max_length', 'expected an array of at most', 'items'),
  minLength: bound('string_below_min_length', 'expected a string of at least', 'characters'),
  maxLength: bound('string_above_max_length', 'expected a string of at most', 'characters'),
  minProperties: bound('object_below_min_properties', 'expected an object of at least', 'members'),
  maxProperties: bound('object_above_max_properties', 'expected an object of at most', 'members'),
  minimum: bound('number_below_min_value', 'expected a value of at least'),
  maximum: bound('number_above_max_value', 'expected a value of at most'),
};

const other: Wording = { code: 'invalid_value', text: (param) => `Invalid value for '${param}'.` };

/** The 400 for the first violation that a validator found in `body`. */
export function invalid(violation: Violation | undefined, body: unknown): ApiError {
  if (!violation) return new ApiError('The request body is not valid.', { status: 400 });
  const param = path(violation, body);
  const { code, text } = wordings[violation.keyword] ?? other;
  const found = valueAt(violation.instancePath, body);
  if (param === '')
    return new ApiError(`Invalid request body: expected an object, but got ${kind(found)} instead.`, {
      status: 400,
      code,
    });
  return new ApiError(text(param, violation, found), { status: 400, code, param });
}

function bound(code: string, sentence: string, unit = ''): Wording {
  return {
    code,
    text: (param, { params }) => `Invalid '${param}': ${sentence} ${String(params['limit'])} ${unit}`.trimEnd() + '.',
  };
}

/** `/messages/2/content/0/image_url` and a missing `url` become `messages[2].content[0].image_url.url`. */
function path({ instancePath, params }: Violation, body: unknown): string {
  const extra = params['missingProperty'] ?? params['additionalProperty'];
  const steps = [...pointer(instancePath), ...(typeof extra === 'string' ? [extra] : [])];
  let at: unknown = body;
  let text = '';
  for (const step of steps) {
    text += Array.isArray(at) ? `[${step}]` : `${text && '.'}${name(step)}`;
    at = member(at, step);
  }
  return text;
}

/** A member's name is the caller's own text: long ones are cut, so that no prompt comes back in an error. */
function name(step: string): string {
  return step.length > 64 ? `${step.slice(0, 64)}…` : step;
}

function pointer(instancePath: string): string[] {
  const steps = instancePath.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(instancePath: string, body: unknown): unknown {
  return pointer(instancePath).reduce(member, body);
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}

const articles: Readonly<Record<string, string>> = {
  array: 'an array',
  object: 'an object',
  integer: 'an integer',
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
};

function expected(types: unknown): string {
  const names = Array.isArray(types) ? types : [types];
  const wanted = names.filter((type) => type !== 'null').map((type) => articles[String(type)] ?? String(type));
  return wanted.join(' or ');
}

function kind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number';
  return articles[typeof value] ?? typeof value;
}

function quoted(values: unknown): string {
  const allowed = Array.isArray(values) ? values.filter((value) => value !== null) : [];
  return allowed.map((value) => `'${String(value)}'`).join(', ');
}
