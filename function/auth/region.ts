import { mayBeIn } from '../dialects/model-ids.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from './caller.ts';

/**
 * Where a call goes: to the region that the target's ARN or the caller's short-term key names, else to the first configured one.
 * What is returned is always an entry of `regions` itself, so that nothing from a key or an ARN gets into a host name. Throws an
 * ApiError 401 for a key of another region, and a 400 for an ARN of one.
 */
export function callRegion(
  caller: Pick<Caller, 'keyRegion'>,
  target: { readonly model: string },
  regions: readonly [string, ...string[]],
): string {
  const keyRegion = caller.keyRegion === undefined ? undefined : listed(caller.keyRegion, regions);
  if (caller.keyRegion !== undefined && keyRegion === undefined) throw keyElsewhere(caller.keyRegion, regions);
  const named = arnRegion(target.model);
  if (named === undefined) return keyRegion ?? regions[0];
  const region = listed(named, regions);
  if (region === undefined) throw targetElsewhere(regions);
  if (keyRegion !== undefined && keyRegion !== region) throw mismatch(keyRegion, region);
  return region;
}

/**
 * Where else a target may be asked than in its own region. A short-term key and an ARN have one region only, and the profiles of
 * a geography are in its regions.
 */
export function failoverRegions(
  { keyRegion }: Pick<Caller, 'keyRegion'>,
  { model, region }: { readonly model: string; readonly region: string },
  regions: readonly string[],
): readonly string[] {
  if (keyRegion !== undefined || arnRegion(model) !== undefined) return [];
  return regions.filter((other) => other !== region && mayBeIn(model, other));
}

/** The configured entry that equals this name. */
function listed(name: string, regions: readonly string[]): string | undefined {
  return regions.find((region) => region === name);
}

/** The region of an ARN; undefined when the model is no ARN. One without a region gives '', which is never configured. */
function arnRegion(model: string): string | undefined {
  return /^arn:/i.test(model) ? (model.split(':')[3] ?? '') : undefined;
}

/** 401: the cure is another key. The region's form was checked when the key was read. */
function keyElsewhere(keyRegion: string, regions: readonly string[]): ApiError {
  return new ApiError(
    `This short-term Amazon Bedrock API key works in ${keyRegion} only, and this gateway calls Bedrock in ` +
      `${regions.join(', ')}. Make a key for one of these regions, or use a long-term key.`,
    { status: 401, code: 'invalid_api_key' },
  );
}

function targetElsewhere(regions: readonly string[]): ApiError {
  return new ApiError(
    `The ARN names another region than those that this gateway calls Bedrock in: ${regions.join(', ')}.`,
    { status: 400, code: 'region_not_allowed', param: 'model' },
  );
}

function mismatch(keyRegion: string, region: string): ApiError {
  return new ApiError(
    `The ARN is in ${region}, and this short-term Amazon Bedrock API key works in ${keyRegion} only.`,
    { status: 400, code: 'region_not_allowed', param: 'model' },
  );
}
