import { checkModelAllowed, modelNotAllowed, type Authorised } from '../auth/authorise.ts';
import type { ModelPermissions } from '../auth/rules.ts';
import type { Catalog, Target } from '../catalog/catalog.ts';
import { permissionsOf, type ModelBehind, type Permissions } from '../catalog/permissions.ts';
import { keyFor, resolveKey, type Resolved } from '../catalog/resolve.ts';
import { isApplicationProfile } from '../dialects/model-ids.ts';
import { ApiError } from '../errors.ts';
import type { RequestContext, Services } from '../request-context.ts';
import { payableTargets, type Admitted, type AskingCaller } from './admission.ts';

/** What a name stands for that the caller may ask for, before the question of who pays. */
export interface Permitted extends Resolved {
  readonly key: string | undefined;
  /** What the caller's project may use; absent where nothing is set. */
  readonly permissions: Permissions | undefined;
}

/** What names are judged by. */
interface Judging extends Pick<RequestContext, 'caller'> {
  readonly services: Pick<Services, 'catalog' | 'backendFacts'>;
}

/** Finds the targets of a name that this caller and its project may use. Rejects with the ApiError 403 or 404 that says why there is none. */
export async function admitPermitted(name: string, context: AskingCaller): Promise<Admitted> {
  const permitted = permittedName(name, context);
  const targets = await admittedTargets(permitted, context);
  return { key: permitted.key, targets, isMapped: permitted.mapped };
}

/** Finds what a name stands for. Throws the ApiError 403 where the caller may not ask for it, and the 404 for an unknown one. */
export function permittedName(name: string, context: AskingCaller): Permitted {
  const { catalog, backendFacts } = context.services;
  const { key, permissions } = checkPermitted(name, context);
  const { targets, mapped } = resolveKey(name, key, { catalog, backendFacts });
  const [first, ...fallbacks] = targets;
  const others = fallbacks.filter((target) => permissions?.target(target) !== 'denied');
  return { targets: [first, ...others], mapped, key, permissions };
}

/** Throws the ApiError 403 for a name that the caller or its project may not ask for. */
export function checkPermitted(name: string, context: Judging): Pick<Permitted, 'key' | 'permissions'> {
  const key = keyFor(name, context.services.catalog);
  checkModelAllowed(context.caller, name, key);
  const permissions = permissionsFor(context);
  if (permissions?.name(name, key) === 'denied') throw modelNotAllowed();
  return { key, permissions };
}

/** Finds the targets of a permitted name that this caller can pay for. Rejects with the ApiError 403 where there is none. */
export async function admittedTargets(
  { permissions, ...resolved }: Permitted,
  context: AskingCaller,
): Promise<Admitted['targets']> {
  const targets = payableTargets(resolved, context);
  return permissions?.asksBehind === true
    ? withoutDenied(targets, { permissions, first: resolved.targets[0] }, context)
    : targets;
}

/** Lists that have been read, as long as the caches of keys and projects hold them. */
const known = new WeakMap<ModelPermissions, { readonly catalog: Catalog; readonly permissions: Permissions }>();

/** What the caller's project may use, by the catalog as it is now; undefined where nothing is set. */
export function permissionsFor({ caller, services: { catalog, backendFacts } }: Judging): Permissions | undefined {
  const models = caller.rules?.project?.models;
  if (models === undefined) return undefined;
  const held = known.get(models);
  if (held?.catalog === catalog) return held.permissions;
  const permissions = permissionsOf(models, { catalog, backendFacts });
  known.set(models, { catalog, permissions });
  return permissions;
}

/** Asks Bedrock, on the caller's behalf or the stack's, for the models behind all application inference profiles of the catalog. */
export function modelsBehindNames(context: AskingCaller): Promise<ModelBehind> {
  const { catalog, backendFacts } = context.services;
  const targets = Object.keys(catalog.models).flatMap((key) => resolveKey(key, key, { catalog, backendFacts }).targets);
  const profiles = targets.filter(({ model }) => isApplicationProfile(model));
  return modelsBehind(
    profiles.flatMap((target) => payable(target, context)),
    context,
  );
}

/**
 * Leaves out targets whose model Bedrock tells and the project may not use. Rejects with the ApiError 403 where that is so of the target
 * that the name stands for, and where it cannot be told.
 */
async function withoutDenied(
  targets: Admitted['targets'],
  { permissions, first }: { readonly permissions: Permissions; readonly first: Target },
  context: AskingCaller,
): Promise<Admitted['targets']> {
  const behind = await modelsBehind(targets, context);
  const isPermitted = ({ target }: Authorised<Target>): boolean => permissions.target(target, behind) === 'permitted';
  const [best, ...others] = targets.filter(isPermitted);
  const isDenied = targets.some((each) => each.target === first && !isPermitted(each));
  if (best === undefined || isDenied) throw modelNotAllowed();
  return [best, ...others];
}

async function modelsBehind(
  targets: readonly Authorised<Target>[],
  { caller, services }: AskingCaller,
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
function payable(target: Target, context: AskingCaller): readonly Authorised<Target>[] {
  try {
    return payableTargets({ targets: [target], mapped: true }, context);
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
