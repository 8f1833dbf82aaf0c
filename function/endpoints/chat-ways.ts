import type { Authorised } from '../auth/authorise.ts';
import { chatPlaces, checkNative } from '../auth/spending-policy.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { chatToConverse } from '../translate/chat/index.ts';
import { mediaUrls } from '../translate/chat/to-converse/media-urls.ts';
import type { Media, Stamp } from '../translate/translation.ts';
import { chatRequest } from '../validate/chat-request.ts';
import { contextOf } from '../pipeline/admission.ts';
import { checkOpenAi } from '../pipeline/unsupported-fields.ts';
import type { Call, MediaUrl } from '../request-context.ts';
import { exchangeFor, finishing } from '../pipeline/translation-context.ts';
import { converseMeter } from '../pipeline/usage.ts';
import { shownTarget } from '../pipeline/target-label.ts';
import { translatedWay } from '../pipeline/translated-call.ts';
import type { Way } from '../pipeline/prepared-call.ts';

/** A Chat Completions request as it came: what is needed of it depends on the target. */
export interface ChatAsked {
  readonly call: Call;
  readonly caller: Caller;
  readonly body: JsonBody;
  readonly stamp: Stamp;
  /** Fetched once, whichever targets need it. */
  readonly media: (urls: readonly MediaUrl[], context: CallContext) => Promise<ReadonlyMap<string, Media>>;
}

/** The way to one target: bytes where it speaks Chat Completions itself, else by translation. */
export async function chatWay(asked: ChatAsked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const { call, caller, body, stamp } = asked;
  const { services } = call;
  const { target } = to;
  const context = { ...contextOf(asked, to, signal), stamp };
  const backend = services.backend(target.backend);
  if (backend.chat && backend.converse) checkNative(body.value);
  checkOpenAi(body.value, to, services);
  if (backend.chat !== undefined || target.chatTemplate !== undefined) {
    const { serverWay } = await import('./chat-servers.ts');
    return serverWay(asked, to, context);
  }
  const { converse } = backend;
  if (converse === undefined) throw noChat();
  const request = chatRequest(body.value);
  const known = await exchangeFor({ services, caller, request, stamp }, to, context);
  // Where the family takes none, nothing is fetched: the translation refuses them.
  const exchange = known.family.images ? { ...known, media: await asked.media(mediaUrls(request), context) } : known;
  return translatedWay({
    call,
    translation: chatToConverse,
    surface: converse,
    meter: converseMeter,
    exchange,
    context,
    shown: shownTarget(target, exchange.family.name, 'converse'),
    ...finishing({ services, caller, places: chatPlaces }, context),
  });
}

/** The images of a request, fetched when first asked for, and only for a caller whose key is known to be good. */
export function mediaOnce(whose: { readonly services: Call['services']; readonly caller: Caller }): ChatAsked['media'] {
  const fetched = new Map<string, Promise<ReadonlyMap<string, Media>>>();
  return (urls, context) => {
    const key = urls.map(({ url }) => url).join('\n');
    const found = fetched.get(key) ?? fetchFor(whose, urls, context);
    fetched.set(key, found);
    return found;
  };
}

async function fetchFor(
  whose: Parameters<typeof mediaOnce>[0],
  urls: readonly MediaUrl[],
  context: CallContext,
): Promise<ReadonlyMap<string, Media>> {
  if (urls.length === 0) return new Map();
  const { proveKey } = await import('../pipeline/key-proof.ts');
  await proveKey(whose, context);
  return whose.services.fetchMedia(urls, context.signal);
}

function noChat(): ApiError {
  return new ApiError('This model takes no chats.', { status: 400, code: 'unsupported_model', param: 'model' });
}
