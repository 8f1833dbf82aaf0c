import type { Batches, Surface } from '../backends/backend.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../dialects/completions.gen.ts';
import type { Streamed } from '../dialects/outcome.ts';
import { completionAsChatReply } from '../translate/chat/from-completions/reply.ts';
import { completionAsChatChunks, type Begun } from '../translate/chat/from-completions/stream.ts';
import { chatToCompletions, type Prompting } from '../translate/chat/to-completions/request.ts';

type Completions = Surface<CompletionsRequest, CompletionsReply, CompletionsChunk>;
type Chat = Surface<ChatRequest, ChatReply, ChatChunk>;

/**
 * Makes a surface of chats of one that takes prompts, by a chat template. Failures pass as they are. Calls throw the ApiError 400 for a
 * chat that no prompt can hold, before anything is sent.
 */
export function templatedChat(
  surface: Pick<Completions, 'call' | 'open'>,
  prompting: Prompting,
): Pick<Chat, 'call' | 'open'> {
  return {
    async call(chat, context) {
      const outcome = await surface.call(chatToCompletions(chat, prompting), context);
      return outcome.ok ? { ok: true, value: completionAsChatReply(outcome.value) } : outcome;
    },
    async open(chat, context) {
      const outcome = await surface.open(chatToCompletions(chat, prompting), context);
      return outcome.ok ? { ok: true, value: chatBatches(outcome.value) } : outcome;
    },
  };
}

async function* chatBatches(batches: Batches<CompletionsChunk>): Batches<ChatChunk> {
  const begun: Begun = new Set();
  for await (const batch of batches) {
    yield batch.flatMap((item): Streamed<ChatChunk>[] =>
      'failure' in item ? [item] : completionAsChatChunks(item, begun),
    );
  }
}
