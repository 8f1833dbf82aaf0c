import type { FoundationModelSummary, InferenceProfileSummary } from '../dialects/bedrock.gen.ts';
import { runtimeId } from '../dialects/model-ids.ts';
import type { Catalog, CatalogEntry, BackendFactsByName, Target } from './catalog.ts';
import { familyOf } from './families.ts';
import { isBedrockModel, isPattern, idOfArn } from './names.ts';
import { keyFor } from './resolve.ts';
import { factsOf, parseTarget } from './targets.ts';

/** A model as OpenAI's API lists it. */
export interface ModelEntry {
  readonly id: string;
  readonly object: 'model';
  /** Seconds since the epoch; `oldest` where the age of the model is unknown. */
  readonly created: number;
  /** The provider's word in Bedrock's ids, such as `anthropic`; `bedrock` when it cannot be told. */
  readonly owned_by: string;
}

/**
 * 28 September 2023, when Bedrock became generally available: a time for models of which none is known. It is the same in every
 * answer, and clients that sort by age put such models last.
 */
const oldest = 1_695_859_200;

/** What one caller has in one region; a list is undefined when they may not see it. */
export interface CallerModels {
  readonly foundationModels: readonly FoundationModelSummary[] | undefined;
  readonly profiles: readonly InferenceProfileSummary[] | undefined;
  /** Ids on bedrock-mantle; `unlisted` for a caller who may not see them. Absent where the stack or the caller cannot call it. */
  readonly mantleModels?: readonly string[] | 'unlisted';
  readonly catalog: Catalog;
  readonly backendFacts: BackendFactsByName;
  readonly caller: PaymentMeans;
}

/** What a caller has to pay with. */
export interface PaymentMeans {
  /** A Bedrock key of their own. */
  readonly hasOwnKey: boolean;
  /** Whether the stack knows them, so that it pays where a target is the stack's to pay. */
  readonly isPaidFor: boolean;
  /** Whether they may ask for a name that leads to this entry of the catalog, or to none. */
  readonly may: (name: string, key?: string) => boolean;
  /** Whether a target may answer as a fallback of a name that they may ask for; absent where every one may. */
  readonly mayAnswer?: (target: Target) => boolean;
}

/** What is told about a model beside its name. */
type About = Pick<ModelEntry, 'created' | 'owned_by'>;

/**
 * What a caller may ask for: the configured names whose target they have and, when the catalog allows it, Bedrock's own ids.
 * Where the lists cannot tell (a target given as an ARN; a caller who may not list) a configured name counts as available.
 * Patterns are no names, and are not listed.
 */
