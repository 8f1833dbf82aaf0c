import type { ChatChunk, CompletionUsage } from '../../../dialects/chat.gen.ts';
import type { ConverseEvent, ConverseRequest } from '../../../dialects/converse.gen.ts';
import { gatewayFailure } from '../../../dialects/gateway-failures.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { ConverseException, TranslationContext, Numbered, Stamp, Steps } from '../../translation.ts';
import { converseFailure } from '../failure.ts';
import { originOf } from '../origin.ts';
import type { Plan } from '../plan.ts';
import { callPiece, closeAll, legacyIndex, newBlocks, thought, words, type Blocks } from './blocks.ts';
import { fieldsAt } from './fields.ts';
import { stopReason } from './stop-reason.ts';
import { latencyMs, serviceTier, usageOf } from './usage.ts';

/** A stream of events on its way. */
export interface ConverseStream {
  readonly stamp: Stamp;
  readonly plan: Plan;
  readonly blocks: Blocks;
  begun: boolean;
  stopped: boolean;
  failed: boolean;
  refused: boolean;
  usage: CompletionUsage | undefined;
  tier: string | undefined;
}

interface Start {
  readonly context: TranslationContext<ConverseRequest>;
  readonly plan: Plan;
}

type Out = ConverseEvent | ConverseException;

/** The chunks of a chat completion as the events of ConverseStream. Only the first choice counts: Converse has one. */
export const stream: Steps<Start, ConverseStream, Numbered<ChatChunk>, Out> = { begin, step, end };

function begin({ context: { stamp, ...known }, plan }: Start): ConverseStream {
  const blocks = newBlocks({ id: stamp.id, origin: originOf(known) });
  const flags = { begun: false, stopped: false, failed: false, refused: false };
  return { stamp, plan, blocks, ...flags, usage: undefined, tier: undefined };
}

function step(state: ConverseStream, { choice, item }: Numbered<ChatChunk>): Out[] {
  if (state.failed || choice !== 0) return [];
  if ('failure' in item) {
    state.failed = true;
    return [converseFailure(item.failure).event];
  }
  state.usage = item.usage ?? state.usage;
  state.tier = item.service_tier ?? state.tier;
  const [update] = item.choices;
  if (update === undefined || state.stopped) return [];
  const out: ConverseEvent[] = [];
  if (!state.begun) out.push({ messageStart: { role: 'assistant' } });
  state.begun = true;
  delta(state, update.delta, out);
  if (update.finish_reason !== null) stop(state, item, { choice: update, reason: update.finish_reason, out });
  return out;
}

type Choice = ChatChunk['choices'][number];

/** The hot path: most chunks have one of these fields. */
function delta(state: ConverseStream, update: Choice['delta'], out: ConverseEvent[]): void {
  const { blocks } = state;
  if (typeof update.reasoning_content === 'string') thought(blocks, update, out);
  if (update.content) words(blocks, 'text', { text: update.content, out });
  if (update.refusal) {
    state.refused = true;
    words(blocks, 'text', { text: update.refusal, out });
  }
  for (const piece of update.tool_calls ?? []) callPiece(blocks, piece, out);
  if (update.function_call) callPiece(blocks, { index: legacyIndex, function: update.function_call }, out);
}

interface Stop {
  readonly choice: Choice;
  readonly reason: NonNullable<Choice['finish_reason']>;
  readonly out: ConverseEvent[];
}

function stop(state: ConverseStream, chunk: ChatChunk, { choice, reason, out }: Stop): void {
  const { blocks, plan, refused } = state;
  state.stopped = true;
  closeAll(blocks, out);
  const ended = { calls: blocks.called, refused, stoppedBy: Reflect.get(choice, 'stop_reason') };
  const fields = fieldsAt(plan.fieldPaths, chunk);
  out.push({
    messageStop: {
      stopReason: stopReason(reason, ended, plan),
      ...withoutUndefined({ additionalModelResponseFields: fields }),
    },
  });
}

/** Usage comes behind the finish, so what Converse says of it waits for the last chunk. */
function end({ failed, stopped, usage, tier, stamp }: ConverseStream): Out[] {
  if (failed) return [];
  if (!stopped) return [converseFailure(gatewayFailure('TruncatedStream', '')).event];
  const metrics = { latencyMs: latencyMs(stamp) };
  return [{ metadata: { usage: usageOf(usage), metrics, ...withoutUndefined({ serviceTier: serviceTier(tier) }) } }];
}
