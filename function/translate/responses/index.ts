import { chatToConverse } from '../chat/index.ts';
import type { ConverseDialect, ResponsesDialect, Translation } from '../translation.ts';
import { responsesFailure } from './from-converse/failure.ts';
import { reply } from './from-converse/reply.ts';
import { stream, type ResponsesStream } from './from-converse/stream.ts';
import type { Plan } from './plan.ts';
import { request } from './to-converse/request.ts';

/** OpenAI's Responses, served by models that speak Converse. */
export const responsesToConverse: Translation<ResponsesDialect, ConverseDialect, Plan, ResponsesStream> = {
  request,
  reply,
  stream,
  failure: responsesFailure,
  replay: chatToConverse.replay,
};
