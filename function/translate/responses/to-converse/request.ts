import type { ConverseRequest } from '../../../dialects/converse.gen.ts';
import type { ResponsesRequest } from '../../../dialects/responses-request.gen.ts';
import { request as chatToConverse } from '../../chat/to-converse/request.ts';
import type { Plan as ChatPlan } from '../../chat/plan.ts';
import { ignoredNames } from '../../ignored.ts';
import type { Translated, TranslationContext } from '../../translation.ts';
import { disposition } from '../disposition.ts';
import type { Plan } from '../plan.ts';
import { settingsOf } from '../settings.ts';
import { asChat, type AsChat } from './chat-request.ts';
import { checkFields } from './fields.ts';
import { responsesError, responsesParam } from './params.ts';

/**
 * A Responses request as Converse takes it: it is asked as the chat that it amounts to, by the rules that chats have for each family. Throws
 * the ApiError for what this model cannot do.
 */
export function request(context: TranslationContext<ResponsesRequest>): Translated<ConverseRequest, Plan> {
  const { request: responses, family, media } = context;
  const ignored = new Set<string>();
  checkFields(responses, ignored);
  const made = asChat(responses, { family: family.name, media, ignored });
  const chat = { ...context, request: made.chat };
  const settings = settingsOf(responses);
  const encryptsReasoning = responses.include?.includes('reasoning.encrypted_content') === true;
  return named(made, () => translated(chatToConverse(chat)));

  function translated(given: Translated<ConverseRequest, ChatPlan>): Translated<ConverseRequest, Plan> {
    const { withoutStrict, withoutReasoning, plan: chatPlan, ignored: unheard } = given;
    const names = unheard.map((name) => responsesParam(name, made.origins));
    return {
      request: given.request,
      calls: given.calls,
      streams: given.streams,
      ignored: ignoredNames(new Set([...ignored, ...names]), disposition),
      plan: { chat, chatPlan, names: made.names, encryptsReasoning, settings },
      ...(withoutStrict && { withoutStrict: () => named(made, () => translated(withoutStrict())) }),
      ...(withoutReasoning && {
        withoutReasoning: () =>
          named(made, () => {
            const without = withoutReasoning();
            return without && translated(without);
          }),
      }),
    };
  }
}

/** What `run` gives; errors name the fields of the Responses request. */
function named<Value>({ origins }: AsChat, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw responsesError(error, origins);
  }
}
