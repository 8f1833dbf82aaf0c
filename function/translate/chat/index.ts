import type { ChatChunk, ChatReply, ChatRequest } from '../../dialects/chat.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../dialects/converse.gen.ts';
import { replay } from '../converse/replay.ts';
import type { Translation } from '../translation.ts';
import { failure } from '../openai/failure.ts';
import { contentOf } from './from-converse/malformed.ts';
import { reply } from './from-converse/reply.ts';
import { stream, type ChatStream } from './from-converse/stream.ts';
import type { Plan } from './plan.ts';
import { request } from './to-converse/request.ts';

/** Chat Completions, served by models that speak Converse. */
export const chatToConverse: Translation<
  ChatRequest,
  ChatReply,
  ChatChunk,
  ConverseRequest,
  ConverseResponse,
  ConverseEvent,
  Plan,
  ChatStream
> = {
  request,
  reply,
  stream,
  failure,
  replay(converse) {
    // A reply that cannot be answered with is known before the first byte here: the status can still say so.
    contentOf(converse);
    return replay(converse);
  },
};
