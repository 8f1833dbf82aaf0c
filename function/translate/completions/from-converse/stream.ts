import type { ChatChunk } from '../../../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsRequest } from '../../../dialects/completions.gen.ts';
import type { ConverseEvent } from '../../../dialects/converse.gen.ts';
import type { ErrorBody } from '../../../errors.ts';
import { stream as chatStream, type ChatStream } from '../../chat/from-converse/stream.ts';
import type { TranslationContext, Numbered, Steps } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { aboutPrompt } from './failure.ts';
import { finishReasons, type FinishReason } from './finish-reason.ts';

/** The state of a stream of completions: that of a chat, each chunk of which becomes at most one chunk of the completion. */
export interface CompletionsStream {
  readonly chat: ChatStream;
  readonly context: TranslationContext<CompletionsRequest>;
  readonly plan: Plan;
}

interface Start {
  readonly context: TranslationContext<CompletionsRequest>;
  readonly plan: Plan;
}

type Out = CompletionsChunk | ErrorBody;

/** The events of one or more ConverseStream calls as one stream of completions, each call a choice. */
export const stream: Steps<Start, CompletionsStream, Numbered<ConverseEvent>, Out> = {
  begin({ context, plan }) {
    return { chat: chatStream.begin({ context: plan.chat, plan: plan.chatPlan }), context, plan };
  },
  step(state, event) {
    return translated(chatStream.step(state.chat, event), state);
  },
  end(state) {
    return translated(chatStream.end(state.chat), state);
  },
};

function translated(said: readonly (ChatChunk | ErrorBody)[], state: CompletionsStream): Out[] {
  const out: Out[] = [];
  for (const one of said) {
    const made = 'error' in one ? aboutPrompt(one) : chunkOf(one, state);
    if (made !== undefined) out.push(made);
  }
  return out;
}

/** Undefined for what a completion has no place for: the role, and reasoning. */
function chunkOf({ choices: [choice], usage }: ChatChunk, state: CompletionsStream): CompletionsChunk | undefined {
  if (choice === undefined) return { ...chunk(state), ...(usage ? { usage } : {}) };
  const { index, delta, finish_reason: reason } = choice;
  if (reason !== null) return chunk(state, { index, text: '', reason: finishReasons[reason] });
  // A chat's first chunk is the role with an empty content.
  const text = delta.role === 'assistant' ? state.plan.before[index] : delta.content;
  return text ? chunk(state, { index, text, reason: null }) : undefined;
}

interface Piece {
  readonly index: number;
  readonly text: string;
  readonly reason: FinishReason | null;
}

/** A caller that asked for usage is given `usage: null` in every chunk but the last, as OpenAI does. */
function chunk({ context: { stamp, request }, plan }: CompletionsStream, piece?: Piece): CompletionsChunk {
  const choices = piece ? [{ text: piece.text, index: piece.index, logprobs: null, finish_reason: piece.reason }] : [];
  const { id, created } = stamp;
  const object = 'text_completion';
  const { model } = request;
  return plan.includeUsage
    ? { id, object, created, model, choices, usage: null }
    : { id, object, created, model, choices };
}
