import { chatParams, checkNativeChat } from '../auth/spending-policy.ts';
import type { ChatRequest } from '../dialects/chat.gen.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { endsSseEvent } from '../http/sse.ts';
import { asksStream, openAiBody } from '../pipeline/openai-body.ts';
import type { MediaNames, NamedMedia } from '../pipeline/media.ts';
import { openAiClient } from '../pipeline/openai-client.ts';
import { passthrough } from '../pipeline/passthrough.ts';
import { nativeChat } from '../pipeline/native-chat.ts';
import type { ModelEndpoint, Route, RoutedRequest } from '../pipeline/route.ts';
import { finishConverse } from '../pipeline/finish-converse.ts';
import { surfaceOf } from '../pipeline/routing.ts';
import { translate } from '../pipeline/translated-call.ts';
import { checkOpenAiFields } from '../pipeline/unsupported-fields.ts';
import { converseUsage } from '../pipeline/usage.ts';
import { chatToConverse } from '../translate/chat/index.ts';
import { mediaUrls } from '../translate/chat/to-converse/media-urls.ts';
import { fileReferences } from '../translate/openai/file-references.ts';
import type { TranslationContext } from '../translate/translation.ts';
import { chatRequest } from '../validate/chat-request.ts';

/** Few stacks have servers that speak Chat Completions, and no start of the others should load what they need. */
const chatServers = () => import('../pipeline/chat-servers.ts');

const toServers: Route<JsonBody> = {
  kind: 'translate',
  surface: 'chat',
  prepare: async (routed) => (await chatServers()).prepareServerChat(routed),
};

/** OpenAI's Chat Completions. */
export const chatCompletions: ModelEndpoint<JsonBody> = {
  client: openAiClient,
  idPrefix: 'chatcmpl-',
  countedAs: 'completions',
  read: openAiBody(chatRequest),
  wantsStream: asksStream,
  check(routed) {
    const { backend, request } = routed;
    if (backend.chat && backend.converse) checkNativeChat(request.body.value);
    checkOpenAiFields(routed);
  },
  onlyMantle: 'refused',
  native: nativeChat,
  routes: [
    passthrough('chat', {
      body: async (routed) => (await chatServers()).chatPassthroughBody(routed),
      label: 'chat',
      endsEvent: endsSseEvent,
    }),
    toServers,
    translate('converse', {
      translation: chatToConverse,
      usage: converseUsage,
      surface: surfaceOf('converse'),
      request: ({ request }) => chatRequest(request.body.value),
      media: mediaOf,
      finish: finishConverse(chatParams),
      details: (_routed, { name }) => [name, 'converse'],
    }),
  ],
  unsupported: () =>
    new ApiError('This model takes no chats.', { status: 400, code: 'unsupported_model', param: 'model' }),
};

/**
 * The images that a request names by URL, and its stored files. Where the family takes no images, none is fetched: the translation refuses
 * them.
 */
function mediaOf(
  routed: RoutedRequest<JsonBody>,
  { request, family, stackPays = false }: TranslationContext<ChatRequest>,
): NamedMedia | Promise<NamedMedia> {
  const urls = family.images ? mediaUrls(request) : [];
  const files = fileReferences(request.messages);
  // Bedrock reads the stack's bucket with what signs the call, and a caller's own key may not read it.
  const mayStay = stackPays && family.videos;
  return urls.length + files.length === 0 ? {} : readLater(routed, { urls, files, mayStay });
}

async function readLater(routed: RoutedRequest<JsonBody>, named: MediaNames): Promise<NamedMedia> {
  const media = await import('../pipeline/media.ts');
  return media.readMedia(routed, named);
}
