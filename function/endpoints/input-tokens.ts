import { chatParams } from '../auth/spending-policy.ts';
import { foundationId } from '../dialects/model-ids.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { finishConverse } from '../pipeline/finish-converse.ts';
import { proveKey } from '../pipeline/key-proof.ts';
import { openAiBody } from '../pipeline/openai-body.ts';
import { openAiClient } from '../pipeline/openai-client.ts';
import { passthroughCall, type PassthroughBody } from '../pipeline/passthrough.ts';
import type { PreparedCall } from '../pipeline/prepared-call.ts';
import { inResponsesWords, mediaOfInput } from '../pipeline/responses-body.ts';
import type { ModelEndpoint, Route, RoutedRequest, SurfaceName } from '../pipeline/route.ts';
import { targetLabel } from '../pipeline/target-label.ts';
import { countAnswer, estimateAnswer, isNotCounted } from '../pipeline/token-count.ts';
import { modelBehind, translationContext } from '../pipeline/translation-context.ts';
import { checkOpenAiFields } from '../pipeline/unsupported-fields.ts';
import { ignoredNames, mergeIgnoredNames } from '../translate/ignored.ts';
import { responsesToConverse } from '../translate/responses/index.ts';
import { countedResponse, inputTokensDisposition } from '../translate/responses/input-tokens.ts';
import { asChat } from '../translate/responses/to-converse/chat-request.ts';
import { checkStored } from '../translate/responses/to-converse/fields.ts';
import { inputTokensRequest } from '../validate/input-tokens-request.ts';

/** Bedrock's own count, of models that it counts for; else an estimate, which a header names. */
const counted: Route<JsonBody> = {
  kind: 'translate',
  surface: 'countTokens',
  async prepare(routed) {
    const model = await modelBehind(routed);
    const sent = await countedBody(routed, model);
    const call = passthroughCall('countTokens', { routed, sent, label: targetLabel(routed.to, 'count-tokens') });
    return { ...call, answer: () => countOf(call, routed.request.body) };
  },
};

/** OpenAI's count of the input tokens of a response. It is free, so the stack signs it for the callers and models that it pays for. */
export const countInputTokens: ModelEndpoint<JsonBody> = {
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
  routes: [counted, estimated('converse'), estimated('chat')],
  unsupported: () =>
    new ApiError('This model answers no responses, so it has no input tokens to be counted.', {
      status: 400,
      code: 'unsupported_model',
      param: 'model',
    }),
};

/** What CountTokens is sent: the input as Converse has it, for the model behind a profile, since Bedrock counts for no profile. */
async function countedBody(routed: RoutedRequest<JsonBody>, model: string): Promise<PassthroughBody> {
  const { request, unknown } = readCounted(routed);
  const context = translationContext(routed, { model, request });
  const { reads: _reads, ...media } = await mediaOfInput(routed, { ...context, stackPays: false });
  const translated = responsesToConverse.request({ ...context, ...media });
  const { messages, system, toolConfig, additionalModelRequestFields } = paidRequest(translated.request, routed);
  const converse = { messages, system, toolConfig, additionalModelRequestFields };
  return {
    body: toWellFormed(JSON.stringify({ input: { converse } })),
    ignored: mergeIgnoredNames(ignoredNames(new Set(unknown), inputTokensDisposition), translated.ignored),
    model: foundationId(model),
  };
}

const finish = finishConverse({ ...chatParams, s3Location: 'input' });

/** The last word on what Bedrock reads with the stack's rights. */
function paidRequest(sent: ConverseRequest, routed: RoutedRequest<JsonBody>): ConverseRequest {
  return routed.to.credential.kind === 'stack' ? finish(sent, routed).request : sent;
}

async function countOf({ answer }: PreparedCall, body: JsonBody): ReturnType<PreparedCall['answer']> {
  const outcome = await answer();
  const isEstimated = !outcome.ok && isNotCounted(outcome.failure);
  return isEstimated ? estimateAnswer(body, written) : countAnswer(outcome, written);
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
      const answer = () => Promise.resolve(estimateAnswer(routed.request.body, written));
      return { label: targetLabel(routed.to, 'estimate'), ignored: [], answer, open: streamless };
    },
  };
}

function readCounted({ request }: RoutedRequest<JsonBody>): ReturnType<typeof countedResponse> {
  return countedResponse(inputTokensRequest(request.body.value));
}

function written(tokens: number): object {
  return { object: 'response.input_tokens', input_tokens: tokens };
}

function streamless(): never {
  throw new Error('a count was asked for as a stream');
}
