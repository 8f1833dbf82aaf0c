import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import applyGuardrail from '../../../schemas/bedrock/apply-guardrail-request.json' with { type: 'json' };
import converse from '../../../schemas/bedrock/converse-request.json' with { type: 'json' };
import converseStream from '../../../schemas/bedrock/converse-stream-request.json' with { type: 'json' };
import countTokens from '../../../schemas/bedrock/count-tokens-request.json' with { type: 'json' };
import guardrailChecks from '../../../schemas/bedrock/invoke-guardrail-checks-request.json' with { type: 'json' };
import operations from '../../../schemas/bedrock/operations.json' with { type: 'json' };
import startAsyncInvoke from '../../../schemas/bedrock/start-async-invoke-request.json' with { type: 'json' };
import { asObject } from '../../json.ts';
import { quickToCompile } from '../common/ajv.ts';
import { lazy } from '../common/lazy.ts';
import { invalid } from './bedrock-error.ts';
import { isBase64 } from './media.ts';
import type { ApplyGuardrail, ConverseRequest, CountTokens, GuardrailChecks, StartAsyncInvoke } from './wire.ts';

/** Name of an operation of Bedrock, such as `Converse`. */
export type Operation = keyof typeof operations;

// Java's int, which the service reads every integer of these operations into.
const maxInteger = 2_147_483_647;
// How much of a refused value a message repeats.
const maxQuotedLength = 128;

// The patterns are Java's: some of their character classes are not legal in JavaScript's Unicode mode.
const ajv = new Ajv2020({
  ...quickToCompile,
  allErrors: true,
  strict: false,
  verbose: true,
  unicodeRegExp: false,
  coerceTypes: false,
});
ajv.removeKeyword('contentEncoding');
ajv.addKeyword({ keyword: 'contentEncoding', type: 'string', validate: (_: unknown, text: string) => isBase64(text) });

/** Compiles a schema when it is first needed: a start of the local stack does not wait for it. */
function compiled<Body>(schema: object): () => ValidateFunction<Body> {
  return lazy(() => ajv.compile<Body>(tightened(schema)));
}

const requests = {
  Converse: compiled<ConverseRequest>(converse),
  ConverseStream: compiled<ConverseRequest>(converseStream),
};

/** The body as a Converse request, or a ValidationException in the service's words. Throws the error response. */
export function converseRequest(operation: 'Converse' | 'ConverseStream', body: unknown): ConverseRequest {
  const validate = requests[operation]();
  if (validate(body)) return body;
  throw refusal(validate.errors ?? []);
}

/** The bodies of the operations that are about more than one conversation. */
interface Bodies {
  readonly ApplyGuardrail: ApplyGuardrail;
  readonly CountTokens: CountTokens;
  readonly InvokeGuardrailChecks: GuardrailChecks;
  readonly StartAsyncInvoke: StartAsyncInvoke;
}

const bodies: { readonly [Name in keyof Bodies]: () => ValidateFunction<Bodies[Name]> } = {
  ApplyGuardrail: compiled(applyGuardrail),
  CountTokens: compiled(countTokens),
  InvokeGuardrailChecks: compiled(guardrailChecks),
  StartAsyncInvoke: compiled(startAsyncInvoke),
};

/** The body of another operation, or a ValidationException in the service's words. Throws the error response. */
export function bodyOf<Name extends keyof Bodies>(operation: Name, body: unknown): Bodies[Name] {
  const validate: ValidateFunction<Bodies[Name]> = bodies[operation]();
  if (validate(body)) return body;
  throw refusal(validate.errors ?? []);
}

const parameters = new Map<string, ValidateFunction>();

/** Refuses a value of the path or the query that breaks the operation's constraints. Throws the error response. */
export function checkParameter(operation: Operation, name: string, value: string): void {
  const schema = schemaOf(operation, name);
  if (schema === undefined) return;
  const key = `${operation} ${name}`;
  const validate = parameters.get(key) ?? ajv.compile({ type: 'object', properties: { [name]: schema } });
  parameters.set(key, validate);
  const typed = schema.type === 'integer' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (!validate({ [name]: typed })) throw refusal(validate.errors ?? []);
}

function schemaOf(operation: Operation, name: string): { type?: string } | undefined {
  const table: Readonly<Record<string, { schema: { type?: string } }>> = operations[operation].parameters;
  return table[name]?.schema;
}

