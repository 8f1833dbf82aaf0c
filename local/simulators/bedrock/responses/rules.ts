import { invalid } from '../../openai/openai-error.ts';
import type { Target } from '../resolve.ts';
import { itemsOf, type ResponsesRequest } from '../../openai/responses-wire.ts';

const unsupportedParameter = 'unsupported_parameter';

/** Tools that the client runs; bedrock-runtime has no others. */
const clientTools: ReadonlySet<string> = new Set(['function', 'custom']);

/** OpenAI's least `max_output_tokens`. */
const leastTokens = 16;

/** Refuses what Bedrock's Responses do not do for a model, although the request fits the schema. Throws an OpenAIError. */
export function checkResponses(request: ResponsesRequest, target: Target): void {
  checkState(request);
  checkTokens(request, target);
  checkForFamily(request, target);
  checkCalls(request);
  const hosted = (request.tools ?? []).findIndex(({ type }) => !clientTools.has(type));
  if (hosted >= 0)
    throw invalid(
      `Tool '${request.tools?.[hosted]?.type}' is not supported with this model.`,
      `tools[${hosted}].type`,
      'unsupported_value',
    );
}

/** The runtime answers at once, and keeps nothing that a request could refer to. */
function checkState({ background, previous_response_id: previous, conversation, prompt }: ResponsesRequest): void {
  if (background === true) throw refused('background');
  if (typeof previous === 'string')
    throw invalid(
      `Previous response with id '${previous}' not found.`,
      'previous_response_id',
      'previous_response_not_found',
    );
  if (conversation !== undefined && conversation !== null) throw refused('conversation');
  if (prompt !== undefined && prompt !== null) throw refused('prompt');
}

function checkTokens({ max_output_tokens: most }: ResponsesRequest, { model }: Target): void {
  if (most === undefined || most === null) return;
  if (most < leastTokens)
    throw invalid(
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${leastTokens}, but got ${most} instead.`,
      'max_output_tokens',
      'integer_below_min_value',
    );
  if (most > model.maxTokens)
    throw invalid(
      `max_output_tokens is too large: ${most}. This model supports at most ${model.maxTokens} tokens.`,
      'max_output_tokens',
      'invalid_value',
    );
}

function checkForFamily({ temperature, reasoning }: ResponsesRequest, { family }: Target): void {
  if (family.sampling === 'no-temperature' && temperature !== undefined && temperature !== null && temperature !== 1)
    throw refused('temperature');
  const effort = reasoning?.effort;
  if (effort !== undefined && effort !== null && !family.nativeEfforts.includes(effort))
    throw invalid(
      `Unsupported value: '${effort}' is not supported with this model. Supported values are: ${family.nativeEfforts.join(', ')}.`,
      'reasoning.effort',
      'unsupported_value',
    );
}

/** Every output follows its call, and every call has an output. */
function checkCalls(request: ResponsesRequest): void {
  const open = new Set<string>();
  for (const { type, call_id: id = '' } of itemsOf(request)) {
    if (type === 'function_call' || type === 'custom_tool_call') open.add(id);
    else if ((type === 'function_call_output' || type === 'custom_tool_call_output') && !open.delete(id))
      throw invalid(`No tool call found for function call output with call_id ${id}.`, 'input');
  }
  const [left] = open;
  if (left !== undefined) throw invalid(`No tool output found for function call ${left}.`, 'input');
}

function refused(name: string) {
  return invalid(`Unsupported parameter: '${name}' is not supported with this model.`, name, unsupportedParameter);
}
