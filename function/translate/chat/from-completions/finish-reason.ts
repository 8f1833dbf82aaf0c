import type { CompletionsReply } from '../../../dialects/completions.gen.ts';

type FinishReason = CompletionsReply['choices'][number]['finish_reason'];

const known: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({ stop: 'stop', length: 'length', content_filter: 'content_filter' }),
);

/** The words are those of a chat; servers have more of them (vLLM's `abort`), which are all ends. */
export function finishReason(reason: string | null | undefined): FinishReason {
  return known.get(reason ?? '') ?? 'stop';
}
