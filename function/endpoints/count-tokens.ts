import { applySpendingPolicy, converseParams } from '../auth/spending-policy.ts';
import { familyOf } from '../catalog/families.ts';
import { isObject } from '../dialects/json.ts';
import { foundationId } from '../dialects/model-ids.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, decoded, jsonObject } from '../http/body.ts';
import { awsClient } from '../pipeline/aws-client.ts';
import { passthrough, type PassthroughBody } from '../pipeline/passthrough.ts';
import { pathModelBody } from '../pipeline/path-model.ts';
import type { ModelEndpoint, RoutedRequest } from '../pipeline/route.ts';
import { spendingRules } from '../pipeline/spending-rules.ts';
import { modelBehind } from '../pipeline/translation-context.ts';
import { withKnownBetas } from '../translate/anthropic/betas.ts';
import { rebuildMessages } from '../translate/anthropic/rebuild-messages.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { converseRequest } from '../validate/converse-request.ts';

type Body = string | Uint8Array;

/** Bedrock's CountTokens. It is free, so the stack signs it for the callers and models that it pays for. */
export const countTokens: ModelEndpoint<Body> = {
  client: awsClient,
  idPrefix: '',
  countedAs: 'free',
  read: pathModelBody,
  wantsStream: () => false,
  routes: [passthrough('countTokens', { body: countBody, label: 'count-tokens' })],
  unsupported: notCountable,
};

async function countBody(routed: RoutedRequest<Body>): Promise<PassthroughBody> {
  const { request, to } = routed;
  const { body, ignored = [] } =
    to.credential.kind === 'stack' ? stackSignedBody(routed, await modelBehind(routed)) : callerBody(request.body);
  return { body, ignored, model: countedId(request.name, to.target.model) };
}

/** Bedrock counts for no profile, but for the model behind it: a name of the config stands for that. An id means itself. */
function countedId(name: string, model: string): string {
  return name === model ? model : foundationId(model);
}

/** The client's bytes. */
function callerBody(body: Body): PassthroughBody {
  checkNumbers(body);
  return { body };
}

/** Written anew: what is counted is read by Bedrock with the stack's rights. */
function stackSignedBody(routed: RoutedRequest<Body>, model: string): PassthroughBody {
  const { input } = jsonObject(decoded(routed.request.body));
  const [kind, ...others] = isObject(input) ? Object.keys(input) : [];
  const value = isObject(input) ? input[kind ?? ''] : undefined;
  if (kind === 'converse' && others.length === 0) return converseInput(routed, value, model);
  if (kind === 'invokeModel' && others.length === 0) return invokeInput(value, model);
  throw invalid('input', "The field 'input' must have one of the fields 'converse' and 'invokeModel'.");
}

function converseInput({ request: { context } }: RoutedRequest<Body>, value: unknown, model: string): PassthroughBody {
  const { services, caller } = context;
  const request = converseRequest(value);
  const known = withKnownBetas(request, familyOf(model).betas);
  const sent = applySpendingPolicy(known.request, spendingRules(services), {
    params: converseParams,
    callerId: caller.id,
  });
  const { messages, system, toolConfig, additionalModelRequestFields } = sent;
  const converse = { messages, system, toolConfig, additionalModelRequestFields };
  const others = Object.keys(request).filter((name) => !Object.hasOwn(converse, name));
  if (known.isChanged) others.push('additionalModelRequestFields.anthropic_beta');
  return { body: toWellFormed(JSON.stringify({ input: { converse } })), ignored: ignoredNames(new Set(others)) };
}

function invokeInput(value: unknown, model: string): PassthroughBody {
  const body = isObject(value) ? value['body'] : undefined;
  if (typeof body !== 'string') throw invalid('input.invokeModel.body', 'The body to count must be base64.');
  const { betas } = familyOf(model);
  if (betas === undefined) throw notCountable();
  const known = rebuildMessages(jsonObject(decoded(Buffer.from(body, 'base64'))), betas);
  const bytes = Buffer.from(toWellFormed(JSON.stringify(known.body))).toString('base64');
  return {
    body: JSON.stringify({ input: { invokeModel: { body: bytes } } }),
    ignored: ignoredNames(new Set(known.ignored)),
  };
}

function invalid(param: string, message: string): ApiError {
  return new ApiError(message, { status: 400, code: 'invalid_value', param });
}

function notCountable(): ApiError {
  return new ApiError(
    "Bedrock counts the tokens of Anthropic's models on Bedrock only, and this model is none of them.",
    {
      status: 400,
      code: 'unsupported_model',
      param: 'modelId',
    },
  );
}
