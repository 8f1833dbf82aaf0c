import type { ProjectState } from '../auth/jwt/jwt-callers.ts';
import { createKeyCache } from './cache.ts';
import { projectOf, projectPlace } from './items.ts';
import { isShortId } from './key-text.ts';
import type { KeyTable } from './table.ts';

/** An archived project is denied everywhere after this time at the latest, as its keys are. */
const maxAgeMs = 60_000;

/** Only ids that a trusted issuer has signed are asked for. */
const maxEntries = 10_000;

/** Says whether the table has a project and whether it is active, as of the last 60 seconds. `now` is in milliseconds since the epoch. */
export function projectStates(table: Pick<KeyTable, 'read'>, now: () => number): ProjectState {
  const known = createKeyCache<Awaited<ReturnType<ProjectState>>>({ maxAgeMs, maxEntries });
  return async (id) => {
    const at = now();
    const held = known.get(id, at);
    if (held !== undefined) return held;
    const [item] = isShortId(id) ? await table.read([projectPlace(id)]) : [];
    const state = item === undefined ? 'unknown' : projectOf(item).state;
    known.set(id, state, at);
    return state;
  };
}
