import type { Authorised } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext, Surface } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../dialects/chat.gen.ts';
import { checkNumbers, type JsonBody } from '../http/body.ts';
import { openAiFailure } from '../translate/openai/failure.ts';
import { checkToolNames } from '../translate/openai/check-tool-names.ts';
import { fitTurns } from '../translate/openai/fit-turns.ts';
import { inlineImages } from '../translate/openai/inline-images.ts';
import { withMaxTokensField } from '../translate/openai/max-tokens.ts';
import { mediaPlaces, mediaNotFetched, withImages, type MediaPlace } from '../translate/openai/media.ts';
import { mayRepeat, renameModel, settleField } from '../translate/openai/rename-model.ts';
import { sameDialect } from '../translate/openai/same-dialect.ts';
import type { ChatDialect } from '../translate/translation.ts';
import { chatRequest } from '../validate/chat-request.ts';
import type { ChatAsked } from './chat-ways.ts';
import type { Call, MediaUrl } from '../request-context.ts';
import { exchangeFor } from '../pipeline/translation-context.ts';
import { openAiFront } from '../pipeline/openai-client.ts';
import { openAiMeter } from '../pipeline/usage.ts';
import { pipedWay } from '../pipeline/passthrough.ts';
import { shownTarget } from '../pipeline/target-label.ts';
import { forServer, serverBody } from '../pipeline/server-body.ts';
import { translatedWay } from '../pipeline/translated-call.ts';
import type { Way } from '../pipeline/prepared-call.ts';

const chatToChat = sameDialect<ChatDialect>(openAiFailure);

/**
 * The way to a target that speaks Chat Completions itself: bytes where it passes them through, else parsed and written again. Throws
 * the ApiError that says why the target cannot take the request.
 */
export async function serverWay(asked: ChatAsked, to: Authorised<Target>, context: CallContext): Promise<Way> {
  const { call, caller, body, stamp } = asked;
  const { services } = call;
  const { target } = to;
  const backend = services.backend(target.backend);
  if (backend.chat?.passthrough && target.chatTemplate === undefined) return piped(asked, to, context);
  const chat = await chatSurface(services, target);
  // A checked catalog has templates only for backends that complete prompts.
  if (chat === undefined) throw new Error('this backend takes neither chats nor prompts');
  const request = chatRequest(fitTurns(body.value, backend.messageLimits));
  checkToolNames(request);
  // Its server is in the stack's own network: what a caller's URL names is fetched here, where that is safe.
  const prompted = target.chatTemplate !== undefined;
  const urls = prompted ? [] : await urlsToFetch(mediaPlaces(request.messages), { fetchesUrls: false });
  const inline = prompted ? request : inlineImages(request, await asked.media(urls, context));
  const exchange = await exchangeFor({ services, caller, request: inline, stamp }, to, context);
  const shown = shownTarget(target, prompted ? 'completions' : 'chat');
  return translatedWay({
    call,
    translation: forServer(prompted ? await chatToPrompt() : chatToChat, services.catalog),
    surface: chat,
    meter: openAiMeter,
    exchange,
    context,
    shown,
  });
}

/** What takes chat at a target: the backend itself, or a base model behind a template. */
export async function chatSurface(services: Call['services'], target: Target) {
  const { chat, completions } = services.backend(target.backend);
  if (target.chatTemplate === undefined || completions === undefined) return chat && inItsField(chat, target);
  const [{ templated }, prompting] = await Promise.all([
    import('../pipeline/chat-template.ts'),
    services.chatTemplate(target.chatTemplate),
  ]);
  return templated(completions, prompting);
}

type Chat = Pick<Surface<ChatRequest, ChatReply, ChatChunk>, 'call' | 'open'>;

/** Chat behind a template, which has no words for some fields. */
async function chatToPrompt(): Promise<typeof chatToChat> {
  const { ignoredFields } = await import('../translate/chat/to-completions/fields.ts');
  return {
    ...chatToChat,
    request: (exchange) => ({ ...chatToChat.request(exchange), ignored: ignoredFields(exchange.request) }),
  };
}

/** A surface that is told how long an answer may be by the field that its server knows. */
function inItsField(chat: Chat, target: Target): Chat {
  if (target.maxTokensField !== 'max_tokens') return chat;
  return {
    call: (request, context) => chat.call(limited(request, target), context),
    open: (request, context) => chat.open(limited(request, target), context),
  };
}

function limited<Request extends object>(request: Request, { maxTokensField }: Target): Request {
  return maxTokensField === 'max_tokens' ? withMaxTokensField(request) : request;
}

async function piped(asked: ChatAsked, { target }: Authorised<Target>, context: CallContext): Promise<Way> {
  const { call, caller, body } = asked;
  const { services } = call;
  const { chat: surface, messageLimits } = services.backend(target.backend);
  if (surface?.passthrough === undefined) throw new Error('this surface passes nothing through');
  const passthrough = surface.passthrough.bind(surface);
  const value = limited(fitTurns(body.value, messageLimits), target);
  const sent =
    context.credential.kind === 'stack'
      ? await spent(asked, { value, target }, context)
      : { text: passed(body, value, { model: target.model, caller }), ignored: [] };
  return pipedWay({
    call,
    front: openAiFront,
    passthrough,
    body: sent.text,
    context,
    shown: shownTarget(target, 'chat'),
    ignored: sent.ignored,
    endsEvent: endsSseEvent,
  });
}

/** Written anew where the stack pays: with known fields alone, and with no address that its server may not be sent. */
async function spent(
  { call: { services }, media }: ChatAsked,
  { value, target }: { value: JsonBody['value']; target: Target },
  context: CallContext,
): Promise<{ text: string; ignored: readonly string[] }> {
  const { body, ignored } = serverBody(value, 'chat', services.catalog);
  const { messages } = body;
  const { fetchesUrls = false } = services.backend(target.backend);
  const urls = await urlsToFetch(mediaPlaces(messages), { fetchesUrls });
  const kept = urls.length === 0 ? body : { ...body, messages: withImages(messages, await media(urls, context)) };
  return { text: JSON.stringify({ ...kept, model: target.model }), ignored };
}

/** The URLs that are fetched here. Throws the 400 for those that nobody fetches. */
async function urlsToFetch(
  places: readonly MediaPlace[],
  { fetchesUrls }: { fetchesUrls: boolean },
): Promise<readonly MediaUrl[]> {
  if (places.length === 0) return [];
  const { isPublicUrl } = await import('../http/public-url.ts');
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
 * Byte for byte, but for the model's name and turns that had to change. Upstream may read another of several fields of one name than
 * the last: what was permitted is what stands in all of them.
 */
function passed(
  { value, text }: JsonBody,
  fitted: JsonBody['value'],
  { model, caller }: { model: string; caller: Pick<Caller, 'models'> },
): string {
  checkNumbers(text);
  const sent = fitted === value ? text : JSON.stringify(fitted);
  const isNamed = value['model'] === model && caller.models === undefined && !mayRepeat(sent, 'model');
  const named = isNamed ? sent : renameModel(sent, model);
  return mayRepeat(sent, 'stream') ? settleField(named, { field: 'stream', value: value['stream'] ?? null }) : named;
}

/** An empty line ends an event. */
export function endsSseEvent(bytes: Uint8Array): boolean {
  const [beforeLast, last] = bytes.subarray(-2);
  const newline = 0x0a;
  // `\r\n\r\n` ends in `\n` after `\r\n`: then the byte before the last is `\r`, and two before it is `\n`.
  return last === newline && (beforeLast === newline || (beforeLast === 0x0d && bytes.at(-3) === newline));
}
