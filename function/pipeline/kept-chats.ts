import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import type { HttpResponse } from '../http-values.ts';
import type { RequestContext } from '../request-context.ts';
import { writeChat } from '../storage/stored-chats.ts';
import { newStoredDigits, storedId } from '../storage/stored-ids.ts';
import type { Stored } from '../storage/stored-responses.ts';
import { callerStorage, type CallerStorage } from './caller-storage.ts';
import { relayKept, type Kept } from './kept.ts';
import { shownStream } from './kept-stream.ts';
import { isWritten } from './kept-write.ts';
import type { Answer } from './prepared-call.ts';
import type { ModelEndpoint } from './route.ts';
import { chatEvents, type ChatEvents } from './shown-chat.ts';

/** Bytes of a chat as JSON. More is not stored. */
const maxBytes = 20_000_000;

/** Settings of a request that a stored chat shows. */
const shownFields = [
  'frequency_penalty',
  'presence_penalty',
  'response_format',
  'seed',
  'temperature',
  'tool_choice',
  'tools',
  'top_p',
] as const;

/** Takes a chat through the pipeline, and stores its answer. Throws the ApiError that says why it may not go on. */
export function relayChat(endpoint: ModelEndpoint<JsonBody>, context: RequestContext): Promise<HttpResponse> {
  return relayKept(endpoint, context, keepChat);
}

/** Stores the answer of a chat, where the request or the config asks for it. Undefined for one that is not to be stored. */
function keepChat(body: JsonBody, context: RequestContext): Promise<Kept<JsonBody> | undefined> | undefined {
  const { store } = body.value;
  const { storage: settings } = context.services.catalog;
  const isUnsaid = store === undefined || store === null;
  const isDefault = isUnsaid && isObject(settings) && settings['storeByDefault'] === true;
  if (store !== true && !isDefault) return undefined;
  return keep(body, context, { isDefault });
}

async function keep(
  { value, text }: JsonBody,
  context: RequestContext,
  { isDefault }: { readonly isDefault: boolean },
): Promise<Kept<JsonBody> | undefined> {
  const storage = await storageFor(context);
  if (storage === undefined) return undefined;
  if (text.length > maxBytes) {
    if (isDefault) return undefined;
    throw tooLarge();
  }
  const digits = newStoredDigits(storage.mark, { now: storage.now, hex: context.services.newId() });
  const id = storedId('chat', digits);
  // A server would store it in the account of the stack, which all callers share.
  const { store: _store, ...stateless } = value;
  const write = async (completion: Stored): Promise<void> => {
    const messages: unknown = value['messages'];
    const stored = {
      completion: { ...completion, ...shownSettings(value), metadata: value['metadata'] ?? {} },
      messages: Array.isArray(messages) ? messages : [],
    };
    await isWritten(context, (signal) => writeChat(storage, digits, { ...stored, signal }), {
      stream: value['stream'] === true,
    });
  };
  return {
    body: { value: stateless, text: JSON.stringify(stateless) },
    id,
    answer: (answer) => written(answer, { id, write }),
    stream(stream) {
      const events: ChatEvents = chatEvents(id, write);
      return shownStream(stream, events);
    },
    refusal: (error) => error,
  };
}

/** The caller's storage; undefined for a caller who has none. */
async function storageFor(context: RequestContext): Promise<CallerStorage | undefined> {
  try {
    return await callerStorage(context);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'storage_not_allowed') return undefined;
    throw error;
  }
}

/** A whole answer under its own ID, once it is stored. */
async function written(
  answer: Answer,
  { id, write }: { readonly id: string; readonly write: (completion: Stored) => Promise<void> },
): Promise<Answer> {
  if ('refusal' in answer) return answer;
  const told: unknown = 'bytes' in answer ? parsed(answer.bytes) : answer.body;
  if (!isObject(told) || !Array.isArray(told['choices'])) return answer;
  const completion = { ...told, id };
  await write(completion);
  if ('body' in answer) return { ...answer, body: completion };
  return { ...answer, bytes: Buffer.from(JSON.stringify(completion)) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

function shownSettings(value: Stored): Stored {
  return Object.fromEntries(
    shownFields.flatMap((name) => (value[name] === undefined || value[name] === null ? [] : [[name, value[name]]])),
  );
}

function tooLarge(): ApiError {
  return new ApiError(
    'This chat has more than 20 MB, which is all that is stored of one. Send it with "store": false.',
    {
      status: 400,
      code: 'chat_too_large',
      param: 'store',
    },
  );
}
