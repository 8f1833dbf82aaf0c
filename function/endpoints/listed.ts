import { callRegion } from '../auth/region.ts';
import { listing, type ModelEntry } from '../catalog/listing.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import { chatToConverse } from '../translate/chat/index.ts';
import type { Call } from './endpoint.ts';

/** What this caller may ask for, in the region that their calls go to. */
export async function listed(call: Call): Promise<readonly ModelEntry[]> {
  const caller = call.caller();
  const { catalog, config, directory } = call.services;
  const region = callRegion(caller, { model: '' }, config.bedrockRegions);
  const available = await directory.available(caller, region);
  return listing({ foundationModels: seen(available.foundationModels), profiles: seen(available.profiles), catalog });
}

/** A key that may call models need not be allowed to list them: then the configured names are what can be told. */
function seen<Value>(outcome: Outcome<Value>): Value | undefined {
  if (outcome.ok) return outcome.value;
  const refusal = asApiError(outcome.failure);
  if (refusal.status === 403) return undefined;
  throw refusal;
}

function asApiError(failure: Failure): ApiError {
  const { status, headers, body } = chatToConverse.failure(failure);
  const { message, type, param, code } = body.error;
  return new ApiError(message, { status, type, param, code, headers });
}
