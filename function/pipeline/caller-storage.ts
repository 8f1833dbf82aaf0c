import type { RequestContext } from '../request-context.ts';
import type { OwnersFiles } from '../storage/files.ts';
import { ownerOf } from '../storage/owners.ts';
import type { Storage } from '../storage/storage.ts';
import { proveCaller } from './key-proof.ts';

/** The files of a request's caller. `owner` says whose they are: it is the first argument of every call of the store. */
export interface CallerStorage extends Storage, OwnersFiles {}

/**
 * Finds the files of a request's caller. A Bedrock key is proven first: Bedrock is asked where it has not answered the key lately. Throws
 * the ApiError 403 for a caller without storage, and Bedrock's refusal of a key.
 */
export async function callerStorage(
  context: Pick<RequestContext, 'caller' | 'services' | 'invocation' | 'request'>,
): Promise<CallerStorage> {
  const { caller, services, invocation } = context;
  const { storage: load, proofs, config, now } = services;
  if (load === undefined) throw new Error('a request for files came to a stack that stores none');
  const storage = await load();
  if (caller.method !== 'bedrock-key' || !storage.settings.bedrockKeys)
    return { ...storage, owner: ownerOf(caller, storage.settings), now: now() };
  const signal = signalUntil(invocation.answerBy, context);
  await proveCaller(context, { region: caller.keyRegion ?? config.bedrockRegions[0], signal });
  const isProven = caller.isProven || proofs.has(caller.cacheKey);
  return { ...storage, owner: ownerOf({ ...caller, isProven }, storage.settings), now: now() };
}

/** A signal that aborts at `until`, in milliseconds since the epoch, with a TimeoutError, and when the client hangs up. */
export function signalUntil(
  until: number,
  { services, request }: Pick<RequestContext, 'services' | 'request'>,
): AbortSignal {
  const timeLimit = AbortSignal.timeout(Math.max(until - services.now(), 0));
  return request.signal === undefined ? timeLimit : AbortSignal.any([request.signal, timeLimit]);
}