/**
 * The constraints as the simulator wants them. Members that the model does not have are refused: AWS's own clients cannot
 * send one, and a misplaced parameter that nobody reads would be lost without a word. Base64 is checked by code, since
 * the pattern's backtracking overflows on images of some megabytes.
 */
function tightened(schema: object): object {
  const copy: unknown = JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if ('contentEncoding' in value) return { ...value, pattern: undefined };
    if ('type' in value && value.type === 'integer' && !('maximum' in value)) return { ...value, maximum: maxInteger };
    const isStructure = 'type' in value && value.type === 'object' && 'properties' in value;
    return isStructure ? { additionalProperties: false, ...value } : value;
  });
  return asObject(copy) ?? {};
}

type Words = (error: ErrorObject) => string;

// A value that cannot be read at all is refused before any constraint is looked at, and alone.
const unreadableMessages: Readonly<Record<string, Words>> = {
  type: (error) =>
    `${kindOf(error.data)}_VALUE can not be converted to ${String(error.params['type'])} at '${path(error)}'`,
  contentEncoding: (error) => `The value at '${path(error)}' is not a base64 encoded blob`,
  additionalProperties: (error) => {
    const key = String(error.params['additionalProperty']);
    return `Malformed input request: #${error.instancePath}: extraneous key [${key}] is not permitted, please reformat your input and try again.`;
  },
  oneOf: (error) => {
    const keys = Object.keys(Object(error.parentSchema?.['properties'])).join(', ');
    return `The object at ${error.instancePath.slice(1).replaceAll('/', '.')} must set exactly one of the following keys: ${keys}.`;
  },
};

const length = (error: ErrorObject, than: string) =>
  `Member must have length ${than} than or equal to ${String(error.params['limit'])}`;
const value = (error: ErrorObject, than: string) =>
  `Member must have value ${than} than or equal to ${String(error.params['limit'])}`;

const violationMessages: Readonly<Record<string, Words>> = {
  minLength: (error) => length(error, 'greater'),
  maxLength: (error) => length(error, 'less'),
  minItems: (error) => length(error, 'greater'),
  maxItems: (error) => length(error, 'less'),
  minProperties: (error) => length(error, 'greater'),
  maxProperties: (error) => length(error, 'less'),
  minimum: (error) => value(error, 'greater'),
  maximum: (error) => value(error, 'less'),
  enum: (error) => `Member must satisfy enum value set: [${String(error.schema).replaceAll(',', ', ')}]`,
  pattern: (error) => `Member must satisfy regular expression pattern: ${String(error.schema).slice(4, -2)}`,
  required: () => 'Member must not be null',
};

function refusal(errors: readonly ErrorObject[]): Error {
  // The branches of a union only say which member is missing; the union's own error says it better.
  const said = errors.filter(({ schemaPath }) => !schemaPath.includes('/oneOf/'));
  const unreadable = said.find(({ keyword }) => keyword in unreadableMessages);
  if (unreadable !== undefined) return invalid(unreadableMessages[unreadable.keyword]?.(unreadable) ?? '');
  const broken = said.filter(({ keyword }) => keyword in violationMessages).map(violation);
  const count = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`;
  return invalid(`${count} detected: ${broken.join('; ')}`);
}

function violation(error: ErrorObject): string {
  const at = error.keyword === 'required' ? path(error, String(error.params['missingProperty'])) : path(error);
  return `Value ${quoted(error)} at '${at}' failed to satisfy constraint: ${violationMessages[error.keyword]?.(error) ?? ''}`;
}

function quoted(error: ErrorObject): string {
  if (error.keyword === 'required') return 'null';
  const text = typeof error.data === 'string' ? error.data : JSON.stringify(error.data);
  return `'${text.slice(0, maxQuotedLength)}'`;
}

// The service counts list members from one: /messages/0/role is messages.1.member.role.
function path({ instancePath }: ErrorObject, missing?: string): string {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? `${Number(step) + 1}.member` : step));
  return [...steps, ...(missing === undefined ? [] : [missing])].join('.');
}

function kindOf(data: unknown): string {
  if (data === null) return 'NULL';
  if (Array.isArray(data)) return 'LIST';
  return typeof data === 'boolean' ? String(data).toUpperCase() : (typeof data).toUpperCase();
}
