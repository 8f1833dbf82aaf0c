import type { FindProject, FoundProject } from '../auth/projects.ts';
import { createKeyCache } from './cache.ts';
import { projectOf, projectPlace, type Item } from './items.ts';
import { callerRules, placesOfRules } from './key-records.ts';
import { isShortId } from './key-text.ts';
import type { KeyTable } from './table.ts';

/** An archived project is denied everywhere after this time at the latest, as its keys are. */
const maxAgeMs = 60_000;

/** Only ids are asked for that a trusted issuer has signed or the config names. */
const maxEntries = 10_000;

/** Finds projects and what is set for them, as of the last 60 seconds. `now` is in milliseconds since the epoch. */
export function projectFinder(table: Pick<KeyTable, 'read'>, now: () => number): FindProject {
  const known = createKeyCache<{ readonly found: FoundProject | undefined }>({ maxAgeMs, maxEntries });
  return async (id) => {
    const at = now();
    const held = known.get(id, at);
    if (held !== undefined) return held.found;
    const found = isShortId(id) ? foundIn(await table.read([projectPlace(id), ...placesOfRules(id)])) : undefined;
    known.set(id, { found }, at);
    return found;
  };
}

function foundIn([project, ...set]: readonly (Item | undefined)[]): FoundProject | undefined {
  if (project === undefined) return undefined;
  const rules = callerRules(set);
  const { state, name } = projectOf(project);
  return { state, name, ...(rules && { rules }) };
}
