import type { Handler } from '../pipeline/endpoint.ts';

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
