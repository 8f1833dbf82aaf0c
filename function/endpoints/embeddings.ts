import { embeddingFamilyOf } from '../catalog/embedding-families.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { fanOut } from '../pipeline/fan-out.ts';
import { openAiBody } from '../pipeline/openai-body.ts';
import { openAiClient } from '../pipeline/openai-client.ts';
import { passthrough } from '../pipeline/passthrough.ts';
import type { PreparedCall } from '../pipeline/prepared-call.ts';
import type { ModelEndpoint, RoutedRequest } from '../pipeline/route.ts';
import { serverBody } from '../pipeline/server-body.ts';
import { targetLabel } from '../pipeline/target-label.ts';
import { inputInTexts } from '../pipeline/token-texts.ts';
import { modelBehind } from '../pipeline/translation-context.ts';
import { checkOpenAiFields } from '../pipeline/unsupported-fields.ts';
import { embeddingsFailure } from '../translate/embeddings/failure.ts';
import { holdsVectors, malformedReply, reply } from '../translate/embeddings/reply.ts';
import { invokeCalls } from '../translate/embeddings/request.ts';
import { label, userLabels } from '../translate/labels.ts';
import { embeddingsRequest } from '../validate/embeddings-request.ts';

/** OpenAI's embeddings. */
export const embeddings: ModelEndpoint<JsonBody> = {
  // OpenAI's other clients have failures that name `messages`, which no embeddings request has.
  client: { ...openAiClient, failure: embeddingsFailure },
  idPrefix: '',
  countedAs: 'embeddings',
  read: openAiBody(embeddingsRequest),
  wantsStream: () => false,
  check: checkOpenAiFields,
  routes: [
    passthrough('embeddings', { body: embeddingsBody, label: 'embeddings' }),
    { kind: 'translate', surface: 'invoke', streams: false, prepare: prepareInvoke },
  ],
  unsupported: noEmbeddings,
};

/** Only backends that the stack pays for have embeddings of their own, so the request is always written anew. */
function embeddingsBody({ request, to }: RoutedRequest<JsonBody>) {
  const { body, ignored } = serverBody(request.body.value, 'embeddings', request.context.services.catalog);
  return { body: JSON.stringify({ ...body, model: to.target.model }), ignored };
}

/**
 * How many calls of one request are under way at once. Lists of usual length are hidden behind a few round trips by that, and one caller
 * does not take a quota of requests per minute at a stroke, nor all the connections that are kept.
 */
const maxCallsAtOnce = 8;

/** Makes a request ready for InvokeModel, one call for each part that the family takes at once. Throws an ApiError 400. */
async function prepareInvoke(routed: RoutedRequest<JsonBody>): Promise<PreparedCall> {
  const { invoke } = routed.backend;
  if (invoke === undefined) throw noEmbeddings();
  const request = await inputInTexts(embeddingsRequest(routed.request.body.value));
  const family = embeddingFamilyOf(await modelBehind(routed));
  if (family === undefined) throw noEmbeddings();
  const { bodies, sizes, ignored } = invokeCalls(request, family);
  const user = label(request.user);
  const context = { ...routed.call, ...(user !== undefined && { labels: { [userLabels.user]: user } }) };
  const answered = new Map();
  return {
    label: targetLabel(routed.to, family.name, 'invoke'),
    ignored,
    async answer() {
      const options = { signal: context.signal, limit: maxCallsAtOnce, answered };
      const answers = await fanOut(
        [...bodies.entries()],
        async ([at, body], signal) => {
          const outcome = await invoke.call(body, { ...context, signal });
          // Known at once, so that the remaining calls are not made.
          return outcome.ok && !holdsVectors(outcome.value, family, sizes[at]) ? malformedReply : outcome;
        },
        options,
      );
      if (!answers.ok) return answers;
      const outcome = reply(answers.value, { request, family, sizes });
      if (!outcome.ok) return outcome;
      const summary = { usage: { inputTokens: outcome.value.usage.prompt_tokens } };
      return { ok: true, value: { body: outcome.value, summary } };
    },
    open: neverStreamed,
  };
}

function neverStreamed(): never {
  throw new Error('embeddings are not streamed');
}

function noEmbeddings(): ApiError {
  return new ApiError(
    'This model makes no embeddings. (For the ARN of an application inference profile, the config of the stack can say which ' +
      'model is behind it, as the family of its entry.)',
    { status: 400, code: 'unsupported_model', param: 'model' },
  );
}
