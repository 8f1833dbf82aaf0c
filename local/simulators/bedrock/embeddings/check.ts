import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { quickToCompile } from '../../common/ajv.ts';
import { invalid } from '../bedrock-error.ts';
import { schemas, type EmbeddingForm } from './schemas.ts';

/** Body of a request, as a JSON object. */
export type Body = Readonly<Record<string, unknown>>;

const ajv = new Ajv2020({ ...quickToCompile, strict: false, verbose: true });
const compiled = new Map<EmbeddingForm, ValidateFunction<Body>>();

/** Refuses a body that a model's own schema does not take, in the words of Bedrock's validator. Throws a BedrockError. */
export function checkBody(form: EmbeddingForm, body: Body): void {
  const validate = compiled.get(form) ?? ajv.compile<Body>(schemas[form]);
  compiled.set(form, validate);
  if (validate(body)) return;
  const [error] = validate.errors ?? [];
  if (error === undefined) return;
  const at = error.instancePath === '' ? '' : `#${error.instancePath}: `;
  throw invalid(
    `Malformed input request: ${at}${(words[error.keyword] ?? plain)(error)}, please reformat your input and try again.`,
  );
}

const words: Readonly<Record<string, (error: ErrorObject) => string>> = {
  additionalProperties: ({ params }) => `extraneous key [${String(params['additionalProperty'])}] is not permitted`,
  required: ({ params }) => `required key [${String(params['missingProperty'])}] not found`,
  enum: ({ data }) => `${JSON.stringify(data)} is not a valid enum value`,
  type: ({ params, data }) =>
    `expected type: ${String(params['type'])}, found: ${Array.isArray(data) ? 'array' : typeof data}`,
  minLength: ({ params, data }) => `expected minLength: ${String(params['limit'])}, actual: ${String(data).length}`,
  maxLength: ({ params, data }) =>
    `expected maxLength: ${String(params['limit'])}, actual: ${Array.from(String(data)).length}`,
  minItems: ({ params }) => `expected minimum item count: ${String(params['limit'])}, found: 0`,
  maxItems: ({ params, data }) =>
    `expected maximum item count: ${String(params['limit'])}, found: ${Array.isArray(data) ? data.length : 0}`,
  pattern: ({ params }) => `string does not match pattern ${String(params['pattern'])}`,
};

function plain({ message = 'it does not fit the schema' }: ErrorObject): string {
  return message;
}
