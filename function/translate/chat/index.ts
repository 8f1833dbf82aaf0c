import { replay } from '../converse/replay.ts';
import type { ChatDialect, ConverseDialect, Translation } from '../translation.ts';
import { openAiFailure } from '../openai/failure.ts';
import { contentOf } from './from-converse/malformed.ts';
import { reply } from './from-converse/reply.ts';
import { stream, type ChatStream } from './from-converse/stream.ts';
import type { Plan } from './plan.ts';
import { request } from './to-converse/request.ts';

/** Chat Completions, served by models that speak Converse. */
export const chatToConverse: Translation<ChatDialect, ConverseDialect, Plan, ChatStream> = {
  request,
  reply,
  stream,
  failure: openAiFailure,
  replay(converse) {
    // A reply that cannot be answered with is known before the first byte here: the status can still say so.
    contentOf(converse);
    return replay(converse);
  },
};
