import type { Model } from '../models.ts';
import { invalid } from '../openai-error.ts';
import { textOf, type ChatRequest } from '../wire.ts';
import { checkStrict } from './tools.ts';

/** Parameters that exclude each other, need each other, or that a model does not take. Throws an OpenAIError. */
export function checkParameters(request: ChatRequest, model: Limits): void {
  checkPairs(request);
  checkMetadata(request);
  checkFormat(request);
  for (const [name, why] of Object.entries(model.refused ?? {})) {
    if (isSet(request, name)) throw invalid(why, name, 'unsupported_parameter');
  }
  const [param, most] = mostTokens(request);
  if (most > model.maxTokens)
    throw invalid(
      `${param} is too large: ${most}. This model supports at most ${model.maxTokens} completion tokens, whereas you provided ${most}.`,
      param,
      'invalid_value',
    );
}

/** What a model takes of the parameters. */
export interface Limits {
  readonly maxTokens: number;
  /** Members that it refuses, each with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
}

const unsupported = (name: string, instead = '') =>
  `Unsupported parameter: '${name}' is not supported with this model.${instead}`;

/** Models that think take no sampling; the others no effort. */
export function limitsOf({ thinks, maxTokens, wantsBack }: Model): Limits {
  if (wantsBack !== undefined) return { maxTokens };
  const sampling = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'stop'];
  return thinks === true
    ? {
        maxTokens,
        refused: {
          max_tokens: unsupported('max_tokens', " Use 'max_completion_tokens' instead."),
          ...Object.fromEntries(sampling.map((name) => [name, unsupported(name)])),
        },
      }
    : { maxTokens, refused: { reasoning_effort: 'Unrecognized request argument supplied: reasoning_effort' } };
}

// What changes nothing may be said to every model.
const neutralValues: Readonly<Record<string, unknown>> = {
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  logprobs: false,
};

function isSet(request: object, name: string): boolean {
  const value: unknown = Object.entries(request).find(([member]) => member === name)?.[1];
  return value !== undefined && value !== null && value !== neutralValues[name];
}

function mostTokens({ max_tokens: older, max_completion_tokens: newer }: ChatRequest): [string, number] {
  if (newer !== undefined && newer !== null) return ['max_completion_tokens', newer];
  return ['max_tokens', older ?? 0];
}

function checkPairs(request: ChatRequest): void {
  if (isSet(request, 'max_tokens') && isSet(request, 'max_completion_tokens'))
    throw invalid(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  if (isSet(request, 'stream_options') && request.stream !== true)
    throw invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  if (isSet(request, 'top_logprobs') && request.logprobs !== true)
    throw invalid("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", 'top_logprobs');
  if (request.modalities?.includes('audio') === true || isSet(request, 'audio'))
    throw invalid('This model does not support audio output.', 'modalities', 'invalid_value');
  if (isSet(request, 'web_search_options'))
    throw invalid('Web search options not supported with this model.', 'web_search_options');
}

// OpenAI's limits on metadata.
const maxMetadataPairs = 16;
const maxMetadataKeyLength = 64;
const maxMetadataValueLength = 512;

function checkMetadata({ metadata }: ChatRequest): void {
  const pairs = Object.entries(metadata ?? {});
  if (pairs.length > maxMetadataPairs)
    throw invalid(
      `Invalid 'metadata': too many properties. Expected an object with at most ${maxMetadataPairs} properties, but got an object with ${pairs.length} properties instead.`,
      'metadata',
      'object_above_max_properties',
    );
  for (const [key, value] of pairs) {
    if (key.length > maxMetadataKeyLength)
      throw tooLong('metadata', { most: maxMetadataKeyLength, length: key.length });
    if (value.length > maxMetadataValueLength)
      throw tooLong(`metadata.${key}`, { most: maxMetadataValueLength, length: value.length });
  }
}

function tooLong(param: string, { most, length }: { most: number; length: number }): Error {
  return invalid(
    `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${length} instead.`,
    param,
    'string_above_max_length',
  );
}

function checkFormat({ response_format: format, messages }: ChatRequest): void {
  if (format?.type === 'json_object' && !messages.some((message) => /json/i.test(textOf(message))))
    throw invalid(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
    );
  const { schema, strict, name = '' } = format?.json_schema ?? {};
  if (format?.type !== 'json_schema') return;
  if (schema === undefined)
    throw invalid(
      "Missing required parameter: 'response_format.json_schema.schema'.",
      'response_format.json_schema.schema',
      'missing_required_parameter',
    );
  const refuse = (why: string) => invalid(`Invalid schema for response_format '${name}': ${why}`, 'response_format');
  if (strict === true) checkStrict(schema, { refuse, context: [] });
}
