import { mayAsk } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import { callRegion } from '../auth/region.ts';
import { findModel, listModels, type CallerModels, type ModelEntry } from '../catalog/listing.ts';
import type { Outcome } from '../dialects/outcome.ts';
import { apiErrorOf } from '../pipeline/api-error-of.ts';
import type { Call, Services } from '../request-context.ts';

/** What this caller may ask for, in the region that their calls go to. */
export async function listed(call: Call): Promise<readonly ModelEntry[]> {
  return listModels(await holdingsOf(call));
}

/** One name of it, also one that a pattern of the catalog takes; undefined for what this caller may not ask for. */
export async function listedOne(call: Call, name: string): Promise<ModelEntry | undefined> {
  return findModel(name, await holdingsOf(call));
}

async function holdingsOf(call: Call): Promise<CallerModels> {
  const caller = call.caller();
  if (caller.refusal) throw caller.refusal;
  const { catalog, known } = call.services;
  const means = {
    hasOwnKey: caller.bedrock !== undefined,
    isRegistered: caller.via === 'listed',
    may: (name: string, key?: string) => mayAsk(caller.models, name, key),
  };
  return { ...(await bedrocks(caller, call.services)), catalog, backendFacts: known, caller: means };
}

/** What Bedrock tells the caller's own key; without one there is nobody to ask on whose behalf. */
async function bedrocks({ bedrock, cacheKey, keyRegion }: Caller, { config, directory, proofs }: Services) {
  if (bedrock === undefined) return { foundationModels: undefined, profiles: undefined };
  const region = callRegion(keyRegion === undefined ? {} : { keyRegion }, { model: '' }, config.bedrockRegions);
  const available = await directory.available(
    { credential: bedrock, cacheKey, onCredentialAccepted: () => proofs.note(cacheKey) },
    region,
  );
  return { foundationModels: seen(available.foundationModels), profiles: seen(available.profiles) };
}

/** A key that may call models need not be allowed to list them: then the configured names are what can be told. */
function seen<Value>(outcome: Outcome<Value>): Value | undefined {
  if (outcome.ok) return outcome.value;
  const refusal = apiErrorOf(outcome.failure);
  if (refusal.status === 403) return undefined;
  throw refusal;
}
