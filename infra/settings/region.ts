import { Region } from '@pulumi/aws/types/enums/index.js';

import { nearestName } from './nearest.ts';
import { InvalidValue, quoted } from './values.ts';
import type { Reader } from './values.ts';

/** All regions that the AWS provider knows, in every partition: it refuses any other as `aws:region`. */
const regions: readonly string[] = Object.values(Region);

/** Whether there is a region of this name. */
export function isRegion(name: string): boolean {
  return regions.includes(name);
}

/** Reads the name of an AWS region. Throws an InvalidValue for any other text. */
export const region: Reader<string> = (value) => {
  if (isRegion(value)) return value;
  throw new InvalidValue(`must be a region such as us-east-1, not ${quoted(value)}${regionHint(value)}`);
};

/** The end of a sentence about a region that does not exist: the one that may be meant, or ''. */
export function regionHint(name: string): string {
  const meant = nearestName(name, regions);
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

/** The beginnings of regions outside of the partition `aws`, with their own. */
const partitions: readonly (readonly [beginning: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

/** The partition of a region, which ARNs begin with. */
export function partitionOf(name: string): string {
  return partitions.find(([beginning]) => name.startsWith(beginning))?.[1] ?? 'aws';
}
