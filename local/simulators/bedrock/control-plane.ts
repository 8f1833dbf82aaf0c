import { BedrockError, invalid } from './bedrock-error.ts';
import { checkParameter, type Operation } from './constraints.ts';
import { type Model } from './models.ts';
import { modelArn, type Profile, type Region } from './region.ts';

type Body = Readonly<Record<string, unknown>>;

// Neither models nor profiles of the simulated account ever change.
const createdAt = '2025-01-01T00:00:00Z';
const defaultPageSize = 1000;

/** ListFoundationModels: filtered, never in pages. */
export function listFoundationModels(region: Region, query: URLSearchParams): Body {
  checkQuery('ListFoundationModels', query);
  const wanted = (model: Model) =>
    matches(query.get('byProvider'), [model.provider]) &&
    matches(query.get('byOutputModality'), model.output) &&
    matches(query.get('byInferenceType'), inferenceTypes(model)) &&
    matches(query.get('byCustomizationType'), []);
  return { modelSummaries: region.models.filter(wanted).map((model) => details(model, region)) };
}

/** GetFoundationModel, by ID or ARN. Throws a ValidationException for an unknown one. */
export function getFoundationModel(region: Region, id: string): Body {
  checkParameter('GetFoundationModel', 'modelIdentifier', id);
  const model = region.models.find((candidate) => candidate.id === id || modelArn(region.name, candidate.id) === id);
  if (model === undefined) throw invalid('The provided model identifier is invalid.');
  return { modelDetails: details(model, region) };
}

/** ListInferenceProfiles, in pages; the token is the place of the next one. */
export function listInferenceProfiles(region: Region, query: URLSearchParams): Body {
  checkQuery('ListInferenceProfiles', query);
  const wanted = region.profiles.filter(({ type }) => matches(query.get('type'), [type]));
  const start = placeOf(query.get('nextToken'));
  const end = start + Number(query.get('maxResults') ?? defaultPageSize);
  return {
    inferenceProfileSummaries: wanted.slice(start, end).map(summary),
    ...(end < wanted.length && { nextToken: Buffer.from(`after ${end}`).toString('base64url') }),
  };
}

/** GetInferenceProfile, by ID or ARN. Throws a ResourceNotFoundException for an unknown one. */
export function getInferenceProfile(region: Region, id: string): Body {
  checkParameter('GetInferenceProfile', 'inferenceProfileIdentifier', id);
  const profile = region.profiles.find((candidate) => candidate.id === id || candidate.arn === id);
  if (profile === undefined) throw new BedrockError('ResourceNotFoundException', `Inference profile ${id} not found`);
  return summary(profile);
}

function checkQuery(operation: Operation, query: URLSearchParams): void {
  for (const [name, value] of query) checkParameter(operation, name, value);
}

function matches(wanted: string | null, values: readonly string[]): boolean {
  return wanted === null || values.some((value) => value.toLowerCase() === wanted.toLowerCase());
}

// INFERENCE_PROFILE is in no service model, yet the service answers with it.
function inferenceTypes({ reach }: Model): string[] {
  return [
    ...(reach.includes('on-demand') ? ['ON_DEMAND'] : []),
    ...(reach.length > 1 || reach[0] !== 'on-demand' ? ['INFERENCE_PROFILE'] : []),
  ];
}

function details(model: Model, region: Region): Body {
  return {
    modelArn: modelArn(region.name, model.id),
    modelId: model.id,
    modelName: model.name,
    providerName: model.provider,
    inputModalities: model.input,
    outputModalities: model.output,
    responseStreamingSupported: model.streaming,
    customizationsSupported: [],
    inferenceTypesSupported: inferenceTypes(model),
    modelLifecycle: { status: model.legacy === true ? 'LEGACY' : 'ACTIVE' },
  };
}

function summary({ id, name, arn, type, model, modelArns }: Profile): Body {
  return {
    inferenceProfileName: name,
    description: `Routes requests to ${model.provider} ${model.name}`,
    createdAt,
    updatedAt: createdAt,
    inferenceProfileArn: arn,
    models: modelArns.map((modelArnOf) => ({ modelArn: modelArnOf })),
    inferenceProfileId: id,
    status: 'ACTIVE',
    type,
  };
}

function placeOf(token: string | null): number {
  if (token === null) return 0;
  const place = /^after (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (place === undefined) throw invalid('The provided nextToken is invalid.');
  return Number(place);
}
