import type { Caller } from '../auth/caller.ts';
import { callRegion } from '../auth/region.ts';
import { listing, type ModelEntry } from '../catalog/listing.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import { chatToConverse } from '../translate/chat/index.ts';
import type { Call, Services } from './endpoint.ts';

/** What this caller may ask for, in the region that their calls go to. */
export async function listed(call: Call): Promise<readonly ModelEntry[]> {
  const caller = call.caller();
  if (caller.refusal) throw caller.refusal;
  const { models } = caller;
  const holdings = await holdingsOf(caller, call.services);
  const means = { ownKey: caller.bedrock !== undefined, listed: caller.via === 'listed', ...(models && { models }) };
  const { catalog, known } = call.services;
  return listing({ ...holdings, catalog, known, caller: means });
}

/** What Bedrock tells the caller's own key; without one there is nobody to ask on whose behalf. */
async function holdingsOf({ bedrock, cacheKey, keyRegion }: Caller, { config, directory }: Services) {
  if (bedrock === undefined) return { foundationModels: undefined, profiles: undefined };
  const region = callRegion(keyRegion === undefined ? {} : { keyRegion }, { model: '' }, config.bedrockRegions);
  const available = await directory.available({ credential: bedrock, cacheKey }, region);
  return { foundationModels: seen(available.foundationModels), profiles: seen(available.profiles) };
}

/** A key that may call models need not be allowed to list them: then the configured names are what can be told. */
function seen<Value>(outcome: Outcome<Value>): Value | undefined {
  if (outcome.ok) return outcome.value;
  const refusal = asApiError(outcome.failure);
  if (refusal.status === 403) return undefined;
  throw refusal;
}

function asApiError(failure: Failure): ApiError {
  const { status, headers, event } = chatToConverse.failure(failure);
  const { message, type, param, code } = event.error;
  return new ApiError(message, { status, type, param, code, headers });
}
