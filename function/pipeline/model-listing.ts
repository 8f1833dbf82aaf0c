import { isModelAllowed, isPaidFor } from '../auth/authorise.ts';
import { callRegion } from '../auth/region.ts';
import { findModel, modelEntries, type CallerModels, type ModelEntry } from '../catalog/listing.ts';
import type { ModelBehind } from '../catalog/permissions.ts';
import type { Outcome } from '../dialects/outcome.ts';
import type { RequestContext } from '../request-context.ts';
import { modelsBehindNames, permissionsFor } from './permitted.ts';
import { upstreamRefusal } from './upstream-refusal.ts';

/** Lists what this caller may ask for, in the region that their calls go to. Throws Bedrock's refusal as an ApiError. */
export async function availableModels(context: RequestContext): Promise<readonly ModelEntry[]> {
  return modelEntries(await callerModels(context));
}

/** Finds one name, also one that a pattern of the catalog matches; undefined for what this caller may not ask for. */
export async function availableModel(context: RequestContext, name: string): Promise<ModelEntry | undefined> {
  return findModel(name, await callerModels(context));
}

async function callerModels(context: RequestContext): Promise<CallerModels> {
  const { caller, services } = context;
  const { catalog, backendFacts } = services;
  const models = await bedrockModels(context);
  const { may, mayAnswer } = await permitted(context, models.profiles);
  return {
    ...models,
    catalog,
    backendFacts,
    caller: {
      hasOwnKey: caller.bedrock !== undefined,
      isPaidFor: isPaidFor(caller),
      may: (name: string, key?: string) => isModelAllowed(caller.models, name, key) && may(name, key),
      mayAnswer,
    },
  };
}

/** What the caller's project may ask for. */
async function permitted(
  context: RequestContext,
  profiles: CallerModels['profiles'] = [],
): Promise<Required<Pick<CallerModels['caller'], 'may' | 'mayAnswer'>>> {
  const permissions = permissionsFor(context);
  if (permissions === undefined) return { may: () => true, mayAnswer: () => true };
  const listed = new Map(profiles.map(({ inferenceProfileArn, models }) => [inferenceProfileArn, models[0]?.modelArn]));
  const told = permissions.asksBehind ? await modelsBehindNames(context) : () => null;
  const behind: ModelBehind = (arn) => listed.get(arn) ?? told(arn);
  return {
    may: (name, key) => permissions.name(name, key, behind) === 'permitted',
    mayAnswer: (target) => permissions.target(target, behind) === 'permitted',
  };
}

/** What Bedrock tells the caller's own key; without one there is nobody to ask on whose behalf. */
async function bedrockModels({
  caller: { bedrock, cacheKey, keyRegion },
  services: { config, directory, proofs },
}: RequestContext): Promise<Pick<CallerModels, 'foundationModels' | 'profiles' | 'mantleModels'>> {
  if (bedrock === undefined) return { foundationModels: undefined, profiles: undefined };
  const region = callRegion(keyRegion === undefined ? {} : { keyRegion }, { model: '' }, config.bedrockRegions);
  const asker = { credential: bedrock, cacheKey, onCredentialAccepted: () => proofs.note(cacheKey) };
  const available = await directory.available(asker, region);
  const { mantleModels } = available;
  return {
    foundationModels: valueOrForbidden(available.foundationModels),
    profiles: valueOrForbidden(available.profiles),
    ...(mantleModels && { mantleModels: onMantle(mantleModels) }),
  };
}

/** A region may lack bedrock-mantle, and its models with it; a key need not be allowed to list them. */
function onMantle(outcome: Outcome<readonly string[]>): NonNullable<CallerModels['mantleModels']> {
  if (outcome.ok) return outcome.value;
  return upstreamRefusal(outcome.failure).status === 403 ? 'unlisted' : [];
}

/** A key that may call models need not be allowed to list them: then only the configured names are listed. */
function valueOrForbidden<Value>(outcome: Outcome<Value>): Value | undefined {
  if (outcome.ok) return outcome.value;
  const refusal = upstreamRefusal(outcome.failure);
  if (refusal.status === 403) return undefined;
  throw refusal;
}
