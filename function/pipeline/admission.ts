import {
  authorisedTargets,
  checkModelAllowed,
  modelNotAllowed,
  type Authorised,
  type Rules,
} from '../auth/authorise.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Permissions } from '../catalog/permissions.ts';
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

/** What a name stands for that the caller may ask for, before the question of who pays. */
export interface Permitted extends Resolved {
  readonly key: string | undefined;
  /** What the caller's project may use; absent where nothing is set. */
  readonly permissions: Permissions | undefined;
}

type Asking = Pick<RequestContext, 'caller' | 'services'>;

/** Finds the targets of a name that this caller may use. Rejects with the ApiError 403 or 404 that says why there is none. */
export async function admit(name: string, context: Asking): Promise<Admitted> {
  const { catalog, config } = context.services;
  const permitted = await permittedName(name, context);
  // A guardrail is in one region, and what the stack pays does not go without it.
  const failover = { bearer: config.failoverRegions, stack: catalog.guardrail ? [] : config.failoverRegions };
  const targets = await admittedTargets(permitted, context, failover);
  return { key: permitted.key, targets, isMapped: permitted.mapped };
}

/** Finds what a name stands for. Rejects with the ApiError 403 where the caller may not ask for it, and with the 404 for an unknown one. */
export async function permittedName(name: string, context: Asking): Promise<Permitted> {
  const { caller, services } = context;
  const { catalog, backendFacts } = services;
  const key = keyFor(name, catalog);
  checkModelAllowed(caller, name, key);
  const permissions = await permissionsFor(context);
  if (permissions?.name(name, key) === 'denied') throw modelNotAllowed();
  const { targets, mapped } = resolveKey(name, key, { catalog, backendFacts });
  const [first, ...fallbacks] = targets;
  const others = fallbacks.filter((target) => permissions?.target(target) !== 'denied');
  return { targets: [first, ...others], mapped, key, permissions };
}

/** Finds the targets of a permitted name that this caller can pay for. Rejects with the ApiError 403 where there is none. */
export async function admittedTargets(
  { permissions, ...resolved }: Permitted,
  context: Asking,
  failover?: NonNullable<Rules['failover']>,
): Promise<Admitted['targets']> {
  const { caller, services } = context;
  const targets = authorisedTargets(caller, resolved, {
    regions: services.config.bedrockRegions,
    ...(failover && { failover }),
    paidWith: (target) => factsOf(target, services.backendFacts).paidWith,
  });
  if (permissions?.asksBehind !== true) return targets;
  const { withoutDenied } = await import('./project-permissions.ts');
  return withoutDenied(targets, { permissions, first: resolved.targets[0] }, context);
}

/** What the caller's project may use; undefined where nothing is set, which is so for most callers: no start of theirs should load it. */
export async function permissionsFor({ caller, services }: Asking): Promise<Permissions | undefined> {
  const models = caller.rules?.project?.models;
  if (models === undefined) return undefined;
  const { projectPermissions } = await import('./project-permissions.ts');
  return projectPermissions(models, services);
}
