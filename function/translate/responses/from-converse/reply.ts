import type { ConverseResponse } from '../../../dialects/converse.gen.ts';
import type { ResponsesRequest } from '../../../dialects/responses-request.gen.ts';
import type { ResponsesReply } from '../../../dialects/responses.gen.ts';
import { contentOf } from '../../chat/from-converse/malformed.ts';
import { replay } from '../../converse/replay.ts';
import type { TranslationContext } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { stream } from './stream.ts';

/**
 * A reply as a response: that of the last event which its stream would have had, so that both say the same. Throws an ApiError of 502 where
 * the reply has no output or says that the model's output was malformed.
 */
export function reply(
  [converse]: readonly ConverseResponse[],
  context: TranslationContext<ResponsesRequest>,
  plan: Plan,
): ResponsesReply {
  if (converse === undefined) throw new Error('there was no reply');
  contentOf(converse);
  const state = stream.begin({ context, plan });
  for (const item of replay(converse)) stream.step(state, { choice: 0, item });
  const last = stream.end(state).at(-1);
  if (last === undefined || !('response' in last)) throw new Error('a whole reply became no response');
  return last.response;
}
