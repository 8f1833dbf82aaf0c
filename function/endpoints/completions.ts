import { chatParams } from '../auth/spending-policy.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { endsSseEvent } from '../http/sse.ts';
import { chatSurface, serverChat } from '../pipeline/chat-servers.ts';
import { finishConverse } from '../pipeline/finish-converse.ts';
import { asksStream, openAiBody } from '../pipeline/openai-body.ts';
import { openAiClient } from '../pipeline/openai-client.ts';
import { passthrough } from '../pipeline/passthrough.ts';
import type { ModelEndpoint, RoutedRequest } from '../pipeline/route.ts';
import { serverBody } from '../pipeline/server-body.ts';
import { surfaceOf } from '../pipeline/routing.ts';
import { askedForUsage } from '../pipeline/stream-usage.ts';
import { promptInTexts } from '../pipeline/token-texts.ts';
import { translate } from '../pipeline/translated-call.ts';
import { checkOpenAiFields } from '../pipeline/unsupported-fields.ts';
import { converseUsage, openAiUsage } from '../pipeline/usage.ts';
import { compose } from '../translate/compose.ts';
import { completionsToConverse } from '../translate/completions/index.ts';
import { converseToChat } from '../translate/converse/index.ts';
import { openAiFailure } from '../translate/openai/failure.ts';
import { sameDialect } from '../translate/openai/same-dialect.ts';
import type { CompletionsDialect } from '../translate/translation.ts';
import { completionsRequest } from '../validate/completions-request.ts';

/** OpenAI's legacy completions. */
export const completions: ModelEndpoint<JsonBody> = {
  client: openAiClient,
  idPrefix: 'cmpl-',
  countedAs: 'completions',
  read: openAiBody(completionsRequest),
  wantsStream: asksStream,
  check: checkOpenAiFields,
  onlyMantle: 'refused',
  routes: [
    passthrough('completions', { body: completionsBody, label: 'completions', endsEvent: endsSseEvent }),
    translate('completions', {
      translation: sameDialect<CompletionsDialect>(openAiFailure),
      usage: openAiUsage,
      surface: surfaceOf('completions'),
      request: readablePrompt,
      finish(sent, { request: { context } }) {
        const { body, ignored } = serverBody(sent, 'completions', context.services.catalog);
        return { request: body, ignored };
      },
      details: () => ['completions'],
    }),
    translate('converse', {
      translation: completionsToConverse,
      usage: converseUsage,
      surface: surfaceOf('converse'),
      request: ({ request }: RoutedRequest<JsonBody>) => promptInTexts(completionsRequest(request.body.value)),
      finish: finishConverse(chatParams),
      details: (_routed, { name }) => [name, 'converse'],
    }),
    // For a backend that has nothing but chats.
    translate('chat', {
      translation: compose(completionsToConverse, converseToChat),
      usage: openAiUsage,
      surface: chatSurface,
      request: ({ request }: RoutedRequest<JsonBody>) => promptInTexts(completionsRequest(request.body.value)),
      finish: (sent, routed) => serverChat(sent, routed),
      details: () => ['chat'],
    }),
  ],
  unsupported: () =>
    new ApiError('This model takes no completions: use /v1/chat/completions.', {
      status: 400,
      code: 'unsupported_model',
      param: 'model',
    }),
};

/** Only backends that the stack pays for have completions of their own, so the request is always written anew. */
function completionsBody({ request, to }: RoutedRequest<JsonBody>) {
  const { body, ignored } = serverBody(request.body.value, 'completions', request.context.services.catalog);
  const asked = askedForUsage({ ...body, model: to.target.model }, request);
  return { ...asked, body: JSON.stringify(asked.body), ignored };
}

/** The target's own server knows its own tokens; a prompt for a template is text. */
function readablePrompt({ request, to }: RoutedRequest<JsonBody>) {
  const read = completionsRequest(request.body.value);
  return to.target.chatTemplate === undefined ? read : promptInTexts(read);
}
