import type { CompletionsChunk, CompletionsReply } from '../../dialects/completions.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../dialects/converse.gen.ts';
import { chatToConverse } from '../chat/index.ts';
import type { Translation } from '../translation.ts';
import { failure } from './from-converse/failure.ts';
import { reply } from './from-converse/reply.ts';
import { stream, type CompletionsStream } from './from-converse/stream.ts';
import type { Plan } from './plan.ts';
import type { TextsRequest } from './to-converse/prompts.ts';
import { request } from './to-converse/request.ts';

/** OpenAI's old Completions, served by models that speak Converse. */
export const completionsToConverse: Translation<
  TextsRequest,
  CompletionsReply,
  CompletionsChunk,
  ConverseRequest,
  ConverseResponse,
  ConverseEvent,
  Plan,
  CompletionsStream
> = { request, reply, stream, failure, replay: chatToConverse.replay };
