import { isLimited } from '../auth/limited.ts';
import type { Surface } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../dialects/chat.gen.ts';
import { checkNumbers, type JsonBody } from '../http/body.ts';
import { isPublicUrl } from '../http/public-url.ts';
import type { MediaUrl } from '../http/media.ts';
import { ignoredFields } from '../translate/chat/to-completions/fields.ts';
import { checkToolNames } from '../translate/openai/check-tool-names.ts';
import { openAiFailure } from '../translate/openai/failure.ts';
import { fitTurns } from '../translate/openai/fit-turns.ts';
import { fileReferences } from '../translate/openai/file-references.ts';
import { withStoredFiles } from '../translate/openai/inline-files.ts';
import { inlineImages } from '../translate/openai/inline-images.ts';
import { withMaxTokensField } from '../translate/openai/max-tokens.ts';
import { mediaPlaces, mediaNotFetched, withImages, type MediaPlace } from '../translate/openai/media.ts';
import { mayRepeat, renameModel, settleField } from '../translate/openai/rename-model.ts';
import { sameDialect } from '../translate/openai/same-dialect.ts';
import type { ChatDialect } from '../translate/translation.ts';
import { chatRequest } from '../validate/chat-request.ts';
import { templatedChat } from './chat-template.ts';
import { fetchMedia, storedFiles } from './media.ts';
import type { PassthroughBody } from './passthrough.ts';
import type { PreparedCall } from './prepared-call.ts';
import type { RoutedRequest } from './route.ts';
import { serverBody } from './server-body.ts';
import { askedForUsage } from './stream-usage.ts';
import { prepareTranslated } from './translated-call.ts';
import { openAiUsage } from './usage.ts';

const chatToChat = sameDialect<ChatDialect>(openAiFailure);

/**
 * Makes a chat ready for a target that speaks Chat Completions in frames of its own, or that takes prompts by a chat template. Throws the
 * ApiError that says why the target cannot take it.
 */
export function prepareServerChat(routed: RoutedRequest<JsonBody>): Promise<PreparedCall> {
  const isTemplated = routed.to.target.chatTemplate !== undefined;
  return prepareTranslated(routed, {
    translation: chatToChat,
    usage: openAiUsage,
    surface: chatSurface,
    request: isTemplated ? withFiles : withInlineImages,
    finish(sent, _routed, request) {
      const finished = serverChat(sent, routed);
      // A template has no words for some fields.
      return isTemplated ? { ...finished, ignored: [...ignoredFields(request), ...finished.ignored] } : finished;
    },
    details: () => [isTemplated ? 'completions' : 'chat'],
  });
}

/**
 * What takes chats at a target: the backend itself, or a base model behind a template. Throws when the backend accepts neither
 * chats nor prompts, which a checked catalog rules out.
 */
export async function chatSurface({
  request,
  to,
  backend,
}: RoutedRequest<unknown>): Promise<Pick<Surface<ChatRequest, ChatReply, ChatChunk>, 'call' | 'open'>> {
  const { chat, completions } = backend;
  const { chatTemplate } = to.target;
  if (chatTemplate !== undefined && completions !== undefined) {
    return templatedChat(completions, await request.context.services.chatTemplate(chatTemplate));
  }
  // A checked catalog has templates only for backends that complete prompts.
  if (chat === undefined) throw new Error('this backend takes neither chats nor prompts');
  return chat;
}

/** A chat as a server takes it at the stack's cost, and the names of the fields that it is not sent. */
export function serverChat(
  sent: ChatRequest,
  { request: { context }, to }: RoutedRequest<unknown>,
): { readonly request: ChatRequest; readonly ignored: readonly string[] } {
  const { body, ignored } = serverBody(sent, 'chat', context.services.catalog);
  return { request: withLimitField(body, to.target), ignored };
}

function validated(value: JsonBody['value'], { backend }: RoutedRequest<JsonBody>): ChatRequest {
  const chat = chatRequest(fitTurns(value, backend.messageLimits));
  checkToolNames(chat);
  return chat;
}

