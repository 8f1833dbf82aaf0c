import { provesKey } from '../backends/bedrock/key-proof.ts';
import type { RequestContext } from '../request-context.ts';
import type { RoutedRequest } from './route.ts';
import { upstreamRefusal } from './upstream-refusal.ts';

/** A listing of one entry takes Bedrock well under a second. */
const proofTimeoutMs = 5_000;

/**
 * Checks that a caller is proven before anything is fetched for them: nothing is done for a key that only looks like one. Asks Bedrock
 * where it has not answered the key lately. Throws Bedrock's refusal of the key as an ApiError, and so its throttling or failure.
 */
export function proveKey({ request: { context }, call }: RoutedRequest<unknown>): Promise<void> {
  return proveCaller(context, call);
}

/**
 * Checks that a caller is proven, as `proveKey` does, for what is done without asking a model. `region` is where Bedrock is asked. Throws
 * Bedrock's refusal of the key as an ApiError, and so its throttling or failure.
 */
export async function proveCaller(
  { caller, services }: Pick<RequestContext, 'caller' | 'services'>,
  call: { readonly region: string; readonly signal: AbortSignal },
): Promise<void> {
  const { bedrock, cacheKey, isProven } = caller;
  const { proofs } = services;
  if (isProven || bedrock === undefined || proofs.has(cacheKey)) return;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(proofTimeoutMs)]);
  // The smallest answer that a Bedrock key can ask for: free, and without a model's quota.
  const outcome = await services.bedrock.listing('/inference-profiles', 'maxResults=1', {
    credential: bedrock,
    region: call.region,
    signal,
  });
  if (provesKey(outcome)) proofs.note(cacheKey);
  else if (!outcome.ok) throw upstreamRefusal(outcome.failure);
}
