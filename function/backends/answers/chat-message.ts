import type { ChatCompletionResponseMessage, ChatCompletionStreamResponseDelta } from '../../dialects/chat.gen.ts';
import { isObject } from '../../dialects/json.ts';
import type { AnswerContext, Value } from './answer-reader.ts';
import { argumentsText, createCallIds, isNothing, type CallIdSource } from './call-values.ts';
import { idOf } from './head.ts';
import { reasoningContentField, textsOf } from './message-texts.ts';

type Call = NonNullable<ChatCompletionResponseMessage['tool_calls']>[number];
type Legacy = NonNullable<ChatCompletionResponseMessage['function_call']>;

/** A whole message in OpenAI's form; undefined where its content or one of its calls cannot be read. */
export function messageOf(message: Value, context: AnswerContext): ChatCompletionResponseMessage | undefined {
  const texts = textsOf(message);
  const calls = callsOf(message['tool_calls'], createCallIds(context));
  const legacy = legacyOf(message['function_call']);
  if (texts === undefined || calls === undefined || legacy === undefined) return undefined;
  const { tool_calls: _calls, function_call: _legacy, reasoning_content: _reasoning, ...rest } = message;
  const { content = null, refusal = null } = texts;
  return {
    ...rest,
    role: 'assistant',
    content,
    refusal,
    ...reasoningContentField(texts),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(legacy !== null && { function_call: legacy }),
  };
}

/** A whole message as one delta, for servers that do not stream. */
export function deltaOf(message: ChatCompletionResponseMessage): ChatCompletionStreamResponseDelta {
  const { tool_calls: calls, ...rest } = message;
  return calls === undefined
    ? rest
    : { ...rest, tool_calls: calls.map((call, index) => Object.assign(call, { index })) };
}

function callsOf(value: unknown, ids: CallIdSource): Call[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const calls = value.map((call: unknown) => (isObject(call) ? callOf(call, ids) : undefined));
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

function callOf(call: Value, ids: CallIdSource): Call | undefined {
  const { id, function: called, custom, ...rest } = call;
  if (isObject(custom)) {
    const { name, input } = custom;
    if (!isName(name)) return undefined;
    return { ...rest, id: ids(idOf(id)), type: 'custom', custom: { ...custom, name, input: argumentsText(input) } };
  }
  const read = isObject(called) ? calledOf(called) : undefined;
  return read && { ...rest, id: ids(idOf(id)), type: 'function', function: read };
}

function calledOf(called: Value): Legacy | undefined {
  const { name } = called;
  if (!isName(name)) return undefined;
  const text = argumentsText(called['arguments']);
  return { ...called, name, arguments: isNothing(text) ? '{}' : text };
}

/** null where there is no call: some servers write one without a name instead. */
function legacyOf(value: unknown): Legacy | null | undefined {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return undefined;
  const { name, arguments: argumentsValue } = value;
  return !isName(name) && isNothing(argumentsText(argumentsValue)) ? null : calledOf(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
