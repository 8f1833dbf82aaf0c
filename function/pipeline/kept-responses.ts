import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import type { HttpResponse } from '../http-values.ts';
import type { RequestContext } from '../request-context.ts';
import { appendItems } from '../storage/conversation-items.ts';
import type { StoredConversation } from '../storage/conversations.ts';
import { newStoredDigits, storedId } from '../storage/stored-ids.ts';
import { writeResponse, type Stored } from '../storage/stored-responses.ts';
import { asItems, itemPlaces, listedItem, listedItems } from '../translate/responses/stored-items.ts';
import { responsesRequest } from '../validate/responses-request.ts';
import { callerStorage, type CallerStorage } from './caller-storage.ts';
import { conversationItems, tooLong } from './earlier-conversation.ts';
import { earlierItems, isReference, resolvedItems } from './earlier-items.ts';
import { relayKept, type Kept } from './kept.ts';
import { shownStream } from './kept-stream.ts';
import { isWritten } from './kept-write.ts';
import { asksEncrypted, type ResponsesBody } from './responses-body.ts';
import type { ModelEndpoint } from './route.ts';
import { shownAnswer, type Holding } from './shown-response.ts';

/** The field by which a request refers to what is stored. */
type ReferringField = 'previous_response_id' | 'conversation' | 'input';

/** What a request asks of the store. */
interface Asked {
  /** Whether the answer is to be stored: because the request says so, or because the config does. */
  readonly store: 'asked' | 'default' | undefined;
  /** Undefined for a request that stands for itself. */
  readonly refersBy: ReferringField | undefined;
}

/** A request with what it refers to. */
interface Resolved {
  readonly storage: CallerStorage;
  /** What was said before. */
  readonly earlier: readonly Stored[];
  /** The items of the request itself, stored ones in place of references. */
  readonly sent: readonly Stored[];
  /** Whether the input is another one than was sent. */
  readonly isChanged: boolean;
  /** The conversation that the input and the answer are appended to. */
  readonly conversation: StoredConversation | undefined;
  /** The digits of the answer's ID; undefined where it is not stored. */
  readonly digits: string | undefined;
  /** 32 random hexadecimal digits of the request. */
  readonly hex: string;
}

/**
 * Takes a request of the Responses API through the pipeline, with what it refers to in its place, and stores its answer. Throws the ApiError that
 * says why it may not go on.
 */
export function relayResponse(endpoint: ModelEndpoint<ResponsesBody>, context: RequestContext): Promise<HttpResponse> {
  return relayKept(endpoint, context, keepResponse);
}

/** Finds what a request of the Responses API refers to, and stores its answer. Undefined for one that does neither, which is nearly every one. */
export function keepResponse(
  body: ResponsesBody,
  context: RequestContext,
): Promise<Kept<ResponsesBody> | undefined> | undefined {
  const { storage, catalog } = context.services;
  if (storage === undefined) return undefined;
  const asked = askedOf(body.value, catalog.storage);
  return asked === undefined ? undefined : keep(body, asked, context);
}

