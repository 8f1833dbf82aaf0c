import { isFresh } from './cache.ts';
import { unavailable } from './store.ts';
import type { KeyTable } from './table.ts';

/** How long a table that did not answer is left alone. */
const restMs = 1_000;

/**
 * Reads of a table that is not asked again for a second after it has failed: while it is down, few requests wait for it, and the
 * others get the 503 `key_store_unavailable` at once. `now` is in milliseconds since the epoch.
 */
export function resting(table: Pick<KeyTable, 'read'>, now: () => number): Pick<KeyTable, 'read'> {
  let failedAt: number | undefined;
  return {
    async read(places) {
      if (failedAt !== undefined && isFresh(failedAt, { now: now(), maxAgeMs: restMs })) throw unavailable();
      try {
        return await table.read(places);
      } catch (error) {
        failedAt = now();
        throw error;
      }
    },
  };
}
