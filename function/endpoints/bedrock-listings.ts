import { mayAsk, permit } from '../auth/authorise.ts';
import { callRegion } from '../auth/region.ts';
import { keyFor } from '../catalog/resolve.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import { json } from '../http/json.ts';
import type { Call } from '../request-context.ts';
import { awsFront } from '../pipeline/aws-client.ts';
import { listed, listedOne } from './listed.ts';
import { pathId } from './path-id.ts';
import type { HttpResponse } from '../http-values.ts';

/** Bedrock's own list, as its control plane gives it to the caller's key, with the names of the catalog among the models. */
export async function foundationModels(call: Call): Promise<HttpResponse> {
  const own = await ask(call, '/foundation-models');
  const summaries = permitted(call, own['modelSummaries'], ['modelId', 'modelArn']);
  // A filter is about what Bedrock knows of its models; of a configured name only the name is known.
  const filtered = call.request.query !== '';
  const names = filtered ? [] : await configured(call);
  return json({
    ...own,
    modelSummaries: [...summaries, ...names.map((name) => summary(name, call.services.config.bedrockRegions[0]))],
  });
}

export async function foundationModel(call: Call): Promise<HttpResponse> {
  const name = call.param('model');
  const isMapped = keyFor(name, call.services.catalog) !== undefined;
  if (isMapped && (await listedOne(call, name)))
    return json({ modelDetails: summary(name, call.services.config.bedrockRegions[0]) });
  return json(await ask(call, '/foundation-models', 'model'));
}

export async function inferenceProfiles(call: Call): Promise<HttpResponse> {
  const own = await ask(call, '/inference-profiles');
  const names = ['inferenceProfileId', 'inferenceProfileArn'] as const;
  return json({ ...own, inferenceProfileSummaries: permitted(call, own['inferenceProfileSummaries'], names) });
}

export async function inferenceProfile(call: Call): Promise<HttpResponse> {
  return json(await ask(call, '/inference-profiles', 'profile'));
}

/** Filters one of Bedrock's lists to the entries that this caller may ask for, by any of their names. */
function permitted(call: Call, list: unknown, names: readonly string[]): readonly unknown[] {
  if (!Array.isArray(list)) return [];
  const { models } = call.caller();
  if (models === undefined) return list;
  const may = (name: unknown): boolean => typeof name === 'string' && mayAsk(models, name);
  return list.filter(
    (entry: unknown) =>
      typeof entry === 'object' && entry !== null && names.some((name) => may(Reflect.get(entry, name))),
  );
}

/** Asks with the caller's own key, and nobody else's: without one there is nothing of Bedrock's to list. `label` names the id in the path. */
async function ask(
  call: Call,
  list: '/foundation-models' | '/inference-profiles',
  label?: 'model' | 'profile',
): Promise<Readonly<Record<string, unknown>>> {
  const caller = call.caller();
  if (caller.refusal) throw caller.refusal;
  const { bedrock } = caller;
  if (bedrock === undefined) {
    if (label === undefined) return {};
    throw new ApiError('There is no model or profile of this name that you may use.', { status: 404 });
  }
  const { services, request, invocation } = call;
  const id = label && pathId(call, label);
  if (id !== undefined) permit(caller, id, keyFor(id, services.catalog));
  const region = callRegion(caller, { model: id ?? '' }, services.config.bedrockRegions);
  const signal = AbortSignal.any([
    ...(request.signal ? [request.signal] : []),
    AbortSignal.timeout(Math.max(invocation.answerBy - services.now(), 0)),
  ]);
  const onCredentialAccepted = () => services.proofs.note(caller.cacheKey);
  const path = id === undefined ? list : (`${list}/${id}` as const);
  return valueOf(
    call,
    await services.control.listing(path, request.query, { credential: bedrock, region, signal, onCredentialAccepted }),
  );
}

function valueOf<Value>(call: Call, outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw refusalOf(call, outcome.failure);
}

/** As AWS says it: its own name of the exception and its own status. */
function refusalOf({ entry }: Call, failure: Failure): ApiError {
  entry.error = failure.name;
  const { status, headers, body } = awsFront.failure(failure);
  const message: unknown = Reflect.get(body, 'message');
  return new ApiError(typeof message === 'string' ? message : '', { status, headers });
}

/** Names of the catalog that this caller may use. */
async function configured(call: Call): Promise<string[]> {
  const { models } = call.services.catalog;
  const entries = await listed(call);
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
