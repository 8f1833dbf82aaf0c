import { authorise, permit, type Authorised } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import { keyFor, paysItself, resolve } from '../catalog/resolve.ts';
import { factsOf } from '../catalog/targets.ts';
import { ApiError } from '../errors.ts';
import type { Call } from './endpoint.ts';

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
 * Who asks for what, and what of it they may use. A stranger gets no further than the name of a model, and learns nothing of
 * what else they sent: only whether the stack pays for what they asked for (403), else that their key is not taken (401).
 */
export async function admit<Read extends Asking>(
  call: Call,
  read: () => Read | Promise<Read>,
): Promise<Admitted<Read>> {
  const caller = call.caller();
  const { catalog, config, known } = call.services;
  if (caller.refusal && !paysItself(catalog, known)) throw caller.refusal;
  try {
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
  } catch (error) {
    if (caller.refusal && !(error instanceof ApiError && error.status === 403)) throw caller.refusal;
    throw error;
  }
}

/** How a target is called for this caller. */
export function contextOf(caller: Caller, asked: Authorised<Target>, signal: AbortSignal): CallContext {
  const { target, credential, region } = asked;
  const context = { credential, model: target.model, region, signal };
  return credential.kind === 'stack' ? { ...context, callerId: caller.id } : context;
}
