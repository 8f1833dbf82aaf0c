import { authorisedTargets, modelNotAllowed, type Authorised } from '../auth/authorise.ts';
import type { ModelPermissions } from '../auth/rules.ts';
import type { Catalog, Target } from '../catalog/catalog.ts';
import { permissionsOf, type ModelBehind, type Permissions } from '../catalog/permissions.ts';
import { resolveKey } from '../catalog/resolve.ts';
import { factsOf } from '../catalog/targets.ts';
import { isApplicationProfile } from '../dialects/model-ids.ts';
import { ApiError } from '../errors.ts';
import type { RequestContext, Services } from '../request-context.ts';

type Asking = Pick<RequestContext, 'caller' | 'services'>;

/** Lists that have been read, as long as the caches of keys and projects hold them. */
const known = new WeakMap<ModelPermissions, { readonly catalog: Catalog; readonly permissions: Permissions }>();

/** What a project may use, by the catalog as it is now. */
export function projectPermissions(
  models: ModelPermissions,
  { catalog, backendFacts }: Pick<Services, 'catalog' | 'backendFacts'>,
): Permissions {
  const held = known.get(models);
  if (held?.catalog === catalog) return held.permissions;
  const permissions = permissionsOf(models, { catalog, backendFacts });
  known.set(models, { catalog, permissions });
  return permissions;
}

/**
 * Leaves out targets whose model Bedrock tells and the project may not use. Rejects with the ApiError 403 where that is so of the target
 * that the name stands for, and where it cannot be told.
 */
export async function withoutDenied(
  targets: readonly Authorised<Target>[],
  { permissions, first }: { readonly permissions: Permissions; readonly first: Target },
  context: Asking,
): Promise<readonly [Authorised<Target>, ...Authorised<Target>[]]> {
  const behind = await modelsBehind(targets, context);
  const isPermitted = ({ target }: Authorised<Target>): boolean => permissions.target(target, behind) === 'permitted';
  const [best, ...others] = targets.filter(isPermitted);
  const isDenied = targets.some((each) => each.target === first && !isPermitted(each));
  if (best === undefined || isDenied) throw modelNotAllowed();
  return [best, ...others];
}

/** Asks Bedrock, on the caller's behalf or the stack's, for the models behind all application inference profiles of the catalog. */
export function modelsBehindNames(context: Asking): Promise<ModelBehind> {
  const { catalog, backendFacts } = context.services;
  const targets = Object.keys(catalog.models).flatMap((key) => resolveKey(key, key, { catalog, backendFacts }).targets);
  const profiles = targets.filter(({ model }) => isApplicationProfile(model));
  return modelsBehind(
    profiles.flatMap((target) => payable(target, context)),
    context,
  );
}

async function modelsBehind(
  targets: readonly Authorised<Target>[],
  { caller, services }: Asking,
): Promise<ModelBehind> {
  const profiles = targets.filter(({ target }) => isApplicationProfile(target.model));
  const told = profiles.map(async ({ target: { model }, credential, region }) => {
    const asker = { credential, cacheKey: credential.kind === 'stack' ? 'stack' : caller.cacheKey };
    return [model, (await services.directory.modelOf(asker, { model, region })) ?? null] as const;
  });
  const models = new Map(await Promise.all(told));
  return (arn) => models.get(arn);
}

/** A target with what it is paid with; nothing where this caller cannot use it. */
function payable(target: Target, { caller, services }: Asking): readonly Authorised<Target>[] {
  const { config, backendFacts } = services;
  try {
    return authorisedTargets(
      caller,
      { targets: [target], mapped: true },
      { regions: config.bedrockRegions, paidWith: (each) => factsOf(each, backendFacts).paidWith },
    );
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
