import { applySpendingPolicy, converseParams } from '../auth/spending-policy.ts';
import { familyOf } from '../catalog/families.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, jsonObject, readText } from '../http/body.ts';
import { awsClient } from '../pipeline/aws-client.ts';
import { chatSurface, serverChat } from '../pipeline/chat-servers.ts';
import { passthrough, type PassthroughBody } from '../pipeline/passthrough.ts';
import type { ModelEndpoint, RoutedRequest } from '../pipeline/route.ts';
import { translate } from '../pipeline/translated-call.ts';
import { spendingRules } from '../pipeline/spending-rules.ts';
import { modelBehind } from '../pipeline/translation-context.ts';
import { checkConverseFields } from '../pipeline/unsupported-fields.ts';
import { openAiUsage } from '../pipeline/usage.ts';
import { withKnownBetas } from '../translate/anthropic/betas.ts';
import { converseToChat } from '../translate/converse/index.ts';
import { signatureMark } from '../translate/converse/origin.ts';
import { withoutForeignReasoning } from '../translate/converse/to-bedrock.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { converseRequest } from '../validate/converse-request.ts';

/** Bedrock's Converse. Its model is in the path, and its body is read only where it must be. */
export const converse: ModelEndpoint<string> = {
  client: awsClient,
  idPrefix: '',
  countedAs: 'completions',
  read: ({ request, param }) => ({ name: param('model'), body: readText(request) }),
  wantsStream: () => false,
  routes: [
    passthrough('converse', { body: converseBody, label: 'converse' }),
    translate('chat', {
      translation: converseToChat,
      usage: openAiUsage,
      surface: chatSurface,
      request: ({ request }: RoutedRequest<string>) => converseRequest(jsonObject(request.body)),
      finish(sent, routed, request) {
        // What the dialect has no words for is told by the translation, before the question of who pays.
        checkConverseFields(request, routed);
        const { request: chat, ignored } = serverChat(sent, routed);
        return { request: chat, ignored: ignored.map(fieldPath) };
      },
      details: ({ to }) => [to.target.chatTemplate === undefined ? 'chat' : 'completions'],
    }),
  ],
  unsupported: () =>
    new ApiError('This model cannot be called by Converse.', { status: 400, code: 'unsupported_model' }),
};

/** Bedrock's ConverseStream. */
export const converseStream: ModelEndpoint<string> = { ...converse, wantsStream: () => true };

/** The path of a field as the caller wrote it: what is not in the messages came in additionalModelRequestFields. */
function fieldPath(field: string): string {
  return field.startsWith('messages.') ? field : `additionalModelRequestFields.${field}`;
}

/** The client's bytes where the caller pays; written anew where the stack does. */
function converseBody(routed: RoutedRequest<string>): PassthroughBody | Promise<PassthroughBody> {
  return routed.to.credential.kind === 'stack' ? stackPaidBody(routed) : { body: callerPaidBody(routed.request.body) };
}

/** Leaves out reasoning that other backends gave: a text without the gateway's mark has none, and is not even parsed. */
function callerPaidBody(text: string): string {
  checkNumbers(text);
  if (!text.includes(signatureMark)) return text;
  const request = jsonObject(text);
  const kept = withoutForeignReasoning(request);
  return kept === request ? text : JSON.stringify(kept);
}

async function stackPaidBody(routed: RoutedRequest<string>): Promise<PassthroughBody> {
  const { body, context } = routed.request;
  const { services, caller } = context;
  const request = withoutForeignReasoning(converseRequest(jsonObject(body)));
  const known = withKnownBetas(request, familyOf(await modelBehind(routed)).betas);
  const sent = applySpendingPolicy(known.request, spendingRules(services), {
    params: converseParams,
    callerId: caller.id,
  });
  const others = Object.keys(request).filter((name) => !Object.hasOwn(sent, name));
  if (known.isChanged) others.push('additionalModelRequestFields.anthropic_beta');
  return { body: toWellFormed(JSON.stringify(sent)), ignored: ignoredNames(new Set(others)) };
}
