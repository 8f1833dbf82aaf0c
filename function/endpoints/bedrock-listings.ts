import { checkModelAllowed, isModelAllowed } from '../auth/authorise.ts';
import { callRegion } from '../auth/region.ts';
import { keyFor } from '../catalog/resolve.ts';
import { isObject } from '../dialects/json.ts';
import type { Failure } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import { json } from '../http/json.ts';
import { awsClient } from '../pipeline/aws-client.ts';
import { startDeadline } from '../pipeline/deadline.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { availableModel, availableModels } from '../pipeline/model-listing.ts';
import { pathId } from '../pipeline/path-id.ts';
import type { RequestContext } from '../request-context.ts';

/** Bedrock's own list, as its control plane gives it to the caller's key, with the names of the catalog among the models. */
export const foundationModels: Handler = {
  async run(context) {
    const own = await ask(context, '/foundation-models');
    const summaries = permitted(context, own['modelSummaries'], ['modelId', 'modelArn']);
    // A filter is about what Bedrock knows of its models; of a configured name only the name is known.
    const names = context.request.query === '' ? await configuredNames(context) : [];
    const region = context.services.config.bedrockRegions[0];
    return json({ ...own, modelSummaries: [...summaries, ...names.map((name) => summary(name, region))] });
  },
};

/** GetFoundationModel: a name of the catalog, or a model that Bedrock knows. */
export const foundationModel: Handler = {
  async run(context) {
    const name = context.param('model');
    const { catalog, config } = context.services;
    const isMapped = keyFor(name, catalog) !== undefined;
    if (isMapped && (await availableModel(context, name)))
      return json({ modelDetails: summary(name, config.bedrockRegions[0]) });
    return json(await ask(context, '/foundation-models', 'model'));
  },
};

/** ListInferenceProfiles: Bedrock's page, reduced to the profiles that the caller may use. */
export const inferenceProfiles: Handler = {
  async run(context) {
    const own = await ask(context, '/inference-profiles');
    const names = ['inferenceProfileId', 'inferenceProfileArn'] as const;
    return json({ ...own, inferenceProfileSummaries: permitted(context, own['inferenceProfileSummaries'], names) });
  },
};

/** GetInferenceProfile: Bedrock's own answer. */
export const inferenceProfile: Handler = {
  run: async (context) => json(await ask(context, '/inference-profiles', 'profile')),
};

/** Filters one of Bedrock's lists to the entries that this caller may ask for, by any of their names. */
function permitted(
  { caller: { models } }: RequestContext,
  list: unknown,
  names: readonly string[],
): readonly unknown[] {
  if (!Array.isArray(list)) return [];
  if (models === undefined) return list;
  const isAllowed = (name: unknown): boolean => typeof name === 'string' && isModelAllowed(models, name);
  return list.filter((entry: unknown) => isObject(entry) && names.some((name) => isAllowed(entry[name])));
}

/**
 * Asks Bedrock's control plane with the caller's own key, and nobody else's: without one there is nothing of Bedrock's to list. `label`
 * names the id in the path.
 */
async function ask(
  context: RequestContext,
  list: '/foundation-models' | '/inference-profiles',
  label?: 'model' | 'profile',
): Promise<Readonly<Record<string, unknown>>> {
  const { caller, services, request, invocation, entry } = context;
  const { bedrock } = caller;
  if (bedrock === undefined) {
    if (label === undefined) return {};
    throw new ApiError('There is no model or profile of this name that you may use.', { status: 404 });
  }
  const id = label && pathId(context, label);
  if (id !== undefined) checkModelAllowed(caller, id, keyFor(id, services.catalog));
  const region = callRegion(caller, { model: id ?? '' }, services.config.bedrockRegions);
  const deadline = startDeadline({ hangUp: request.signal, until: invocation.answerBy, now: services.now });
  const path = id === undefined ? list : (`${list}/${id}` as const);
  const onCredentialAccepted = () => services.proofs.note(caller.cacheKey);
  try {
    const outcome = await services.bedrock.listing(path, request.query, {
      credential: bedrock,
      region,
      signal: deadline.signal,
      onCredentialAccepted,
    });
    if (outcome.ok) return outcome.value;
    entry.error = outcome.failure.name;
    throw awsRefusal(outcome.failure);
  } finally {
    deadline.end();
  }
}

/** A failure as AWS says it: its own name of the exception and its own status. */
function awsRefusal(failure: Failure): ApiError {
  const { status, headers, body } = awsClient.failure(failure);
  const message: unknown = Reflect.get(body, 'message');
  return new ApiError(typeof message === 'string' ? message : '', { status, headers });
}

/** Names of the catalog that this caller may use. */
async function configuredNames(context: RequestContext): Promise<string[]> {
  const { models } = context.services.catalog;
  const entries = await availableModels(context);
  return entries.map(({ id }) => id).filter((id) => Object.hasOwn(models, id));
}

/** A configured name as Bedrock lists a model. What is not known of it is what Converse takes of any. */
function summary(name: string, region: string) {
  return {
    modelId: name,
    modelArn: `arn:aws:bedrock:${region}::foundation-model/${name}`,
    modelName: name,
    providerName: 'bedrock-gateway',
    inputModalities: ['TEXT'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    customizationsSupported: [],
    inferenceTypesSupported: ['ON_DEMAND'],
    modelLifecycle: { status: 'ACTIVE' },
  };
}
