import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import type { RequestContext } from '../request-context.ts';
import { newStoredDigits, storedId } from '../storage/stored-ids.ts';
import { writeResponse, type Stored } from '../storage/stored-responses.ts';
import { asItems, listedItems } from '../translate/responses/stored-items.ts';
import { responsesRequest } from '../validate/responses-request.ts';
import { callerStorage, type CallerStorage } from './caller-storage.ts';
import { earlierItems, isReference, resolvedItems } from './earlier-items.ts';
import type { Kept } from './kept.ts';
import { shownStream } from './kept-stream.ts';
import { isWritten } from './kept-write.ts';
import { asksEncrypted, type ResponsesBody } from './responses-body.ts';
import { shownAnswer, type AnswerState } from './shown-response.ts';

/** Items that a conversation may have, earlier turns included, and the bytes of all of them as JSON. */
const [maxItems, maxBytes] = [500, 20_000_000];

/** What a request asks of the store. */
interface Asked {
  /** Whether the answer is to be stored: because the request says so, or because the config does. */
  readonly store: 'asked' | 'default' | undefined;
  /** The field by which the request refers to what is stored, if it does. */
  readonly refersBy: 'previous_response_id' | 'input' | undefined;
}

/** Finds what a request of the Responses API refers to, and stores its answer. Undefined for one that does neither, which is nearly every one. */
export function keepResponse(
  body: ResponsesBody,
  context: RequestContext,
): Promise<Kept<ResponsesBody> | undefined> | undefined {
  const { storage, catalog } = context.services;
  if (storage === undefined) return undefined;
  const asked = askedOf(body.value, catalog.storage);
  return asked.store === undefined && asked.refersBy === undefined ? undefined : keep(body, asked, context);
}

function askedOf({ store, previous_response_id: previous, conversation, input }: Stored, settings: unknown): Asked {
  const isUnsaid = store === undefined || store === null;
  const isDefault = isUnsaid && isObject(settings) && settings['storeByDefault'] === true;
  const refers = Array.isArray(input) && asItems(input)?.some(isReference) === true;
  const hasPrevious = isSet(previous) && !isSet(conversation);
  return {
    store: store === true ? 'asked' : isDefault ? 'default' : undefined,
    refersBy: hasPrevious ? 'previous_response_id' : refers ? 'input' : undefined,
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

async function keep(
  body: ResponsesBody,
  asked: Asked,
  context: RequestContext,
): Promise<Kept<ResponsesBody> | undefined> {
  const storage = await storageOf(context, asked);
  if (storage === undefined) return undefined;
  const { value } = body;
  // A request whose input or previous response has another type is refused here, in the words of its schema.
  const items = asItems(value['input']) ?? asItems(responsesRequest(value).input) ?? [];
  const previous = previousOf(value);
  const earlier = previous === undefined ? [] : await earlierItems(storage, previous);
  const sent = await resolvedItems(storage, items);
  const all = [...earlier, ...sent];
  const isTooLong = lengthError(all, asked);
  if (isTooLong !== undefined && (asked.store !== 'default' || asked.refersBy !== undefined)) throw isTooLong;
  const stores = asked.store !== undefined && isTooLong === undefined;
  const digits = stores
    ? newStoredDigits(storage.mark, { now: storage.now, hex: context.services.newId() })
    : undefined;
  const given = asked.refersBy === undefined && sent === items ? value['input'] : all;
  const { store: _store, previous_response_id: _previous, ...others } = value;
  const stateless = { ...others, input: given };
  const state: AnswerState = {
    previous: previous ?? null,
    digits,
    showsEncrypted: asksEncrypted(value),
    write: (response) =>
      digits === undefined
        ? Promise.resolve(false)
        : isWritten(
            context,
            (signal) => {
              const taken = new Set(earlier.map(({ id }) => id));
              const input = [...earlier, ...listedItems(sent, digits, taken)];
              return writeResponse(storage, digits, { response, input, signal });
            },
            { stream: value['stream'] === true },
          ),
  };
  const shown = shownAnswer(state);
  return {
    body: { value: stateless, text: JSON.stringify(stateless), isStored: stores },
    ...(digits !== undefined && { id: storedId('response', digits) }),
    answer: async (answer) => ('body' in answer ? { ...answer, body: await shown.whole(answer.body) } : answer),
    stream: (stream) => shownStream(stream, shown),
    refusal: (error) => asSent(error, { earlier: earlier.length, isText: typeof value['input'] === 'string' }),
  };
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

function previousOf(value: Record<string, unknown>): string | undefined {
  const { previous_response_id: previous } = value;
  if (!isSet(previous)) return undefined;
  return typeof previous === 'string' ? previous : (responsesRequest(value).previous_response_id ?? undefined);
}

function lengthError(items: readonly Stored[], { refersBy = 'input' }: Asked): ApiError | undefined {
  const isLong = items.length > maxItems;
  if (!isLong && Buffer.byteLength(JSON.stringify(items)) <= maxBytes) return undefined;
  const what = isLong ? `${items.length} items, and at most ${maxItems} are` : 'more than 20 MB, which is all that is';
  return new ApiError(
    `This conversation has ${what} stored of one, earlier turns included. Begin a new one with fewer items, or send "store": false without 'previous_response_id'.`,
    { status: 400, code: 'conversation_too_long', param: refersBy },
  );
}

const inInput = /^input\[(\d+)\]/;

/** An error about a resolved request, with the path in the request as it was sent: earlier items are those of the previous response. */
function asSent(error: unknown, { earlier, isText }: { readonly earlier: number; readonly isText: boolean }): unknown {
  if (!(error instanceof ApiError) || error.param === null || earlier === 0) return error;
  const { message, status, code, type, headers } = error;
  const at = Number(inInput.exec(error.param)?.[1] ?? Number.NaN);
  if (Number.isNaN(at)) return error;
  const own = isText ? 'input' : error.param.replace(inInput, `input[${at - earlier}]`);
  const param = at < earlier ? 'previous_response_id' : own;
  return new ApiError(message.replaceAll(error.param, param), { status, code, type, headers, param });
}
