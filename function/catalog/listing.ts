import type { FoundationModelSummary, InferenceProfileSummary } from '../dialects/bedrock.gen.ts';
import type { Catalog } from './catalog.ts';
import { isBedrockModel } from './names.ts';
import { parseTarget } from './resolve.ts';

/** A model as OpenAI's API lists it. */
export interface ModelEntry {
  readonly id: string;
  readonly object: 'model';
  /** Seconds since the epoch; 0 when nobody says since when there is the model. */
  readonly created: number;
  /** The provider's word in Bedrock's ids, such as `anthropic`; `bedrock` when it cannot be told. */
  readonly owned_by: string;
}

/** What one caller has in one region; a list is undefined when they may not see it. */
export interface Holdings {
  readonly foundationModels: readonly FoundationModelSummary[] | undefined;
  readonly profiles: readonly InferenceProfileSummary[] | undefined;
  readonly catalog: Catalog;
}

/** What is told about a model beside its name. */
type About = Pick<ModelEntry, 'created' | 'owned_by'>;

/**
 * What a caller may ask for: the configured names whose target they have and, when the catalog allows it, Bedrock's own ids.
 * Where the lists cannot tell (a target given as an ARN; a caller who may not list) a configured name counts as available.
 */
export function listing({ foundationModels, profiles, catalog }: Holdings): ModelEntry[] {
  const callable = new Map([
    ...onDemand(foundationModels ?? []),
    ...throughProfiles(profiles ?? [], foundationModels ?? []),
  ]);
  const complete = foundationModels !== undefined && profiles !== undefined;
  const configured = Object.entries(catalog.models).flatMap(([name, { target }]) => {
    const model = parseTarget(target)?.model ?? '';
    const about = callable.get(model) ?? (complete && !model.startsWith('arn:') ? undefined : unknown);
    return about === undefined ? [] : [entry(name, about)];
  });
  const unmapped = [...callable].filter(
    ([id]) => catalog.allowUnmappedBedrockModels && isBedrockModel(id) && !Object.hasOwn(catalog.models, id),
  );
  return [...configured, ...unmapped.map(([id, about]) => entry(id, about))].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const unknown: About = { created: 0, owned_by: 'bedrock' };

function entry(id: string, { created, owned_by }: About): ModelEntry {
  return { id, object: 'model', created, owned_by };
}

/** Models that may be called by their own id; most newer ones may only be called through a profile. */
function onDemand(models: readonly FoundationModelSummary[]): [string, About][] {
  return models
    .filter((model) => chats(model) && model.inferenceTypesSupported?.includes('ON_DEMAND'))
    .map((model) => [model.modelId, aboutModel(model)]);
}

/** System-defined profiles go by their id. An application's is opaque, and goes by its ARN. */
function throughProfiles(
  profiles: readonly InferenceProfileSummary[],
  models: readonly FoundationModelSummary[],
): [string, About][] {
  const chatModels = new Map(models.filter(chats).map((model) => [model.modelId, model]));
  return profiles.flatMap((profile): [string, About][] => {
    const model = chatModels.get(profile.models[0]?.modelArn?.split('/').at(-1) ?? '');
    if (model === undefined || profile.status !== 'ACTIVE') return [];
    const id = profile.type === 'APPLICATION' ? profile.inferenceProfileArn : profile.inferenceProfileId;
    return [[id, { ...aboutModel(model), created: seconds(profile.createdAt) ?? aboutModel(model).created }]];
  });
}

/**
 * Whether Converse can chat with it: text out, and streamed, which leaves out embedding models and rerankers. Bedrock's lists
 * have values that its service model lacks, so nothing is taken for wrong just because it is new.
 */
function chats({ outputModalities, responseStreamingSupported, modelLifecycle }: FoundationModelSummary): boolean {
  const alive = ['ACTIVE', 'LEGACY'].includes(modelLifecycle?.status ?? 'ACTIVE');
  return alive && responseStreamingSupported === true && outputModalities?.includes('TEXT') === true;
}

function aboutModel({ modelId, modelLifecycle }: FoundationModelSummary): About {
  return { created: seconds(modelLifecycle?.startOfLifeTime) ?? 0, owned_by: modelId.split('.', 1).join('') };
}

function seconds(time: string | undefined): number | undefined {
  const milliseconds = time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1_000);
}
