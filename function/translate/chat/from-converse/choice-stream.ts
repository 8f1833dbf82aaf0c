import type { Family } from '../../../catalog/family.ts';
import type {
  ContentBlockDeltaEvent,
  ContentBlockStartEvent,
  ConverseEvent,
  ReasoningContentBlockDelta,
  TokenUsage,
  ToolUseBlockStart,
} from '../../../dialects/converse.gen.ts';
import type { Streamed } from '../../../dialects/outcome.ts';
import { writeCarrier } from '../reasoning-carrier.ts';
import type { Plan } from '../plan.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { callerName, callReader, converseName } from './call-reader.ts';
import type { Reader } from './json-scan.ts';
import { jsonText } from './json-text.ts';
import { malformedError } from './malformed.ts';
import { addReasoning, noReasoning, takeReasoning, type ReasoningBlocks } from './reasoning-blocks.ts';
import { tagReader, type TaggedText, type TagReader } from './reasoning-tags.ts';
import { writeEnd, writePiece, type CallForm, type StreamedCall } from './streamed-call.ts';

/**
 * One choice of an answer that is streamed, whatever the client's dialect. It grows with its open calls and, where that must be carried, its
 * reasoning; not with its answer.
 */
export interface ChoiceStream<Out> {
  readonly plan: Plan;
  readonly family: Family;
  readonly writer: AnswerWriter<Out>;
  opened: boolean;
  stopped: boolean;
  /** Calls that are being written, by the number of their block. */
  readonly open: Map<number, StreamedCall>;
  /** How many calls the caller was given. */
  calls: number;
  /** Since the last call, or since a writer took it. */
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

/** Starts the state of one choice of a stream. */
export function choiceStream<Out>(
  base: Pick<ChoiceStream<Out>, 'writer' | 'plan' | 'family'> & Partial<Pick<ChoiceStream<Out>, 'reasoning'>>,
): ChoiceStream<Out> {
  const { writer, plan, family } = base;
  return {
    plan,
    family,
    writer,
    opened: false,
    stopped: false,
    open: new Map(),
    calls: 0,
    reasoning: base.reasoning ?? (plan.carryReasoning ? noReasoning() : undefined),
    tags: family.inlineReasoningTags ? tagReader() : undefined,
    heldText: plan.jsonTool === undefined ? undefined : '',
    jsonText: plan.jsonText ? jsonText() : undefined,
    jsonAnswered: false,
    usage: undefined,
  };
}

/** An event of an answer itself, neither a failure nor what is said of the answer. */
export type AnswerEvent = Exclude<Streamed<ConverseEvent>, { failure: unknown } | { metadata: unknown }>;

/** Writes what one event of an answer becomes. */
export function answerEvent<Out>(choice: ChoiceStream<Out>, event: AnswerEvent, out: Out[]): void {
  open(choice, out);
  if ('contentBlockDelta' in event) blockDelta(choice, event.contentBlockDelta, out);
  else if ('contentBlockStart' in event) blockStart(choice, event.contentBlockStart, out);
  else if ('contentBlockStop' in event) blockStop(choice, event.contentBlockStop.contentBlockIndex, out);
  else if ('messageStop' in event) stop(choice, event.messageStop.stopReason, out);
}

/** The beginning of a choice, once. */
function open<Out>(choice: ChoiceStream<Out>, out: Out[]): void {
  if (choice.opened) return;
  choice.opened = true;
  choice.writer.open(out);
}

/** The hot path: most events of a stream are the first of these cases. */
function blockDelta<Out>(
  choice: ChoiceStream<Out>,
  { delta, contentBlockIndex }: ContentBlockDeltaEvent,
  out: Out[],
): void {
  if ('text' in delta) text(choice, delta.text, out);
  else if ('toolUse' in delta)
    callPiece(choice, choice.open.get(contentBlockIndex), { piece: delta.toolUse.input, out });
  else if ('reasoningContent' in delta) reasoning(choice, contentBlockIndex, { delta: delta.reasoningContent, out });
}

/** Text and reasoning begin without a start event, and what else has one (images, results of Bedrock's own tools) has no place in a chat. */
function blockStart<Out>(choice: ChoiceStream<Out>, event: ContentBlockStartEvent, out: Out[]): void {
  const { contentBlockIndex } = event;
  // Required by the service model, absent from some models' text blocks.
  const { start }: Partial<ContentBlockStartEvent> = event;
  if (start === undefined || !('toolUse' in start) || start.toolUse.type === 'server_tool_use') return;
  const name = converseName(start.toolUse.name);
  const form = formOf(choice, name);
  if (form === undefined) return;
  endText(choice, out);
  if (form === 'json') {
    choice.open.set(contentBlockIndex, jsonCall(choice));
    return;
  }
  choice.writer.beforeCall?.(out);
  const call = nextCall(choice, form, { ...start.toolUse, name });
  choice.open.set(contentBlockIndex, call);
  choice.writer.callStart(call, out);
}

/** Handles the end of a content block: writes what its tool call still owes to `out`. */
function blockStop<Out>(choice: ChoiceStream<Out>, contentBlockIndex: number, out: Out[]): void {
  const call = choice.open.get(contentBlockIndex);
  if (call === undefined) return;
  choice.open.delete(contentBlockIndex);
  writeEnd(call, { writer: choice.writer, out });
}

/** Nothing that is still open may cost the caller the finish. */
function stop<Out>(choice: ChoiceStream<Out>, stopReason: string, out: Out[]): void {
  const broken = malformedError(stopReason);
  if (broken !== undefined) {
    choice.writer.fail(broken, out);
    return;
  }
  for (const contentBlockIndex of choice.open.keys()) blockStop(choice, contentBlockIndex, out);
  if (choice.tags !== undefined) parts(choice, choice.tags.end(), out);
  endText(choice, out);
  if (choice.heldText !== undefined && choice.heldText !== '') choice.writer.text(choice.heldText, out);
  choice.stopped = true;
  choice.writer.stop(stopReason, choice.calls, out);
}

function text<Out>(choice: ChoiceStream<Out>, piece: string, out: Out[]): void {
  if (choice.tags !== undefined) parts(choice, choice.tags.push(piece), out);
  else content(choice, piece, out);
}

function parts<Out>(choice: ChoiceStream<Out>, found: readonly TaggedText[], out: Out[]): void {
  for (const part of found) {
    if (part.kind === 'content') content(choice, part.text, out);
    else choice.writer.reasoning(part.text, out);
  }
}

function content<Out>(choice: ChoiceStream<Out>, piece: string, out: Out[]): void {
  const answerText = choice.jsonText === undefined ? piece : choice.jsonText.push(piece);
  if (answerText === '' || choice.jsonAnswered) return;
  if (choice.heldText === undefined) choice.writer.text(answerText, out);
  else choice.heldText += answerText;
}

/** A text without JSON in it is given as it is, when it is known to be over. */
function endText<Out>(choice: ChoiceStream<Out>, out: Out[]): void {
  const answerText = choice.jsonText?.end() ?? '';
  choice.jsonText = undefined;
  content(choice, answerText, out);
}

function reasoning<Out>(
  choice: ChoiceStream<Out>,
  contentBlockIndex: number,
  { delta, out }: { readonly delta: ReasoningContentBlockDelta; readonly out: Out[] },
): void {
  if (choice.reasoning !== undefined) addReasoning(choice.reasoning, contentBlockIndex, delta);
  if ('text' in delta && delta.text !== '') choice.writer.reasoning(delta.text, out);
}

function callPiece<Out>(
  { writer }: ChoiceStream<Out>,
  call: StreamedCall | undefined,
  { piece, out }: { piece: string | undefined; out: Out[] },
): void {
  if (call !== undefined) writePiece(call, piece, { writer, out });
}

/** How a call of this tool is given to the caller; undefined when it is not. */
function formOf(
  { plan, calls, jsonAnswered }: Pick<ChoiceStream<unknown>, 'plan' | 'calls' | 'jsonAnswered'>,
  name: string,
): CallForm | undefined {
  if (name === plan.jsonTool) return jsonAnswered ? undefined : 'json';
  // The old form knows one call.
  if (plan.functionCall) return calls === 0 ? 'legacy' : undefined;
  return plan.customTools.has(name) ? 'custom' : 'function';
}

function jsonCall<Out>(choice: ChoiceStream<Out>): StreamedCall {
  choice.jsonAnswered = true;
  choice.heldText = undefined;
  const reader = callReader(choice.plan.jsonTool ?? '', choice.plan);
  return { form: 'json', index: 0, id: '', name: '', reader, hasInput: false };
}

function nextCall<Out>(choice: ChoiceStream<Out>, form: CallForm, use: ToolUseBlockStart): StreamedCall {
  const { plan, family } = choice;
  // The reasoning is complete here: a call's block starts after the blocks before it have ended.
  const before = choice.reasoning === undefined ? [] : takeReasoning(choice.reasoning);
  const id = writeCarrier(use.toolUseId, before, family.name);
  const reader = callReader(use.name, plan);
  const call = { form, index: choice.calls, id, name: callerName(use.name, plan), reader, hasInput: false };
  choice.calls += 1;
  return call;
}
