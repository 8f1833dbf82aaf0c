import { chatToConverse } from '../chat/index.ts';
import type { CompletionsDialect, ConverseDialect, Translation } from '../translation.ts';
import { completionsFailure } from './from-converse/failure.ts';
import { reply } from './from-converse/reply.ts';
import { stream, type CompletionsStream } from './from-converse/stream.ts';
import type { Plan } from './plan.ts';
import type { TextPromptsRequest } from './to-converse/prompts.ts';
import { request } from './to-converse/request.ts';

/** Completions whose prompts are texts: tokens have been decoded. */
interface TextCompletionsDialect extends CompletionsDialect {
  readonly Request: TextPromptsRequest;
}

/** OpenAI's old Completions, served by models that speak Converse. */
export const completionsToConverse: Translation<TextCompletionsDialect, ConverseDialect, Plan, CompletionsStream> = {
  request,
  reply,
  stream,
  failure: completionsFailure,
  replay: chatToConverse.replay,
};
