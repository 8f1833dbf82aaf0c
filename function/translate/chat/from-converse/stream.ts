import type { ChatChunk, ChatRequest } from '../../../dialects/chat.gen.ts';
import type { ConverseEvent, ConverseStreamMetadataEvent } from '../../../dialects/converse.gen.ts';
import { gatewayFailure } from '../../../dialects/gateway-failures.ts';
import type { ErrorBody } from '../../../errors.ts';
import type { TranslationContext, Numbered, Steps } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { chatWriter, type Out } from './chat-writer.ts';
import { answerEvent, choiceStream, type ChoiceStream } from './choice-stream.ts';
import { frameOf, usageChunk, type Frame } from './chunks.ts';
import { openAiFailure } from '../../openai/failure.ts';
import { serviceTier, usageOf } from './usage.ts';

/** A stream of chunks on its way. */
export interface ChatStream {
  readonly frame: Frame;
  readonly choices: readonly ChoiceStream<Out>[];
  tier: string | undefined;
  failed: boolean;
}

interface Start {
  readonly context: TranslationContext<ChatRequest>;
  readonly plan: Plan;
}

/**
 * The events of one or more ConverseStream calls as one stream of chunks, each call a choice. A failure of any of them ends
 * all: a caller who asked for `n` answers must not take fewer for the whole.
 */
export const stream: Steps<Start, ChatStream, Numbered<ConverseEvent>, ChatChunk | ErrorBody> = { begin, step, end };

function begin({ context, plan }: Start): ChatStream {
  const frame = frameOf(context, plan.includeUsage);
  const { family } = context;
  const choices = Array.from({ length: context.request.n ?? 1 }, (_, index) =>
    choiceStream({ writer: chatWriter(frame, index, plan), plan, family }),
  );
  return { frame, choices, tier: undefined, failed: false };
}

function step(state: ChatStream, { choice: index, item }: Numbered<ConverseEvent>): Out[] {
  const choice = state.choices[index];
  if (choice === undefined || state.failed) return [];
  const out: Out[] = [];
  if ('metadata' in item) metadata(state, choice, item.metadata);
  else if ('failure' in item) out.push(openAiFailure(item.failure).body);
  else if (!choice.stopped) answerEvent(choice, item, out);
  const last = out.at(-1);
  if (last !== undefined && 'error' in last) state.failed = true;
  return out;
}

/** Notes usage and tier. Some models send metadata more than once after messageStop; one without usage does not reset it. */
function metadata(state: ChatStream, choice: ChoiceStream<Out>, event: Partial<ConverseStreamMetadataEvent>): void {
  choice.usage = event.usage ?? choice.usage;
  state.tier = event.serviceTier?.type ?? state.tier;
}

/** Frames may end without a word of it: only messageStop says that an answer is whole. */
function end({ frame, choices, tier, failed }: ChatStream): Out[] {
  if (failed) return [];
  if (choices.some(({ stopped }) => !stopped)) {
    return [openAiFailure(gatewayFailure('TruncatedStream', '')).body];
  }
  if (!frame.includeUsage) return [];
  const usage = usageOf(choices.map((choice) => choice.usage).filter((used) => used !== undefined));
  return usage === undefined ? [] : [usageChunk(frame, usage, serviceTier(tier))];
}
