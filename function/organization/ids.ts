import { ApiError } from '../errors.ts';
import { adminProjectId, isKeyId, isShortId } from '../keys/key-text.ts';

/** OpenAI's prefixes of ids, with which they leave the gateway. */
const idPrefixes = { project: 'proj_', account: 'svc_acct_', key: 'key_' } as const;

/** What has an id in the API. */
type Kind = keyof typeof idPrefixes;

/** The id of a record as it leaves the gateway. */
export function withPrefix(kind: Kind, id: string): string {
  return id.startsWith(idPrefixes[kind]) ? id : idPrefixes[kind] + id;
}

/**
 * Reads an id of the API: undefined for every text that has not the one form of its kind. The project of admin keys is none that a
 * path could name.
 */
export function recordId(kind: Kind, text: string): string | undefined {
  const prefix = idPrefixes[kind];
  if (!text.startsWith(prefix)) return undefined;
  const id = text.slice(prefix.length);
  const isWellFormed = kind === 'key' ? isKeyId(id) : isShortId(id) && id !== adminProjectId;
  return isWellFormed ? id : undefined;
}

const names = { project: 'project', account: 'service account', key: 'API key' } as const satisfies Record<
  Kind,
  string
>;

/** A record that a change has returned. Throws the ApiError 404 for what was gone by then. */
export function changed<Value>(kind: Kind, record: Value | undefined): Value {
  if (record === undefined) throw notFound(kind);
  return record;
}

/** The 404 for an id that names nothing, or nothing that this caller may know of. */
export function notFound(kind: Kind): ApiError {
  return new ApiError(`This ${names[kind]} does not exist, or you may not use it.`, { status: 404, code: 'not_found' });
}