/** The validated chat with its stored files in it. Checked before they are read, and with what they have become. */
async function withFiles(routed: RoutedRequest<JsonBody>): Promise<ChatRequest> {
  const { value } = routed.request.body;
  const chat = validated(value, routed);
  const inline = await inlineStoredFiles(routed, value);
  return inline === value ? chat : validated(inline, routed);
}

/** A body with the content of its stored files in it: the body itself where it names none, and in a stack that stores none. */
async function inlineStoredFiles(
  { request }: RoutedRequest<JsonBody>,
  value: JsonBody['value'],
): Promise<JsonBody['value']> {
  const { messages } = value;
  const references = fileReferences(messages);
  const stored = await storedFiles(request, references, { mayStay: false });
  return stored === undefined ? value : { ...value, messages: withStoredFiles(messages, references, stored.files) };
}

/** The target's server is in the stack's own network: what a caller's URL names is fetched here, where that is safe. */
async function withInlineImages(routed: RoutedRequest<JsonBody>): Promise<ChatRequest> {
  const chat = await withFiles(routed);
  const urls = urlsToFetch(mediaPlaces(chat.messages), { fetchesUrls: false });
  return urls.length === 0 ? chat : inlineImages(chat, await fetchMedia(routed, urls));
}

/** A request that limits the answer by the field that the target's server knows. */
function withLimitField<Request extends object>(request: Request, { maxTokensField }: Target): Request {
  return maxTokensField === 'max_tokens' ? withMaxTokensField(request) : request;
}

/** The body for a target that passes chats through. Throws the ApiError that says why the target cannot take it. */
export async function chatPassthroughBody(routed: RoutedRequest<JsonBody>): Promise<PassthroughBody> {
  const { request, to, backend } = routed;
  const inline = await inlineStoredFiles(routed, request.body.value);
  const value = withLimitField(fitTurns(inline, backend.messageLimits), to.target);
  return to.credential.kind === 'stack' ? stackPaidBody(routed, value) : { body: callerPaidBody(routed, value) };
}

/** Written anew where the stack pays: with known fields alone, and with no address that its server may not be sent. */
async function stackPaidBody(routed: RoutedRequest<JsonBody>, value: JsonBody['value']): Promise<PassthroughBody> {
  const { request, to, backend } = routed;
  const { body, ignored } = serverBody(value, 'chat', request.context.services.catalog);
  const { messages } = body;
  const { fetchesUrls = false } = backend;
  const urls = urlsToFetch(mediaPlaces(messages), { fetchesUrls });
  const kept = urls.length === 0 ? body : { ...body, messages: withImages(messages, await fetchMedia(routed, urls)) };
  const asked = askedForUsage({ ...kept, model: to.target.model }, request);
  return { ...asked, body: JSON.stringify(asked.body), ignored };
}

/** The URLs that are fetched here. Throws the ApiError 400 for those that nobody fetches. */
function urlsToFetch(
  places: readonly MediaPlace[],
  { fetchesUrls }: { readonly fetchesUrls: boolean },
): readonly MediaUrl[] {
  for (const place of places) {
    if (!isPublicUrl(place.url))
      throw mediaNotFetched(place, 'the URL must be https on port 443, without credentials, of a public host.');
    if (!fetchesUrls && !place.isImage)
      throw mediaNotFetched(
        place,
        "only images are fetched for this model's server: send the data themselves as a data: URL.",
      );
  }
  return fetchesUrls ? [] : places;
}

/**
 * The bytes of the client, but for the model's name and turns that had to change. Upstream may read another of several fields of one name
 * than the last: what was permitted is what stands in all of them.
 */
function callerPaidBody({ request, to }: RoutedRequest<JsonBody>, fitted: JsonBody['value']): string {
  const { value, text } = request.body;
  const { model } = to.target;
  checkNumbers(text);
  const sent = fitted === value ? text : JSON.stringify(fitted);
  const isNamed = value['model'] === model && !isLimited(request.context.caller) && !mayRepeat(sent, 'model');
  const named = isNamed ? sent : renameModel(sent, model);
  return mayRepeat(sent, 'stream') ? settleField(named, { field: 'stream', value: value['stream'] ?? null }) : named;
}
