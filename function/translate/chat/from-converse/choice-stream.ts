import type { Family } from '../../../catalog/family.ts';
import type { ChatChunk } from '../../../dialects/chat.gen.ts';
import type {
  ContentBlockDeltaEvent,
  ContentBlockStartEvent,
  ReasoningContentBlockDelta,
  TokenUsage,
  ToolUseBlockStart,
} from '../../../dialects/converse.gen.ts';
import { errorBody, type ErrorBody } from '../../../errors.ts';
import { writeCarrier } from '../reasoning-carrier.ts';
import type { Plan } from '../plan.ts';
import { callerName, callReader, converseName } from './call-reader.ts';
import { closingDeltas, pieceDelta, startCall, startDelta, type StreamedCall, type FormName } from './call-deltas.ts';
import { deltaChunk, finishChunk, type Delta, type Frame } from './chunks.ts';
import { finishReason } from './finish-reason.ts';
import type { Reader } from './json-scan.ts';
import { jsonText } from './json-text.ts';
import { malformedError } from './malformed.ts';
import { addReasoning, noReasoning, takeReasoning, type ReasoningBlocks } from './reasoning-blocks.ts';
import { tagReader, type TaggedText, type TagReader } from './reasoning-tags.ts';

/** What a chat stream sends: chunks, and an error object at most once, at its end. */
export type Out = ChatChunk | ErrorBody;

/** One choice of a stream. It grows with its open calls and, where that must be carried, its reasoning; not with its answer. */
export interface ChoiceStream {
  readonly frame: Frame;
  readonly plan: Plan;
  readonly family: Family;
  readonly index: number;
  opened: boolean;
  stopped: boolean;
  /** Calls that are being written, by the number of their block. */
  readonly open: Map<number, StreamedCall>;
  /** How many calls the caller was given. */
  calls: number;
  readonly reasoning: ReasoningBlocks | undefined;
  readonly tags: TagReader | undefined;
  /**
   * Text of a model that is to give its JSON answer by a tool, until it is known whether it does: in front of the JSON it
   * would break it. With a forced tool there is none. The one thing that grows with an answer.
   */
  heldText: string | undefined;
  /** Takes the JSON out of the text, where the text is to be JSON. */
  jsonText: Reader | undefined;
  jsonAnswered: boolean;
  usage: TokenUsage | undefined;
}

/** Starts the state of one choice of a chat stream. */
export function choiceStream(base: Pick<ChoiceStream, 'frame' | 'plan' | 'family' | 'index'>): ChoiceStream {
  const { frame, plan, family, index } = base;
  return {
    frame,
    plan,
    family,
    index,
    opened: false,
    stopped: false,
    open: new Map(),
    calls: 0,
    reasoning: plan.carryReasoning ? noReasoning() : undefined,
    tags: family.inlineReasoningTags ? tagReader() : undefined,
    heldText: plan.jsonTool === undefined ? undefined : '',
    jsonText: plan.jsonText ? jsonText() : undefined,
    jsonAnswered: false,
    usage: undefined,
  };
}

/** The first chunk of a choice, once. */
export function open(choice: ChoiceStream, out: Out[]): void {
  if (choice.opened) return;
  choice.opened = true;
  emit(choice, { role: 'assistant', content: '', refusal: null }, out);
}

/** The hot path: most events of a stream are the first of these cases. */
export function blockDelta(
  choice: ChoiceStream,
  { delta, contentBlockIndex }: ContentBlockDeltaEvent,
  out: Out[],
): void {
  if ('text' in delta) text(choice, delta.text, out);
  else if ('toolUse' in delta)
    callPiece(choice, choice.open.get(contentBlockIndex), { piece: delta.toolUse.input, out });
  else if ('reasoningContent' in delta) reasoning(choice, contentBlockIndex, { delta: delta.reasoningContent, out });
}

/** Text and reasoning begin without a start event, and what else has one (images, results of Bedrock's own tools) has no place in a chat. */
export function blockStart(choice: ChoiceStream, event: ContentBlockStartEvent, out: Out[]): void {
  const { contentBlockIndex } = event;
  // Required by the service model, absent from some models' text blocks.
  const { start }: Partial<ContentBlockStartEvent> = event;
  if (start === undefined || !('toolUse' in start) || start.toolUse.type === 'server_tool_use') return;
  const name = converseName(start.toolUse.name);
  const form = formOf(choice, name);
  if (form === undefined) return;
  endText(choice, out);
  const call = form === 'json' ? jsonCall(choice) : nextCall(choice, form, { ...start.toolUse, name });
  choice.open.set(contentBlockIndex, call);
  emit(choice, startDelta(call), out);
}

