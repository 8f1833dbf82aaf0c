import { chatParams } from '../auth/spending-policy.ts';
import { familyOf } from '../catalog/families.ts';
import { foundationId } from '../dialects/model-ids.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { finishConverse } from '../pipeline/finish-converse.ts';
import { keepResponse } from '../pipeline/kept-responses.ts';
import { relayKept, type Keep } from '../pipeline/kept.ts';
import { proveKey } from '../pipeline/key-proof.ts';
import { openAiBody } from '../pipeline/openai-body.ts';
import { openAiClient } from '../pipeline/openai-client.ts';
import { passthroughCall } from '../pipeline/passthrough.ts';
import { relay } from '../pipeline/relay.ts';
import { inResponsesWords, mediaOfInput } from '../pipeline/responses-body.ts';
import type { ModelEndpoint, Route, RoutedRequest, SurfaceName } from '../pipeline/route.ts';
import { targetLabel } from '../pipeline/target-label.ts';
import { countCall, estimateCall } from '../pipeline/token-count.ts';
import { modelBehind, translationContext } from '../pipeline/translation-context.ts';
import { checkOpenAiFields } from '../pipeline/unsupported-fields.ts';
import { countedMessagesOf } from '../translate/anthropic/from-converse.ts';
import { ignoredNames, mergeIgnoredNames } from '../translate/ignored.ts';
import { responsesToConverse } from '../translate/responses/index.ts';
import { countedResponse, inputTokensDisposition } from '../translate/responses/input-tokens.ts';
import { asChat } from '../translate/responses/to-converse/chat-request.ts';
import { checkStored } from '../translate/responses/to-converse/fields.ts';
import { withoutUndefined } from '../translate/without-undefined.ts';
import { inputTokensRequest } from '../validate/input-tokens-request.ts';

/** Bedrock's own count, of models that it counts for; else that of bedrock-mantle, or an estimate, which a header names. */
const counted: Route<JsonBody> = {
  kind: 'translate',
  surface: 'countTokens',
  async prepare(routed) {
    const model = await modelBehind(routed);
    const { converse, ignored } = await converseInput(routed, model);
    const body = toWellFormed(JSON.stringify({ input: { converse } }));
    const label = targetLabel(routed.to, 'count-tokens');
    const sent = { body, ignored, model: foundationId(model) };
    const isClaude = familyOf(model).betas !== undefined;
    return countCall(passthroughCall('countTokens', { routed, sent, label }), {
      routed,
      model,
      write,
      atMantle: () => (isClaude ? countedMessagesOf(converse) : undefined),
    });
  },
};

const counting: ModelEndpoint<JsonBody> = {
  client: openAiClient,
  idPrefix: '',
  countedAs: 'free',
  read: openAiBody(inputTokensRequest),
  wantsStream: () => false,
  check(routed) {
    checkStored(routed.request.body.value);
    inResponsesWords(() => checkOpenAiFields(routed));
  },
  onlyMantle: 'served',
  routes: [counted, estimated('responses'), estimated('converse'), estimated('chat')],
  unsupported: () =>
    new ApiError('This model answers no responses, so it has no input tokens to be counted.', {
      status: 400,
      code: 'unsupported_model',
      param: 'model',
    }),
};

/** OpenAI's count of the input tokens of a response. It is free, so the stack signs it for the callers and models that it pays for. */
export const countInputTokens: Handler = {
  routes: counting.routes,
  run: (context) =>
    context.services.storage === undefined ? relay(counting, context) : relayKept(counting, context, keepInput),
};

/** Finds the stored items that a request refers to. A count itself is never stored. */
const keepInput: Keep<JsonBody> = async (body, context) => {
  const { input } = body.value;
  const kept = await keepResponse({ ...body, value: { ...body.value, input: input ?? [], store: false } }, context);
  return kept && { ...kept, answer: (answer) => Promise.resolve(answer) };
};

/** The input as Converse has it, and the names of the fields that are not counted. */
async function converseInput(
  routed: RoutedRequest<JsonBody>,
  model: string,
): Promise<{ readonly converse: ConverseRequest; readonly ignored: readonly string[] }> {
  const { request, unknown } = readCounted(routed);
  const context = translationContext(routed, { model, request });
  const { reads: _reads, ...media } = await mediaOfInput(routed, { ...context, stackPays: false });
  const translated = responsesToConverse.request({ ...context, ...media });
  const { messages, system, toolConfig, additionalModelRequestFields } = paidRequest(translated.request, routed);
  return {
    converse: withoutUndefined({ messages, system, toolConfig, additionalModelRequestFields }),
    ignored: mergeIgnoredNames(ignoredNames(new Set(unknown), inputTokensDisposition), translated.ignored),
  };
}

const finish = finishConverse({ ...chatParams, s3Location: 'input' });

/** The last word on what Bedrock reads with the stack's rights. */
function paidRequest(sent: ConverseRequest, routed: RoutedRequest<JsonBody>): ConverseRequest {
  return routed.to.credential.kind === 'stack' ? finish(sent, routed).request : sent;
}

/** An estimate for models that nobody counts for, of whatever could answer. Nothing is asked, so the caller's key is proven first. */
function estimated(surface: SurfaceName): Route<JsonBody> {
  return {
    kind: 'translate',
    surface,
    async prepare(routed) {
      // What no model could be asked is refused here as well.
      asChat(readCounted(routed).request, { family: '', media: new Map(), ignored: new Set() });
      await proveKey(routed);
      return estimateCall({ routed, write });
    },
  };
}

function readCounted({ request }: RoutedRequest<JsonBody>): ReturnType<typeof countedResponse> {
  return countedResponse(inputTokensRequest(request.body.value));
}

function write(tokens: number): object {
  return { object: 'response.input_tokens', input_tokens: tokens };
}
