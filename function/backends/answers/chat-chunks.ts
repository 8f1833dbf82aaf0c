import type { ChatChunk, ChatCompletionStreamResponseDelta as Delta } from '../../dialects/chat.gen.ts';
import type { Failure, Streamed } from '../../dialects/outcome.ts';
import { isObject } from '../../dialects/json.ts';
import type { AnswerContext, ItemParser, Value } from './answer-reader.ts';
import { deltaOf, messageOf } from './chat-message.ts';
import { choicesOf, type IndexedChoice } from './choices.ts';
import { choiceFailure, hasError, malformedFailure } from './failures.ts';
import { readFinishReason } from './finish-reason.ts';
import { extrasOf, headOf, readUsage, type Head } from './head.ts';
import { joinPieces, legacyPiece } from './legacy-call.ts';
import { logprobsOf } from './logprobs.ts';
import { streamCalls, type StreamCalls } from './stream-calls.ts';
import { reasoningContentField, textsOf } from './message-texts.ts';

type Choice = ChatChunk['choices'][number];

/** The state of one choice of a stream. */
interface ChoiceState {
  readonly calls: StreamCalls;
  readonly legacy: StreamCalls;
  /** Whether deltas have arrived: a whole message after them only repeats them. */
  hasDeltas: boolean;
}

interface State {
  readonly context: AnswerContext;
  readonly choiceStates: Map<number, ChoiceState>;
  /** The head of the last chunk. */
  head?: Head;
}

/** Reads the chunks of a chat completion. A whole completion, or a whole message, is read as one chunk. */
export function chatChunkParser(context: AnswerContext): ItemParser<ChatChunk> {
  const state: State = { context, choiceStates: new Map() };
  // Nearly every chunk belongs to the first choice.
  const first = choiceStateOf(state, 0);
  return (value, out) => {
    if (!isPlain(value, first.calls)) return read(state, value, out);
    first.hasDeltas ||= value.choices.length > 0;
    state.head = value;
    out.push(value);
    return undefined;
  };
}

/** The hot path: a chunk in OpenAI's own form that neither starts nor ends anything is returned unchanged. */
function isPlain(value: Value, calls: StreamCalls): value is Value & ChatChunk {
  const { id, created, model, choices, usage, object } = value;
  if (typeof id !== 'string' || id === '' || typeof model !== 'string' || !Number.isInteger(created)) return false;
  if ((usage !== undefined && usage !== null) || object !== 'chat.completion.chunk') return false;
  if (!Array.isArray(choices) || choices.length !== 1) return false;
  const choice: unknown = choices[0];
  return isObject(choice) && isPlainChoice(choice, calls);
}

function isPlainChoice({ index, delta, finish_reason: reason, error }: Value, calls: StreamCalls): boolean {
  if (index !== 0 || reason !== null || error !== undefined || !isObject(delta)) return false;
  const { content, reasoning_content: thought, tool_calls: pieces, reasoning, reasoning_details: details } = delta;
  const { role, refusal, function_call: legacy } = delta;
  if (reasoning !== undefined || details !== undefined || legacy !== undefined) return false;
  if ((role !== undefined && role !== 'assistant') || !isText(content) || !isText(thought) || !isText(refusal))
    return false;
  return pieces === undefined || (Array.isArray(pieces) && pieces.length === 1 && calls.accepts(pieces[0]));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value === undefined || value === null;
}

function choiceStateOf({ choiceStates, context }: State, index: number): ChoiceState {
  const known = choiceStates.get(index);
  if (known !== undefined) return known;
  const made = { calls: streamCalls(context), legacy: streamCalls(context), hasDeltas: false };
  choiceStates.set(index, made);
  return made;
}

function read(state: State, value: Value, out: Streamed<ChatChunk>[]): Failure | undefined {
  const { context } = state;
  const indexed = choicesOf(value, hasContent, context);
  if (indexed === undefined) return malformedFailure(context, 'choices');
  const choices: Choice[] = [];
  let failure: Failure | undefined;
  for (const one of indexed)
    failure ??= readChoice(state, { one, whole: value['object'] === 'chat.completion' }, choices);
  const { service_tier: _tier, system_fingerprint: _print, usage: _usage, ...rest } = value;
  const usage = readUsage(value['usage']);
  // A chunk without choices or usage carries nothing of the answer: it is a ping, or a filter's findings.
  if (choices.length > 0 || usage !== undefined || (failure === undefined && Array.isArray(value['choices']))) {
    state.head = headOf(value, context, state.head);
    const head = { ...state.head, ...extrasOf(value), object: 'chat.completion.chunk' as const };
    out.push({ ...rest, ...head, choices, ...(usage ? { usage } : nullUsage(value)) });
  }
  return failure;
}

