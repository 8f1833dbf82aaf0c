import { authorisedTargets, checkModelAllowed, type Authorised } from '../auth/authorise.ts';
import type { Target } from '../catalog/catalog.ts';
import { keyFor, resolveKey, type Resolved } from '../catalog/resolve.ts';
import { factsOf } from '../catalog/targets.ts';
import type { RequestContext } from '../request-context.ts';

/** What may answer a request. */
export interface Admitted {
  /** The key of the catalog that the name leads to; undefined for one of Bedrock's own ids. */
  readonly key: string | undefined;
  /** Best first. */
  readonly targets: readonly [Authorised<Target>, ...Authorised<Target>[]];
  /** Whether the catalog has the name; else it is one of Bedrock's own ids. */
  readonly isMapped: boolean;
}

/** Who asks, and what a name is looked up in. */
export type AskingCaller = Pick<RequestContext, 'caller' | 'services'>;

/**
 * Finds the targets of a name that this caller may use. A promise only where the caller's project may not use every model: few do so,
 * and no start of the others should load what judges that. Throws, or rejects with, the ApiError 403 or 404 that says why there is none.
 */
export function admit(name: string, context: AskingCaller): Admitted | Promise<Admitted> {
  const { caller, services } = context;
  const { catalog, backendFacts } = services;
  if (caller.rules?.project?.models !== undefined) {
    return import('./permitted.ts').then(({ admitPermitted }) => admitPermitted(name, context));
  }
  const key = keyFor(name, catalog);
  checkModelAllowed(caller, name, key);
  const resolved = resolveKey(name, key, { catalog, backendFacts });
  return { key, targets: payableTargets(resolved, context), isMapped: resolved.mapped };
}

/** The targets that this caller can pay for, with the regions to fail over to. Throws the ApiError 403 where there is none. */
export function payableTargets(
  resolved: Resolved,
  { caller, services: { catalog, config, backendFacts } }: AskingCaller,
): Admitted['targets'] {
  return authorisedTargets(caller, resolved, {
    regions: config.bedrockRegions,
    // A guardrail is in one region, and what the stack pays does not go without it.
    failover: { bearer: config.failoverRegions, stack: catalog.guardrail ? [] : config.failoverRegions },
    paidWith: (target) => factsOf(target, backendFacts).paidWith,
    takesBedrockKeys: config.bedrockKeys !== 'none',
  });
}
