import type { PerFunction } from './keys.ts';
import { InvalidValue, atPlace, fields, json, pathStep, scalar, wholeNumber } from './values.ts';
import type { Reader } from './values.ts';

/** A roll-out in part: how much of the traffic the new version of each function gets. */
export interface CanaryConfig {
  /** The percentage of requests that the newest versions get; the stable versions get the others. */
  readonly percent: number;
  /** The versions of the functions that were live before. */
  readonly stable: PerFunction;
}

const entries = ['buffered', 'streaming'] as const;

/** Reads the map of a canary. Throws an InvalidValue for any other text. */
export const canary: Reader<CanaryConfig> = (value) => {
  const values = fields(json(value), { required: ['percent', 'stable'], optional: [] });
  const percent = atPlace(
    '.percent',
    () => wholeNumber(0, 99)(scalar(values.get('percent'))),
    'has a value at percent that ',
  );
  const versions = atPlace(
    '.stable',
    () => fields(values.get('stable'), { required: [], optional: entries }),
    'has a value at stable that ',
  );
  if (versions.size === 0) throw new InvalidValue(`has no version at stable: it takes ${entries.join(', ')}`);
  const stable = Object.fromEntries([...versions].map(([name, version]) => [name, stableVersion(name, version)]));
  return { percent, stable };
};

/** Lambda numbers versions from 1. */
function stableVersion(name: string, version: unknown): number {
  const prefix = `has a value at stable.${name} that `;
  const read = () => wholeNumber(1, 1_000_000_000)(scalar(version));
  return atPlace(`.stable${pathStep(name)}`, read, prefix);
}
