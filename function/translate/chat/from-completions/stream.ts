import type { ChatChunk } from '../../../dialects/chat.gen.ts';
import type { CompletionsChunk } from '../../../dialects/completions.gen.ts';
import { chatId } from './reply.ts';

/** The choices of a stream that have begun. It belongs to one stream, and grows with its choices alone. */
export type Begun = Set<number>;

type Delta = ChatChunk['choices'][number]['delta'];

/** One chunk of a completion as chunks of a chat: the role before the first text of a choice, its end behind the last. */
export function completionAsChatChunks(chunk: CompletionsChunk, begun: Begun): ChatChunk[] {
  const out: ChatChunk[] = [];
  for (const { index, text, finish_reason: reason } of chunk.choices) {
    if (!begun.has(index)) out.push(deltaChunk(chunk, index, { role: 'assistant', content: '', refusal: null }));
    begun.add(index);
    if (text !== '') out.push(deltaChunk(chunk, index, { content: text }));
    if (reason !== null) out.push(chatChunk(chunk, [{ index, delta: {}, logprobs: null, finish_reason: reason }]));
  }
  // What counts the tokens comes last, and has no choice; some servers count in every chunk.
  if (chunk.choices.length === 0) out.push(chatChunk(chunk, []));
  return out;
}

function deltaChunk(chunk: CompletionsChunk, index: number, delta: Delta): ChatChunk {
  return chatChunk(chunk, [{ index, delta, logprobs: null, finish_reason: null }]);
}

function chatChunk({ id, created, model, usage }: CompletionsChunk, choices: ChatChunk['choices']): ChatChunk {
  const object = 'chat.completion.chunk';
  const chat = { id: chatId(id), object, created, model, choices } as const;
  return usage === undefined ? chat : { ...chat, usage };
}
