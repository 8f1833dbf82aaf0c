import { authorise, permit, type Authorised } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import { keyFor, resolve } from '../catalog/resolve.ts';
import { factsOf } from '../catalog/targets.ts';
import type { Call } from '../request-context.ts';

/** What a request says of itself before anything is done for it. */
export interface Asking {
  /** What was asked for, decoded. */
  readonly name: string;
}

/** A request that may go on, and what may answer it, best first. */
export interface Admitted<Read extends Asking> {
  readonly caller: Caller;
  readonly read: Read;
  /** Whether the catalog has the name; else it is Bedrock's own. */
  readonly mapped: boolean;
  readonly targets: readonly [Authorised<Target>, ...Authorised<Target>[]];
}

/**
 * Who asks for what, and what of it they may use. A stranger gets their refusal before anything that they sent is read. Throws
 * the ApiError that says why the request may not go on.
 */
export async function admit<Read extends Asking>(
  call: Call,
  read: () => Read | Promise<Read>,
): Promise<Admitted<Read>> {
  const caller = call.caller();
  const { catalog, config, known } = call.services;
  if (caller.refusal) throw caller.refusal;
  const asking = await read();
  permit(caller, asking.name, keyFor(asking.name, catalog));
  const resolved = resolve(asking.name, catalog, known);
  const targets = authorise(caller, resolved, {
    regions: config.bedrockRegions,
    // A guardrail is in one region, and what the stack pays does not go without it.
    failover: { bearer: config.failoverRegions, stack: catalog.guardrail ? [] : config.failoverRegions },
    paidWith: (target) => factsOf(target, known).paidWith,
  });
  return { caller, read: asking, mapped: resolved.mapped, targets };
}

/** How a target is called for this caller; Bedrock's answers to their own key prove it. */
export function contextOf(
  { call, caller }: { readonly call: Call; readonly caller: Caller },
  asked: Authorised<Target>,
  signal: AbortSignal,
): CallContext {
  const { target, credential, region } = asked;
  const context = { credential, model: target.model, region, signal };
  if (credential.kind === 'stack') return { ...context, callerId: caller.id };
  return { ...context, onCredentialAccepted: () => call.services.proofs.note(caller.cacheKey) };
}
