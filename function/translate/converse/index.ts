import type { ChatChunk, ChatReply, ChatRequest } from '../../dialects/chat.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../dialects/converse.gen.ts';
import type { ConverseException, Translation } from '../translation.ts';
import { failure } from './failure.ts';
import { replayChat } from './from-chat/replay.ts';
import { reply } from './from-chat/reply.ts';
import { stream, type ConverseStream } from './from-chat/stream.ts';
import type { Plan } from './plan.ts';
import { request } from './to-chat/request.ts';

/** Converse, served by servers that speak Chat Completions. */
export const converseToChat: Translation<
  ConverseRequest,
  ConverseResponse,
  ConverseEvent,
  ChatRequest,
  ChatReply,
  ChatChunk,
  Plan,
  ConverseStream,
  ConverseException
> = { request, reply, stream, failure, replay: replayChat };
