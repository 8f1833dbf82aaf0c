import { invalid } from '../openai/openai-error.ts';
import type { ChatRequest } from '../openai/wire.ts';
import type { Target } from './resolve.ts';

/**
 * Refuses what Bedrock's Chat Completions do not do although OpenAI's do: for every model, and for one family. Throws an
 * OpenAIError.
 */
export function checkSurface(request: ChatRequest, { family }: Target): void {
  if ((request.n ?? 1) > 1)
    throw invalid("Unsupported parameter: 'n' is not supported with this model.", 'n', unsupportedParameter);
  if (family.nativeTools === 'without reasoning') checkTools(request);
  const refused = family.nativeRefuses.find((name) => isAsked(request[name]));
  if (refused !== undefined)
    throw invalid(
      `Unsupported parameter: '${refused}' is not supported with this model.`,
      refused,
      unsupportedParameter,
    );
  const { reasoning_effort: effort } = request;
  if (effort !== undefined && effort !== null && !family.nativeEfforts.includes(effort)) {
    throw invalid(
      `Unsupported value: 'reasoning_effort' does not support '${effort}' with this model. Supported values are: ${family.nativeEfforts.join(', ')}.`,
      'reasoning_effort',
      'unsupported_value',
    );
  }
}

const unsupportedParameter = 'unsupported_parameter';

function checkTools({ model, tools, functions, reasoning_effort: effort }: ChatRequest): void {
  if ([...(tools ?? []), ...(functions ?? [])].length === 0 || effort === 'none') return;
  throw invalid(
    `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. Please use /v1/responses instead.`,
    null,
    'validation_error',
  );
}

/** What the model is told of a request: some families never hear of a schema. */
export function requestForModel(request: ChatRequest, { family }: Target): ChatRequest {
  if (family.nativeSchemas || request.response_format?.type !== 'json_schema') return request;
  return { ...request, response_format: null };
}

// What changes nothing may be said to every model.
function isAsked(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 0 && value !== false;
}
