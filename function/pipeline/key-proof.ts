import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import { provesKey } from '../backends/bedrock/key-proof.ts';
import { apiErrorOf } from './api-error-of.ts';
import type { Services } from '../request-context.ts';

/** A listing of one entry takes Bedrock well under a second. */
const patienceMs = 5_000;

/**
 * Sees to it that nothing is fetched for a key that only looks like one: a caller must be listed, or bring a key that Bedrock has
 * answered lately or answers now. Throws Bedrock's refusal of the key as an ApiError, and so its throttling or failure.
 */
export async function proveKey(
  { services, caller }: { readonly services: Pick<Services, 'control' | 'proofs'>; readonly caller: Caller },
  { region, signal }: Pick<CallContext, 'region' | 'signal'>,
): Promise<void> {
  const { bedrock, cacheKey, refusal, via } = caller;
  if (refusal) throw refusal;
  const { control, proofs } = services;
  if (via === 'listed' || bedrock === undefined || proofs.has(cacheKey)) return;
  const context = {
    credential: bedrock,
    region,
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
  };
  // The smallest answer that a Bedrock key can ask for: free, and without a model's quota.
  const outcome = await control.listing('/inference-profiles', 'maxResults=1', context);
  if (provesKey(outcome)) proofs.note(cacheKey);
  else if (!outcome.ok) throw apiErrorOf(outcome.failure);
}
