import { env } from 'node:process';

/**
 * The seed of all property tests, so that a run fails for what was changed and not by chance. `PROPERTY_SEED=<number>` looks
 * elsewhere.
 */
export const propertySeed = Number(env['PROPERTY_SEED'] ?? 1);

/** How many inputs a property test tries; `PROPERTY_RUNS=<factor>` makes them more. */
export function propertyRuns(usual: number): number {
  return Math.ceil(usual * Number(env['PROPERTY_RUNS'] ?? 1));
}
