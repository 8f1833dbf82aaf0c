import type { ErrorObject } from 'ajv/dist/2020.js';
import { asObject } from '../../json.ts';
import { invalid, type OpenAIError } from './openai-error.ts';

type Words = (error: ErrorObject, at: string) => OpenAIError;

/** A violation of a schema in OpenAI's words, with its code and the path of the member. */
export function wordsFor(error: ErrorObject): OpenAIError {
  const at = pathOf(error.instancePath);
  return (errorsByKeyword[error.keyword] ?? other)(error, at);
}

/** /messages/0/role is messages[0].role. */
export function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}

function below(at: string, member: string): string {
  return at === '' ? member : `${at}.${member}`;
}

const errorsByKeyword: Readonly<Record<string, Words>> = {
  required: ({ params }, at) => {
    const param = below(at, String(params['missingProperty']));
    return invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
  },
  additionalProperties: ({ params }, at) => {
    const name = String(params['additionalProperty']);
    if (at === '') return invalid(`Unrecognized request argument supplied: ${name}`);
    return invalid(`Unknown parameter: '${below(at, name)}'.`, below(at, name), 'unknown_parameter');
  },
  type: ({ params, data }, at) => {
    const wanted = [params['type']].flat().filter((type) => type !== 'null');
    return invalid(
      `Invalid type for '${at}': expected ${wanted.map((type) => nounsByType[String(type)] ?? type).join(' or ')}, but got ${kindOf(data)} instead.`,
      at,
      'invalid_type',
    );
  },
  enum: ({ params, data }, at) => unsupported(at, data, [params['allowedValues']].flat()),
  const: ({ params, data }, at) => unsupported(at, data, [params['allowedValue']]),
  discriminator: ({ params, data }, at) => {
    const tag = String(params['tag']);
    const value = params['tagValue'] ?? asObject(data)?.[tag];
    if (value === undefined)
      return invalid(`Missing required parameter: '${below(at, tag)}'.`, below(at, tag), 'missing_required_parameter');
    return invalid(`Invalid value: '${String(value)}'.`, below(at, tag), 'invalid_value');
  },
  minimum: (error, at) => bound(error, at, ['below', '>=']),
  maximum: (error, at) => bound(error, at, ['above', '<=']),
  minItems: ({ params, data }, at) =>
    invalid(
      `Invalid '${at}': empty array. Expected an array with minimum length ${String(params['limit'])}, but got ${sizeOf(data)} instead.`,
      at,
      'empty_array',
    ),
  maxItems: ({ params, data }, at) =>
    invalid(
      `Invalid '${at}': array too long. Expected an array with maximum length ${String(params['limit'])}, but got ${sizeOf(data)} instead.`,
      at,
      'array_above_max_length',
    ),
  minLength: (_error, at) => invalid(`Invalid '${at}': input cannot be an empty string.`, at, 'invalid_value'),
  maxLength: ({ params, data }, at) =>
    invalid(
      `Invalid '${at}': string too long. Expected a string with maximum length ${String(params['limit'])}, but got a string with length ${String(data).length} instead.`,
      at,
      'string_above_max_length',
    ),
};

function other({ message }: ErrorObject, at: string): OpenAIError {
  return invalid(`Invalid value for '${at}': ${message ?? 'not as expected'}.`, at, 'invalid_value');
}

const nounsByType: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a decimal',
  object: 'an object',
  string: 'a string',
};

function kindOf(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'an array';
  if (typeof data === 'number') return Number.isInteger(data) ? 'an integer' : 'a decimal';
  return nounsByType[typeof data] ?? typeof data;
}

function unsupported(at: string, data: unknown, values: readonly unknown[]): OpenAIError {
  const quoted = values.filter((value) => value !== null).map((value) => `'${quotedValue(value)}'`);
  const list = quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}` : quoted.join('');
  return invalid(`Invalid value: '${quotedValue(data)}'. Supported values are: ${list}.`, at, 'invalid_value');
}

function quotedValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function bound({ params, parentSchema, data }: ErrorObject, at: string, [side, sign]: [string, string]): OpenAIError {
  const kind = [parentSchema?.['type']].flat().includes('integer') ? 'integer' : 'decimal';
  const extreme = side === 'below' ? 'minimum' : 'maximum';
  return invalid(
    `Invalid '${at}': ${kind} ${side} ${extreme} value. Expected a value ${sign} ${String(params['limit'])}, but got ${String(data)} instead.`,
    at,
    `${kind}_${side}_${extreme.slice(0, 3)}_value`,
  );
}

function sizeOf(data: unknown): string {
  const length = Array.isArray(data) ? data.length : 0;
  return length === 0 ? 'an empty array' : `an array with length ${length}`;
}
