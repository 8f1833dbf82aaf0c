import type { Authorised } from '../auth/authorise.ts';
import { conversePlaces, spend } from '../auth/spending-policy.ts';
import type { Caller } from '../auth/caller.ts';
import type { Target } from '../catalog/catalog.ts';
import { familyOf } from '../catalog/families.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { foundationId } from '../dialects/model-ids.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, decoded, jsonObject, readBytes } from '../http/body.ts';
import { withKnownBetas } from '../translate/anthropic/betas.ts';
import { rebuildMessages } from '../translate/anthropic/rebuild-messages.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { converseRequest } from '../validate/converse-request.ts';
import { admit, contextOf } from '../pipeline/admission.ts';
import { awsFront } from '../pipeline/aws-client.ts';
import type { Call } from '../request-context.ts';
import { knownModel } from '../pipeline/translation-context.ts';
import { pipedWay } from '../pipeline/passthrough.ts';
import { relay } from '../pipeline/relay.ts';
import { shownTarget } from '../pipeline/target-label.ts';
import type { Way } from '../pipeline/prepared-call.ts';
import type { HttpResponse } from '../http-values.ts';

/** Bedrock's CountTokens. It is free, so the stack signs it for the callers and models that it pays for. */
export async function countTokens(call: Call): Promise<HttpResponse> {
  const { caller, read, targets } = await admit(call, async () => ({
    name: call.param('model'),
    body: readBytes(call.request),
  }));
  const asked = { call, caller, ...read };
  const prepare = (target: Authorised<Target>, signal: AbortSignal) => countWay(asked, target, signal);
  return relay({ call, front: awsFront, stream: false, name: read.name, targets, prepare });
}

interface CountAsked {
  readonly call: Call;
  readonly caller: Caller;
  /** What was asked for. */
  readonly name: string;
  readonly body: string | Uint8Array;
}

async function countWay(asked: CountAsked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const { call, caller } = asked;
  const { target } = to;
  const context = contextOf(asked, to, signal);
  const { countTokens: counter } = call.services.backend(target.backend);
  if (counter === undefined) throw notCountable();
  const { body, ignored } =
    context.credential.kind === 'stack'
      ? signed(asked, await knownModel({ services: call.services, caller }, target, context))
      : { body: passed(asked.body), ignored: [] };
  const counted = { ...target, model: countedId(asked.name, target.model) };
  const shown = shownTarget(counted, 'count-tokens');
  const passthrough: typeof counter.passthrough = (request, at) =>
    counter.passthrough(request, { ...at, model: counted.model });
  return pipedWay({ call, front: awsFront, passthrough, body, context, shown, ignored });
}

/** Bedrock counts for no profile, but for the model behind it: a name of the config stands for that. An id means itself. */
function countedId(name: string, model: string): string {
  return name === model ? model : foundationId(model);
}

interface Sending {
  readonly body: string;
  readonly ignored: readonly string[];
}

/** Byte for byte. */
function passed(body: string | Uint8Array): string | Uint8Array {
  checkNumbers(body);
  return body;
}

/** Written anew: what is counted is read by Bedrock with the stack's rights. */
function signed(asked: CountAsked, model: string): Sending {
  const input = asObject(jsonObject(decoded(asked.body))['input']);
  const [kind, ...others] = Object.keys(input ?? {});
  const value = input?.[kind ?? ''];
  if (kind === 'converse' && others.length === 0) return ofConverse(asked, value, model);
  if (kind === 'invokeModel' && others.length === 0) return ofInvokeModel(value, model);
  throw invalid('input', "The field 'input' must have one of the fields 'converse' and 'invokeModel'.");
}

function ofConverse({ call, caller }: CountAsked, value: unknown, model: string): Sending {
  const { catalog } = call.services;
  const request = converseRequest(value);
  const known = withKnownBetas(request, familyOf(model).betas);
  const sent = spend(known.request, catalog, { places: conversePlaces, callerId: caller.id });
  const { messages, system, toolConfig, additionalModelRequestFields } = sent;
  const converse = { messages, system, toolConfig, additionalModelRequestFields };
  const others = Object.keys(request).filter((name) => !Object.hasOwn(converse, name));
  if (known.isChanged) others.push('additionalModelRequestFields.anthropic_beta');
  return { body: toWellFormed(JSON.stringify({ input: { converse } })), ignored: ignoredNames(new Set(others)) };
}

function ofInvokeModel(value: unknown, model: string): Sending {
  const body = asObject(value)?.['body'];
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

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
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
