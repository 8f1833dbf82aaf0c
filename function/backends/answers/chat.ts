import type { ChatChunk, ChatReply, ChatRequest } from '../../dialects/chat.gen.ts';
import type { AnswerReader } from './answer-reader.ts';
import { chatChunks } from './chat-chunks.ts';
import { chatReply } from './chat-reply.ts';

/** Reads the answers of Chat Completions. */
export const chatAnswers: AnswerReader<ChatRequest, ChatReply, ChatChunk> = {
  choices: ({ n }) => n ?? 1,
  reply: chatReply,
  chunks: chatChunks,
};
