import type { Authorised } from '../auth/authorise.ts';
import { conversePlaces, spend } from '../auth/spending-policy.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import { familyOf } from '../catalog/families.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, jsonObject } from '../http/body.ts';
import { withKnownBetas } from '../translate/anthropic/betas.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { converseToChat } from '../translate/converse/index.ts';
import { signatureMark } from '../translate/converse/origin.ts';
import { withoutForeignReasoning } from '../translate/converse/to-bedrock.ts';
import type { Stamp } from '../translate/translation.ts';
import { converseRequest } from '../validate/converse-request.ts';
import { contextOf } from '../pipeline/admission.ts';
import { checkConverse } from '../pipeline/unsupported-fields.ts';
import { chatSurface } from './chat-servers.ts';
import type { Call } from '../request-context.ts';
import { exchangeFor, knownModel } from '../pipeline/translation-context.ts';
import { awsFront } from '../pipeline/aws-client.ts';
import { openAiMeter } from '../pipeline/usage.ts';
import { pipedWay } from '../pipeline/passthrough.ts';
import { forServer } from '../pipeline/server-body.ts';
import { shownTarget } from '../pipeline/target-label.ts';
import { translatedWay } from '../pipeline/translated-call.ts';
import type { Way } from '../pipeline/prepared-call.ts';

/** A Converse request as it came: its model is in the path, and its body is only read where it must be. */
export interface ConverseAsked {
  readonly call: Call;
  readonly caller: Caller;
  readonly text: string;
  readonly stamp: Stamp;
}

/** The way to one target: bytes to Bedrock, and by translation to what speaks Chat Completions. */
export async function converseWay(asked: ConverseAsked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const { call, caller, text, stamp } = asked;
  const { services } = call;
  const { target } = to;
  const context = { ...contextOf(asked, to, signal), stamp };
  if (services.backend(target.backend).converse) return await piped(asked, target, context);
  const request = converseRequest(jsonObject(text));
  const surface = await chatSurface(services, target);
  if (surface === undefined) throw noConverse();
  const exchange = await exchangeFor({ services, caller, request, stamp }, to, context);
  const shown = shownTarget(target, target.chatTemplate === undefined ? 'chat' : 'completions');
  const way = translatedWay({
    call,
    translation: forServer(converseToChat, services.catalog, inFields),
    surface,
    meter: openAiMeter,
    exchange,
    context,
    shown,
  });
  // What the dialect has no words for is told by the translation, before the question of who pays.
  checkConverse(request, services);
  return way;
}

/** The path of a field as the caller wrote it: what is not in the messages came in additionalModelRequestFields. */
function inFields(field: string): string {
  return field.startsWith('messages.') ? field : `additionalModelRequestFields.${field}`;
}

/** Byte for byte where the caller pays; written anew where the stack does. */
async function piped({ call, caller, text }: ConverseAsked, target: Target, context: CallContext): Promise<Way> {
  const { services } = call;
  const surface = services.backend(target.backend).converse;
  if (surface?.passthrough === undefined) throw new Error('this surface passes nothing through');
  const { body, ignored } =
    context.credential.kind === 'stack'
      ? spent(withoutForeignReasoning(converseRequest(jsonObject(text))), caller, {
          services,
          model: await knownModel({ services, caller }, target, context),
        })
      : { body: passed(text) };
  const shown = shownTarget(target, 'converse');
  const passthrough = surface.passthrough.bind(surface);
  return pipedWay({ call, front: awsFront, passthrough, body, context, shown, ...(ignored && { ignored }) });
}

/** Byte for byte, but for reasoning of other backends: a text without our mark has none, and is not even parsed. */
function passed(text: string): string {
  checkNumbers(text);
  if (!text.includes(signatureMark)) return text;
  const request = jsonObject(text);
  const bedrocks = withoutForeignReasoning(request);
  return bedrocks === request ? text : JSON.stringify(bedrocks);
}

/** What is sent where the stack pays, and the members that are not. */
function spent(
  request: ConverseRequest,
  { id }: Caller,
  { services, model }: { services: Call['services']; model: string },
): { body: string; ignored?: readonly string[] } {
  const known = withKnownBetas(request, familyOf(model).betas);
  const sent = spend(known.request, services.catalog, { places: conversePlaces, callerId: id });
  const others = Object.keys(request).filter((name) => !Object.hasOwn(sent, name));
  if (known.isChanged) others.push('additionalModelRequestFields.anthropic_beta');
  return { body: toWellFormed(JSON.stringify(sent)), ignored: ignoredNames(new Set(others)) };
}

function noConverse(): ApiError {
  return new ApiError('This model cannot be called by Converse.', { status: 400, code: 'unsupported_model' });
}
