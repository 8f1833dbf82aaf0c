import type { Handler } from '../pipeline/endpoint.ts';
import { withoutEncrypted } from '../translate/responses/stored-items.ts';

/** An operation on what the stack stores. */
export interface StoredOperation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A pattern of http/router.ts. */
  readonly path: string;
  /** What serves it: code of its own is loaded with the first request. */
  readonly load: () => Promise<Handler>;
}

/** Options of answers: none may be kept by a cache, since the next caller may be another one. */
export const privately = { headers: { 'cache-control': 'no-store' } };

/** Shows items with what was asked for beside them. */
export function shownBy(include: readonly string[]): (item: unknown) => unknown {
  return include.includes('reasoning.encrypted_content') ? (item) => item : withoutEncrypted;
}
