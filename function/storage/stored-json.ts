import { isObject } from '../dialects/json.ts';
import type { ObjectPlace, Store } from './store.ts';

/** A JSON object in the store. */
export interface StoredJson {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Changes with every write. */
  readonly etag: string;
}

/** Reads a JSON object that this gateway has written; undefined where there is none. Rejects with an error for anything but an object. */
export async function readStoredJson(store: Store, owner: string, place: ObjectPlace): Promise<StoredJson | undefined> {
  const found = await store.get(owner, place);
  if (found === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.body) chunks.push(chunk);
  const fields: unknown = JSON.parse(Buffer.concat(chunks).toString());
  if (!isObject(fields)) throw new Error('an object of the store is not JSON of this gateway');
  return { fields, etag: found.etag };
}
