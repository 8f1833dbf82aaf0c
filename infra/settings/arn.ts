import { isRegion, partitionOf, regionHint } from './region.ts';
import { InvalidValue, quoted } from './values.ts';
import type { Reader } from './values.ts';

/**
 * A reader of the ARNs of one service, as they name it: of what `read` accepts, those in a region that exists and in the partition of
 * that region.
 */
export function arn(service: string, read: Reader<string>): Reader<string> {
  return (value) => {
    const named = value.startsWith('arn:') ? (value.split(':')[2] ?? '') : service;
    if (named !== service)
      throw new InvalidValue(
        `must be an ARN of ${service}, which begins with arn:aws:${service}:, not of ${quoted(named)}`,
      );
    const accepted = read(value);
    const flaw = arnFlaw(accepted);
    if (flaw !== undefined) throw new InvalidValue(flaw);
    return accepted;
  };
}

/** What is wrong with the region or the partition of an ARN, as the end of a sentence about it; undefined for nothing. */
export function arnFlaw(value: string): string | undefined {
  const [, partition = '', , region = ''] = value.split(':');
  if (!isRegion(region)) return `is in ${quoted(region)}, which is no region${regionHint(region)}`;
  const expected = partitionOf(region);
  return partition === expected
    ? undefined
    : `begins with arn:${partition}:, and ARNs in ${region} begin with arn:${expected}:`;
}

/** The region in an ARN; undefined if there is no ARN. */
export function regionOf(value: string | undefined): string | undefined {
  return value?.split(':')[3];
}
