import type { ChatChunk, ChatReply, ChatRequest } from '../../dialects/chat.gen.ts';
import type { AnswerReader } from './answer-reader.ts';
import { chatChunkParser } from './chat-chunks.ts';
import { readChatReply } from './chat-reply.ts';

/** Reads the answers of Chat Completions. */
export const chatAnswers: AnswerReader<ChatRequest, ChatReply, ChatChunk> = {
  choices: ({ n }) => n ?? 1,
  reply: readChatReply,
  chunks: chatChunkParser,
};