/** Handles the end of a content block: writes what its tool call still owes to `out`. */
export function blockStop(choice: ChoiceStream, contentBlockIndex: number, out: Out[]): void {
  const call = choice.open.get(contentBlockIndex);
  if (call === undefined) return;
  choice.open.delete(contentBlockIndex);
  for (const delta of closingDeltas(call)) emit(choice, delta, out);
}

/** Nothing that is still open may cost the caller the finish. */
export function stop(choice: ChoiceStream, stopReason: string, out: Out[]): void {
  const broken = malformedError(stopReason);
  if (broken !== undefined) {
    out.push(errorBody(broken));
    return;
  }
  for (const contentBlockIndex of choice.open.keys()) blockStop(choice, contentBlockIndex, out);
  if (choice.tags !== undefined) parts(choice, choice.tags.end(), out);
  endText(choice, out);
  if (choice.heldText !== undefined && choice.heldText !== '') emit(choice, { content: choice.heldText }, out);
  choice.stopped = true;
  out.push(finishChunk(choice.frame, choice.index, finishReason(stopReason, choice.calls, choice.plan)));
}

function emit(choice: ChoiceStream, delta: Delta | undefined, out: Out[]): void {
  if (delta !== undefined) out.push(deltaChunk(choice.frame, choice.index, delta));
}

function text(choice: ChoiceStream, piece: string, out: Out[]): void {
  if (choice.tags !== undefined) parts(choice, choice.tags.push(piece), out);
  else content(choice, piece, out);
}

function parts(choice: ChoiceStream, found: readonly TaggedText[], out: Out[]): void {
  for (const part of found) {
    if (part.kind === 'content') content(choice, part.text, out);
    else emit(choice, { reasoning_content: part.text }, out);
  }
}

function content(choice: ChoiceStream, piece: string, out: Out[]): void {
  const answerText = choice.jsonText === undefined ? piece : choice.jsonText.push(piece);
  if (answerText === '' || choice.jsonAnswered) return;
  if (choice.heldText === undefined) emit(choice, { content: answerText }, out);
  else choice.heldText += answerText;
}

/** A text without JSON in it is given as it is, when it is known to be over. */
function endText(choice: ChoiceStream, out: Out[]): void {
  const answerText = choice.jsonText?.end() ?? '';
  choice.jsonText = undefined;
  content(choice, answerText, out);
}

interface Reasoned {
  readonly delta: ReasoningContentBlockDelta;
  readonly out: Out[];
}

function reasoning(choice: ChoiceStream, contentBlockIndex: number, { delta, out }: Reasoned): void {
  if (choice.reasoning !== undefined) addReasoning(choice.reasoning, contentBlockIndex, delta);
  if ('text' in delta && delta.text !== '') emit(choice, { reasoning_content: delta.text }, out);
}

function callPiece(
  choice: ChoiceStream,
  call: StreamedCall | undefined,
  { piece, out }: { piece: string | undefined; out: Out[] },
): void {
  if (call !== undefined) emit(choice, pieceDelta(call, piece), out);
}

/** How a call of this tool is given to the caller; undefined when it is not. */
function formOf({ plan, calls, jsonAnswered }: ChoiceStream, name: string): FormName | undefined {
  if (name === plan.jsonTool) return jsonAnswered ? undefined : 'json';
  // The old form knows one call.
  if (plan.functionCall) return calls === 0 ? 'legacy' : undefined;
  return plan.customTools.has(name) ? 'custom' : 'function';
}

function jsonCall(choice: ChoiceStream): StreamedCall {
  choice.jsonAnswered = true;
  choice.heldText = undefined;
  return startCall('json', { index: 0, id: '', name: '', reader: callReader(choice.plan.jsonTool ?? '', choice.plan) });
}

function nextCall(choice: ChoiceStream, form: FormName, use: ToolUseBlockStart): StreamedCall {
  const { plan, family } = choice;
  // The reasoning is complete here: a call's block starts after the blocks before it have ended.
  const before = choice.reasoning === undefined ? [] : takeReasoning(choice.reasoning);
  const id = writeCarrier(use.toolUseId, before, family.name);
  const reader = callReader(use.name, plan);
  const call = startCall(form, { index: choice.calls, id, name: callerName(use.name, plan), reader });
  choice.calls += 1;
  return call;
}
