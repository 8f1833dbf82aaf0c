import type { ChatDialect, ConverseDialect, Translation } from '../translation.ts';
import { converseFailure } from './failure.ts';
import { replayChat } from './from-chat/replay.ts';
import { reply } from './from-chat/reply.ts';
import { stream, type ConverseStream } from './from-chat/stream.ts';
import type { Plan } from './plan.ts';
import { request } from './to-chat/request.ts';

/** Converse, served by servers that speak Chat Completions. */
export const converseToChat: Translation<ConverseDialect, ChatDialect, Plan, ConverseStream> = {
  request,
  reply,
  stream,
  failure: converseFailure,
  replay: replayChat,
};
