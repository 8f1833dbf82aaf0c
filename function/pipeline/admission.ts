import { authorisedTargets, checkModelAllowed, type Authorised } from '../auth/authorise.ts';
import type { Target } from '../catalog/catalog.ts';
import { keyFor, resolveKey } from '../catalog/resolve.ts';
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

/** Finds the targets of a name that this caller may use. Throws the ApiError 403 or 404 that says why there is none. */
export function admit(name: string, { caller, services }: Pick<RequestContext, 'caller' | 'services'>): Admitted {
  const { catalog, config, backendFacts } = services;
  const key = keyFor(name, catalog);
  checkModelAllowed(caller, name, key);
  const resolved = resolveKey(name, key, { catalog, backendFacts });
  const targets = authorisedTargets(caller, resolved, {
    regions: config.bedrockRegions,
    // A guardrail is in one region, and what the stack pays does not go without it.
    failover: { bearer: config.failoverRegions, stack: catalog.guardrail ? [] : config.failoverRegions },
    paidWith: (target) => factsOf(target, backendFacts).paidWith,
  });
  return { key, targets, isMapped: resolved.mapped };
}