export function modelEntries(holdings: CallerModels): ModelEntry[] {
  const { catalog, caller } = holdings;
  const callable = callableOf(holdings);
  const configured = Object.keys(catalog.models).flatMap((name) =>
    isPattern(name) ? [] : configuredEntry(name, name, { ...holdings, callable }),
  );
  const unmapped = [...callable].filter(
    ([id]) =>
      catalog.allowUnmappedBedrockModels && isBedrockModel(id) && !Object.hasOwn(catalog.models, id) && caller.may(id),
  );
  return [...configured, ...unmapped.map(([id, about]) => entry(id, about))].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * One name that a caller may ask for: of the list, or one that a pattern takes, or the ARN of what the list has by its id,
 * which can be called as well.
 */
export function findModel(name: string, holdings: CallerModels): ModelEntry | undefined {
  const key = keyFor(name, holdings.catalog);
  if (key !== undefined) return configuredEntry(name, key, { ...holdings, callable: callableOf(holdings) })[0];
  const models = modelEntries(holdings);
  const found = models.find(({ id }) => id === name) ?? models.find(({ id }) => id === runtimeId(idOfArn(name)));
  return found && holdings.caller.may(name) ? { ...found, id: name } : undefined;
}

/** What Bedrock lets the caller call, by the ids that work. */
function callableOf({ foundationModels, profiles, mantleModels = [] }: CallerModels): ReadonlyMap<string, About> {
  return new Map([
    ...onDemand(foundationModels ?? []),
    ...throughProfiles(profiles ?? [], foundationModels ?? []),
    ...(mantleModels === 'unlisted' ? [] : onMantleAlone(mantleModels)),
  ]);
}

/** Models that bedrock-mantle alone has: all others are listed under the ids of Bedrock's runtime. */
function onMantleAlone(ids: readonly string[]): [string, About][] {
  return ids
    .filter((id) => familyOf(id).onlyMantle)
    .map((id) => [id, { created: oldest, owned_by: id.split('.', 1).join('') }]);
}

/** A name that leads to the entry `key` of the catalog; nothing where the caller cannot use any target of it. */
function configuredEntry(
  name: string,
  key: string,
  {
    catalog,
    backendFacts,
    caller,
    callable,
    foundationModels,
    profiles,
    mantleModels,
  }: CallerModels & { callable: ReadonlyMap<string, About> },
): ModelEntry[] {
  const written = catalog.models[key];
  const means = { ...caller, hasMantle: mantleModels !== undefined };
  const target = written && caller.may(name, key) ? firstUsable(written, means, backendFacts) : undefined;
  const isListed = target?.onlyMantle === true ? mantleModels !== 'unlisted' : profiles !== undefined;
  const complete = foundationModels !== undefined && isListed && caller.hasOwnKey;
  const about = target && aboutTarget(target, { callable, complete });
  return about ? [entry(name, about)] : [];
}

/** Bedrock's own models may be paid with a key of Bedrock's; the others only the stack pays. */
function firstUsable(
  { target, fallbacks = [], family }: CatalogEntry,
  { hasOwnKey, hasMantle, isPaidFor, mayAnswer = () => true }: PaymentMeans & { readonly hasMantle: boolean },
  backendFacts: BackendFactsByName,
): OfKind | undefined {
  const kind = { ...(family !== undefined && { family }), backendFacts };
  const others = fallbacks.flatMap((each) => ofKind(each, kind));
  const permitted = others.filter((each) => mayAnswer({ ...each, ...(family !== undefined && { family }) }));
  const targets = [...ofKind(target, kind), ...permitted];
  return targets.find(({ ofBedrock, onlyMantle }) =>
    onlyMantle ? hasOwnKey && hasMantle : isPaidFor || (hasOwnKey && ofBedrock),
  );
}

/** A target, and whether Bedrock has its model: then Bedrock's lists tell of it, and a key of Bedrock's pays for it. */
type OfKind = Target & { readonly ofBedrock: boolean; readonly onlyMantle: boolean };

function ofKind(
  written: string,
  { family, backendFacts }: { readonly family?: string; readonly backendFacts: BackendFactsByName },
): OfKind[] {
  const target = parseTarget(written);
  if (target === undefined) return [];
  const ofBedrock = factsOf(target, backendFacts).paidWith === 'bedrock-key';
  const onlyMantle = ofBedrock && familyOf(family ?? target.model).onlyMantle;
  return [{ ...target, model: ofBedrock ? runtimeId(target.model) : target.model, ofBedrock, onlyMantle }];
}

function aboutTarget(
  { backend, model, ofBedrock }: OfKind,
  { callable, complete }: { callable: ReadonlyMap<string, About>; complete: boolean },
): About | undefined {
  if (!ofBedrock) return { created: oldest, owned_by: backend };
  return callable.get(model) ?? (complete && !model.startsWith('arn:') ? undefined : unknown);
}

const unknown: About = { created: oldest, owned_by: 'bedrock' };

function entry(id: string, { created, owned_by }: About): ModelEntry {
  return { id, object: 'model', created, owned_by };
}

/** Models that may be called by their own id; most newer ones may only be called through a profile. */
function onDemand(models: readonly FoundationModelSummary[]): [string, About][] {
  return models
    .filter((model) => serves(model) && model.inferenceTypesSupported?.includes('ON_DEMAND'))
    .map((model) => [model.modelId, aboutModel(model)]);
}

/** System-defined profiles go by their id. An application's is opaque, and goes by its ARN. */
function throughProfiles(
  profiles: readonly InferenceProfileSummary[],
  models: readonly FoundationModelSummary[],
): [string, About][] {
  const served = new Map(models.filter(serves).map((model) => [model.modelId, model]));
  return profiles.flatMap((profile): [string, About][] => {
    const model = served.get(profile.models[0]?.modelArn?.split('/').at(-1) ?? '');
    if (model === undefined || profile.status !== 'ACTIVE') return [];
    const id = profile.type === 'APPLICATION' ? profile.inferenceProfileArn : profile.inferenceProfileId;
    return [[id, { ...aboutModel(model), created: seconds(profile.createdAt) ?? aboutModel(model).created }]];
  });
}

/**
 * Whether this gateway has an operation for it: text out, and streamed, which leaves out rerankers; or embeddings. Bedrock's
 * lists have values that its service model lacks, so nothing is taken for wrong just because it is new.
 */
function serves({ outputModalities, responseStreamingSupported, modelLifecycle }: FoundationModelSummary): boolean {
  const alive = ['ACTIVE', 'LEGACY'].includes(modelLifecycle?.status ?? 'ACTIVE');
  const chats = responseStreamingSupported === true && outputModalities?.includes('TEXT') === true;
  return alive && (chats || outputModalities?.includes('EMBEDDING') === true);
}

function aboutModel({ modelId, modelLifecycle }: FoundationModelSummary): About {
  return { created: seconds(modelLifecycle?.startOfLifeTime) ?? oldest, owned_by: modelId.split('.', 1).join('') };
}

function seconds(time: string | undefined): number | undefined {
  const milliseconds = time === undefined ? NaN : Date.parse(time);
  return milliseconds >= 1_000 ? Math.floor(milliseconds / 1_000) : undefined;
}