function askedOf(value: Stored, settings: unknown): Asked | undefined {
  const { store, previous_response_id: previous, conversation, input } = value;
  // Both at once are refused further on.
  if (isSet(previous) && isSet(conversation)) return undefined;
  const isDefault = !isSet(store) && isObject(settings) && settings['storeByDefault'] === true;
  const refers = Array.isArray(input) && asItems(input)?.some(isReference) === true;
  const field = isSet(previous) ? 'previous_response_id' : isSet(conversation) ? 'conversation' : undefined;
  const asked: Asked = {
    store: store === true ? 'asked' : isDefault ? 'default' : undefined,
    refersBy: field ?? (refers ? 'input' : undefined),
  };
  return asked.store === undefined && asked.refersBy === undefined ? undefined : asked;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

async function keep(
  { value }: ResponsesBody,
  asked: Asked,
  context: RequestContext,
): Promise<Kept<ResponsesBody> | undefined> {
  const storage = await storageOf(context, asked);
  if (storage === undefined) return undefined;
  const resolved = await resolve(value, asked, { storage, hex: context.services.newId() });
  const { earlier, sent, isChanged, digits, conversation } = resolved;
  const { store: _store, previous_response_id: previous, conversation: _conversation, ...others } = value;
  const stateless = { ...others, ...(isChanged && { input: [...earlier, ...sent] }) };
  const shown = shownAnswer({
    previous: typeof previous === 'string' ? previous : null,
    holds: { store: digits !== undefined, conversation: conversation?.id },
    placeOf: placesOf(resolved),
    showsEncrypted: asksEncrypted(value),
    write: (response) => written(response, resolved, { context, stream: value['stream'] === true }),
  });
  return {
    body: {
      value: stateless,
      text: JSON.stringify(stateless),
      isStored: digits !== undefined || conversation !== undefined,
    },
    ...(digits !== undefined && { id: storedId('response', digits) }),
    answer: async (answer) => ('body' in answer ? { ...answer, body: await shown.whole(answer.body) } : answer),
    stream: (stream) => shownStream(stream, shown),
    refusal: (error) => asSent(error, { value, earlier: earlier.length, refersBy: asked.refersBy }),
  };
}

/** Finds everything that a request refers to. Throws the ApiError 404 for what is not there, and 400 for more than a conversation can have. */
async function resolve(
  value: Record<string, unknown>,
  { store, refersBy }: Asked,
  { storage, hex }: { readonly storage: CallerStorage; readonly hex: string },
): Promise<Resolved> {
  // A request whose input or reference has another type is refused here, in the words of its schema.
  const items = asItems(value['input']) ?? asItems(responsesRequest(value).input) ?? [];
  const { previous, conversation: named } = refersBy === 'input' ? {} : referencesIn(value);
  const { conversation, items: said } = named === undefined ? nothingSaid : await conversationItems(storage, named);
  const earlier = previous === undefined ? said : await earlierItems(storage, previous);
  const sent = await resolvedItems(storage, items);
  const length = tooLong([...earlier, ...sent], refersBy ?? 'input');
  if (length !== undefined && (store !== 'default' || refersBy !== undefined)) throw length;
  const stores = store !== undefined && length === undefined;
  const digits = stores ? newStoredDigits(storage.mark, { now: storage.now, hex }) : undefined;
  return { storage, earlier, sent, isChanged: earlier.length > 0 || sent !== items, conversation, digits, hex };
}

const nothingSaid = { conversation: undefined, items: [] };

function referencesIn(value: Record<string, unknown>): { readonly previous?: string; readonly conversation?: string } {
  const { previous_response_id: previous, conversation } = value;
  const named = isObject(conversation) ? conversation['id'] : conversation;
  if (typeof named === 'string') return { conversation: named };
  if (typeof previous === 'string') return { previous };
  if (isSet(conversation)) throw noConversationId();
  return isSet(previous) ? { previous: responsesRequest(value).previous_response_id ?? '' } : {};
}

/** Where the items of an answer are: in its conversation, else in the response that is stored. */
function placesOf({ conversation, digits, hex }: Resolved): ((index: number) => string) | undefined {
  if (conversation !== undefined) return itemPlaces.inConversation(conversation.digits, hex);
  return digits === undefined ? undefined : itemPlaces.inOutput(digits);
}

/** Stores a response, and appends it to its conversation; says which of the two holds. */
async function written(
  response: Stored,
  { storage, earlier, sent, conversation, digits }: Resolved,
  { context, stream }: { readonly context: RequestContext; readonly stream: boolean },
): Promise<Holding> {
  const hex = context.services.newId();
  const taken = new Set(earlier.map(({ id }) => id));
  const places =
    conversation === undefined
      ? digits && itemPlaces.inInput(digits)
      : itemPlaces.inConversation(conversation.digits, hex);
  const input = places ? listedItems(sent, places, conversation === undefined ? taken : undefined) : [];
  const output = Array.isArray(response['output']) ? response['output'].filter(isObject) : [];
  const said = [...input, ...output.map((item) => listedItem(item, item['id']))];
  const [store, appended] = await Promise.all([
    digits !== undefined &&
      isWritten(
        context,
        (signal) => writeResponse(storage, digits, { response, input: [...earlier, ...input], signal }),
        { stream },
      ),
    conversation !== undefined &&
      isWritten(
        context,
        (signal) => appendItems(storage, conversation, { items: said, now: context.services.now(), hex, signal }),
        { stream },
      ),
  ]);
  return { store, conversation: appended ? conversation?.id : undefined };
}

/** The caller's storage. Undefined for a caller who has none, and asks for nothing that is stored: the answer says that it is not stored. */
async function storageOf(context: RequestContext, { refersBy }: Asked): Promise<CallerStorage | undefined> {
  try {
    return await callerStorage(context);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'storage_not_allowed') throw error;
    if (refersBy === undefined) return undefined;
    const { message, status, code } = error;
    throw new ApiError(message, { status, code, param: refersBy });
  }
}

const inInput = /^input\[(\d+)\]/;

/** An error about a resolved request, with the path in the request as it was sent: earlier items are those of what it refers to. */
function asSent(
  error: unknown,
  { value, earlier, refersBy }: { readonly value: Stored; readonly earlier: number } & Pick<Asked, 'refersBy'>,
): unknown {
  if (!(error instanceof ApiError) || error.param === null || earlier === 0) return error;
  const { message, status, code, type, headers } = error;
  const at = Number(inInput.exec(error.param)?.[1] ?? Number.NaN);
  if (Number.isNaN(at)) return error;
  const own = typeof value['input'] === 'string' ? 'input' : error.param.replace(inInput, `input[${at - earlier}]`);
  const param = at < earlier ? (refersBy ?? 'input') : own;
  return new ApiError(message.replaceAll(error.param, param), { status, code, type, headers, param });
}

function noConversationId(): ApiError {
  return new ApiError("Invalid type for 'conversation': expected the ID of a conversation, or an object with 'id'.", {
    status: 400,
    code: 'invalid_type',
    param: 'conversation',
  });
}
