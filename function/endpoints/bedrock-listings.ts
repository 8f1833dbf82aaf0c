import { isModelAllowed, modelNotAllowed } from '../auth/authorise.ts';
import { isLimited } from '../auth/limited.ts';
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
import { checkPermitted, permissionsFor } from '../pipeline/permitted.ts';
import type { RequestContext } from '../request-context.ts';

/** Bedrock's own list, as its control plane gives it to the caller's key, with the names of the catalog among the models. */
export const foundationModels: Handler = {
  async run(context) {
    const own = await ask(context, '/foundation-models');
    const summaries = permitted(context, own['modelSummaries'], modelNames);
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
    const summaries = permitted(context, own['inferenceProfileSummaries'], profileNames);
    return json({ ...own, inferenceProfileSummaries: summaries });
  },
};

/** GetInferenceProfile: Bedrock's own answer. */
export const inferenceProfile: Handler = {
  run: async (context) => json(await ask(context, '/inference-profiles', 'profile')),
};

const modelNames = ['modelId', 'modelArn'] as const;
const profileNames = ['inferenceProfileId', 'inferenceProfileArn'] as const;

/** Filters one of Bedrock's lists to the entries that this caller may ask for, by any of their names. */
function permitted(context: RequestContext, list: unknown, fields: readonly string[]): readonly unknown[] {
  const { models } = context.caller;
  if (!Array.isArray(list)) return [];
  if (!isLimited(context.caller)) return list;
  const permissions = permissionsFor(context);
  return list.filter((entry: unknown) => {
    if (!isObject(entry)) return false;
    const names = textsOf(fields.map((field) => entry[field]));
    const isListed = names.some((name) => isModelAllowed(models, name));
    return isListed && permissions?.shows(names, modelsOf(entry)) !== false;
  });
}

/** ARNs of the models behind an inference profile; none for a model. */
function modelsOf({ models }: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(models) ? textsOf(models.map((each: unknown) => isObject(each) && each['modelArn'])) : [];
}

function textsOf(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}

/** Throws the ApiError 403 where Bedrock's answer is about a model that this caller may not ask for: not every name shows it. */
function checkAnswer(context: RequestContext, id: string, answer: Readonly<Record<string, unknown>>): void {
  const permissions = permissionsFor(context);
  const about = isObject(answer['modelDetails']) ? answer['modelDetails'] : answer;
  const names = textsOf([...modelNames, ...profileNames].map((field) => about[field]));
  if (permissions?.shows([id, ...names], modelsOf(about)) === false) throw modelNotAllowed();
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
  if (id !== undefined) checkPermitted(id, context);
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
    if (outcome.ok) {
      if (id !== undefined) checkAnswer(context, id, outcome.value);
      return outcome.value;
    }
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