/** OpenAI writes null in every chunk but the last. */
function nullUsage({ usage }: Value): { usage?: null } {
  return usage === null ? { usage } : {};
}

function hasContent({ delta, message, finish_reason: reason, error }: Value): boolean {
  return (
    (delta !== undefined && delta !== null) ||
    isObject(message) ||
    readFinishReason(reason) !== undefined ||
    hasError(error)
  );
}

interface Reading {
  readonly one: IndexedChoice;
  /** Whether it is part of a whole completion, which has ended whatever its finish reason. */
  readonly whole: boolean;
}

/** Reads a choice. What it parsed before it failed is kept; a failed choice never finishes. */
function readChoice(state: State, { one, whole }: Reading, out: Choice[]): Failure | undefined {
  const { context } = state;
  const { index, choice } = one;
  const choiceState = choiceStateOf(state, index);
  const { delta: _delta, message: _message, finish_reason: reason, logprobs, error, ...rest } = choice;
  const finish = readFinishReason(reason) ?? (whole ? 'stop' : null);
  const failed = finish === 'failed' || hasError(error);
  const delta = parseDelta(choice, choiceState, context);
  if (delta === undefined) return malformedFailure(context, 'deltas');
  if (!failed && finish !== null) completeDelta(delta, choiceState);
  if (!failed || hasDeltaContent(delta)) {
    const reached = finish === 'failed' || failed ? null : finish;
    out.push({
      ...rest,
      index,
      delta,
      finish_reason: reached,
      ...(logprobs !== undefined && { logprobs: logprobsOf(logprobs) }),
    });
  }
  return failed ? choiceFailure(context, choice) : undefined;
}

/** Whether a delta has content. After a role or an empty text alone, a failure can still be an HTTP status. */
function hasDeltaContent({
  content,
  refusal,
  reasoning_content: thought,
  tool_calls: calls,
  function_call: call,
}: Delta): boolean {
  return Boolean(content || refusal || thought) || calls !== undefined || call !== undefined;
}

/** The delta of a choice, from its deltas or from a whole message; undefined where it cannot be read. */
function parseDelta({ delta, message }: Value, choiceState: ChoiceState, context: AnswerContext): Delta | undefined {
  if (delta === undefined || delta === null) {
    if (!isObject(message) || choiceState.hasDeltas) return {};
    const whole = messageOf(message, context);
    return whole && deltaOf(whole);
  }
  if (!isObject(delta)) return undefined;
  const parsed = readDelta(delta, choiceState);
  choiceState.hasDeltas ||= parsed !== undefined && Object.keys(parsed).length > 0;
  return parsed;
}

function readDelta(delta: Value, { calls, legacy }: ChoiceState): Delta | undefined {
  const {
    tool_calls: list,
    function_call: call,
    role,
    content: _c,
    refusal: _r,
    reasoning_content: _t,
    ...rest
  } = delta;
  const texts = textsOf(delta);
  const pieces = list === undefined || list === null ? [] : Array.isArray(list) ? calls.read(list) : undefined;
  const piece = legacyPiece(call, legacy);
  if (texts === undefined || pieces === undefined || piece === undefined) return undefined;
  const { content, refusal } = texts;
  return {
    ...rest,
    ...(role === 'assistant' && { role }),
    ...(content !== undefined && { content }),
    ...(refusal !== undefined && { refusal }),
    ...reasoningContentField(texts),
    ...(pieces.length > 0 && { tool_calls: [...pieces] }),
    ...(piece !== null && { function_call: piece }),
  };
}

/** Adds to the last delta of a choice what its calls lack. */
function completeDelta(delta: Delta, { calls, legacy }: ChoiceState): void {
  const pieces = calls.end();
  if (pieces.length > 0) delta.tool_calls = [...(delta.tool_calls ?? []), ...pieces];
  const earlier = delta.function_call ? [{ index: 0, function: delta.function_call }] : [];
  const call = joinPieces([...earlier, ...legacy.end()]);
  if (call !== null) delta.function_call = call;
}
