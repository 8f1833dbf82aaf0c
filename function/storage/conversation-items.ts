import { createHash } from 'node:crypto';
import { ApiError } from '../errors.ts';
import type { StoredConversation } from './conversations.ts';
import { listAll } from './list-all.ts';
import type { OwnersAnswers } from './stored-answers.ts';
import type { Listed, ObjectPlace } from './store.ts';
import { readStoredJson } from './stored-json.ts';
import { shownId, type Stored } from './stored-responses.ts';

/** Objects that are read or written at once. */
const atOnce = 32;

/** Hexadecimal digits that tell an ID from others of its conversation. */
const hashLength = 16;

/** What is appended to a conversation. */
export interface NewItems {
  /** Each with its ID. */
  readonly items: readonly Stored[];
  /** When they are written, in milliseconds since the epoch. */
  readonly now: number;
  /** 32 random hexadecimal digits. */
  readonly hex: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The objects of a conversation's items, in the order in which they were written: by the time of the write, and within one write by their
 * place in it. Two writes at once each stay in one piece.
 */
export async function listItems(
  { store, owner }: OwnersAnswers,
  { digits }: StoredConversation,
): Promise<readonly Listed[]> {
  return listAll(store, owner, { kind: 'item', prefix: `${digits}.` });
}

/** Reads items by their objects; those that were deleted meanwhile are left out. */
export async function readItems(
  { store, owner }: OwnersAnswers,
  listed: readonly Listed[],
): Promise<readonly Stored[]> {
  const found = await inGroups(listed, ({ id }) => readStoredJson(store, owner, { kind: 'item', id }));
  return found.flatMap((item) => (item === undefined ? [] : [item.fields]));
}

/**
 * Appends items to a conversation, one object each. Where one cannot be written, none of them stays, as far as the store allows. Rejects with
 * the ApiError 503 where the store fails or the signal aborts.
 */
export async function appendItems(
  { store, owner }: OwnersAnswers,
  { digits }: StoredConversation,
  { items, now, hex, signal }: NewItems,
): Promise<void> {
  const time = now.toString(16).padStart(11, '0');
  const written = items.map((item, at) => {
    const order = `${time}${hex.slice(-6)}${at.toString(16).padStart(4, '0')}`;
    const place: ObjectPlace = { kind: 'item', id: `${digits}.${order}.${hashOf(String(item['id']))}` };
    return { place, bytes: Buffer.from(JSON.stringify(item)) };
  });
  try {
    await inGroups(written, ({ place, bytes }) => store.put(owner, place, { bytes, signal }));
  } catch (error) {
    const places = written.map(({ place }) => place);
    await store.remove(owner, places).catch(() => undefined);
    throw error;
  }
}

/** Finds an item by its ID, and its object. Throws the ApiError 404 where the conversation has none. */
export async function findItem(
  answers: OwnersAnswers,
  conversation: StoredConversation,
  id: string,
): Promise<{ readonly item: Stored; readonly listed: Listed }> {
  const all = await listItems(answers, conversation);
  const listed = all[placeOfItem(all, id)];
  const [item] = listed === undefined ? [] : await readItems(answers, [listed]);
  if (listed === undefined || item?.['id'] !== id) throw noSuchItem(id, 'item_id');
  return { item, listed };
}

/** Where the object of an item is among others, by the item's ID; -1 where it is not. */
export function placeOfItem(listed: readonly Listed[], id: string): number {
  const end = `.${hashOf(id)}`;
  return listed.findIndex((each) => each.id.endsWith(end));
}

/** Deletes items by their objects. */
export async function removeItems({ store, owner }: OwnersAnswers, listed: readonly Listed[]): Promise<void> {
  await store.remove(
    owner,
    listed.map(({ id }) => ({ kind: 'item', id })),
  );
}

/** The ApiError 404 for an item that is not there. `param` is the parameter that names it. */
export function noSuchItem(id: string, param: string): ApiError {
  return new ApiError(`Item with id '${shownId(id)}' not found.`, { status: 404, code: 'item_not_found', param });
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, hashLength);
}

async function inGroups<In, Out>(all: readonly In[], run: (each: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let from = 0; from < all.length; from += atOnce) {
    results.push(...(await Promise.all(all.slice(from, from + atOnce).map(run))));
  }
  return results;
}
