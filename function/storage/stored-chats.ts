import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import { listAll } from './list-all.ts';
import { changeStored, readStored, writeStored, type OwnersAnswers } from './stored-answers.ts';
import { digitsOf, storedId } from './stored-ids.ts';
import { readStoredJson } from './stored-json.ts';
import { shownId, type Stored } from './stored-responses.ts';
import type { StoredMetadata } from './conversations.ts';

/** A chat as it is stored. Its messages are an object of their own, so that lists of chats need not read them. */
export interface StoredChat {
  /** The completion, with its metadata. */
  readonly completion: Stored;
  readonly messages: readonly unknown[];
}

/** What is listed: chats of one model, or with some metadata, behind one of them. */
export interface ChatQuery {
  readonly after?: string | undefined;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly model?: string | undefined;
  readonly metadata?: StoredMetadata | undefined;
}

/** A list that only few chats belong to ends after so many were read. */
const maxRead = 1_000;

/** Chats that are read at once. */
const atOnce = 32;

/** Writes a chat: its messages first, so that none is there without them. Rejects with the ApiError 503 where the store fails. */
export async function writeChat(
  answers: OwnersAnswers,
  digits: string,
  { completion, messages, signal }: StoredChat & { readonly signal: AbortSignal },
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify({ messages }));
  await answers.store.put(answers.owner, { kind: 'messages', id: storedId('chat', digits) }, { bytes, signal });
  await writeStored(answers, { kind: 'chat', digits }, { fields: { completion }, signal });
}

/** Reads the completion of a chat by its ID. Throws the ApiError 404 where the owner has none. */
export async function readChat(answers: OwnersAnswers, id: string): Promise<Stored> {
  const completion = await findChat(answers, id);
  if (completion === undefined) throw noSuchChat(id);
  return completion;
}

/** Reads the messages that a chat was asked with. Throws the ApiError 404 where the owner has no such chat. */
export async function readChatMessages(answers: OwnersAnswers, id: string): Promise<readonly Stored[]> {
  await readChat(answers, id);
  const found = await readStoredJson(answers.store, answers.owner, { kind: 'messages', id });
  const messages: unknown = found?.fields['messages'];
  return Array.isArray(messages) ? messages.filter(isObject) : [];
}

/** Replaces the metadata of a chat. Throws the ApiError 404 where the owner has none of that ID, and 409 where others keep changing it. */
export async function updateChat(answers: OwnersAnswers, id: string, metadata: StoredMetadata): Promise<Stored> {
  const changed = await changeStored(answers, { kind: 'chat', id }, ({ completion }) => ({
    completion: { ...(isObject(completion) ? completion : {}), metadata },
  }));
  const completion: unknown = changed?.['completion'];
  if (!isObject(completion)) throw noSuchChat(id);
  return completion;
}

/** Deletes a chat and its messages. Throws the ApiError 404 where the owner has none of that ID. */
export async function removeChat(answers: OwnersAnswers, id: string): Promise<void> {
  await readChat(answers, id);
  await answers.store.remove(answers.owner, [{ kind: 'chat', id }]);
  await answers.store.remove(answers.owner, [{ kind: 'messages', id }]);
}

/** Lists chats in the order of their times. Reads no more than it must, and at most a thousand. Throws the ApiError 404 for an `after` of another form. */
export async function listChats(
  answers: OwnersAnswers,
  { after, limit, order, model, metadata = {} }: ChatQuery,
): Promise<{ readonly chats: readonly Stored[]; readonly hasMore: boolean }> {
  if (after !== undefined && digitsOf('chat', after, answers.mark) === undefined) throw noSuchChat(after, 'after');
  // Stores list keys in their order, which is that of the times in IDs.
  const all = (await listAll(answers.store, answers.owner, { kind: 'chat' })).map(({ id }) => id);
  const ordered = order === 'asc' ? all : all.toReversed();
  const ids = ordered.filter((id) => after === undefined || (order === 'asc' ? id > after : id < after));
  const chats: Stored[] = [];
  let read = 0;
  while (read < Math.min(ids.length, maxRead) && chats.length <= limit) {
    const some = ids.slice(read, read + Math.min(atOnce, limit + 1));
    read += some.length;
    const found = await Promise.all(some.map((id) => findChat(answers, id)));
    chats.push(
      ...found.filter((chat) => chat !== undefined && isWanted(chat, { model, metadata })).map((chat) => chat ?? {}),
    );
  }
  return { chats: chats.slice(0, limit), hasMore: chats.length > limit || read < ids.length };
}

function isWanted(
  { model, metadata }: Stored,
  wanted: { readonly model: string | undefined; readonly metadata: StoredMetadata },
): boolean {
  const own = isObject(metadata) ? metadata : {};
  const fits = Object.entries(wanted.metadata).every(([key, value]) => own[key] === value);
  return fits && (wanted.model === undefined || wanted.model === model);
}

async function findChat(answers: OwnersAnswers, id: string): Promise<Stored | undefined> {
  const found = await readStored(answers, { kind: 'chat', id });
  const completion: unknown = found?.fields['completion'];
  return isObject(completion) ? completion : undefined;
}

function noSuchChat(id: string, param = 'id'): ApiError {
  return new ApiError(`Chat completion with id '${shownId(id)}' not found.`, {
    status: 404,
    code: 'chat_not_found',
    param,
  });
}
