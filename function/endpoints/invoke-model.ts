import { isLimited } from '../auth/limited.ts';
import { orOwnKey, type KeyPolicy } from '../auth/own-key.ts';
import { embeddingFamilyOf } from '../catalog/embedding-families.ts';
import { familyOf } from '../catalog/families.ts';
import { gatewayFailure } from '../dialects/gateway-failures.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, decoded, jsonObject } from '../http/body.ts';
import { awsClient } from '../pipeline/aws-client.ts';
import {
  callerHeaders,
  checkHeadersOutsideBedrock,
  guardedHeaders,
  operationHeaders,
  stackPaidHeaders,
} from '../pipeline/invoke-headers.ts';
import { summaryOfChunks } from '../pipeline/invoke-stream-usage.ts';
import { passthrough, passthroughCall, type PassthroughBody, type WholeAnswer } from '../pipeline/passthrough.ts';
import { summaryOfBytes } from '../pipeline/passthrough-usage.ts';
import { pathModelBody } from '../pipeline/path-model.ts';
import type { PreparedCall } from '../pipeline/prepared-call.ts';
import type { ModelEndpoint, RoutedRequest } from '../pipeline/route.ts';
import { targetLabel } from '../pipeline/target-label.ts';
import { spendingRules } from '../pipeline/spending-rules.ts';
import { modelBehind } from '../pipeline/translation-context.ts';
import type { AnswerSummary } from '../pipeline/usage.ts';
import { rebuildMessages } from '../translate/anthropic/rebuild-messages.ts';
import { embeddingsCallOf, invokeAnswerOf } from '../translate/embeddings/invoke/index.ts';
import { rebuildBody } from '../translate/embeddings/invoke/rebuild-body.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { renameModel } from '../translate/openai/rename-model.ts';

type Body = string | Uint8Array;

/** Bedrock's InvokeModel: of any model with the caller's own key, else of embedding models and Anthropic's. */
export const invokeModel: ModelEndpoint<Body> = {
  client: awsClient,
  idPrefix: '',
  countedAs: 'by-model',
  read: pathModelBody,
  wantsStream: () => false,
  routes: [
    passthrough('invoke', {
      body: invokeBody,
      label: ({ request }) => (request.stream ? 'invoke-with-response-stream' : 'invoke'),
      summary: summaryOfAnswer,
      streamSummary: summaryOfChunks,
    }),
    { kind: 'translate', surface: 'embeddings', streams: false, prepare: prepareEmbeddings },
  ],
  unsupported: () =>
    new ApiError(
      'The target of this model is not called by InvokeModel or its stream: use Converse or ConverseStream.',
      { status: 400, code: 'unsupported_model', param: 'modelId' },
    ),
};

/** Bedrock's InvokeModelWithResponseStream, likewise; no embedding model streams. */
export const invokeModelStream: ModelEndpoint<Body> = { ...invokeModel, wantsStream: () => true };

function invokeBody(routed: RoutedRequest<Body>): PassthroughBody | Promise<PassthroughBody> {
  return routed.to.credential.kind === 'stack' ? stackPaidBody(routed) : callerPaidBody(routed);
}

/** The client's bytes whatever the model, but for one that the body names of a caller who is limited to some. */
function callerPaidBody({ request, to }: RoutedRequest<Body>): PassthroughBody {
  const { body, context } = request;
  checkNumbers(body);
  return {
    body: isLimited(context.caller) ? withPermittedModel(body, to.target.model) : body,
    headers: callerHeaders(context.request.headers),
  };
}

/** Models that speak OpenAI's dialect may be named in their bodies as well. What is no JSON object names none that can be told. */
function withPermittedModel(body: Body, model: string): string {
  const text = decoded(body);
  jsonObject(text);
  return renameModel(text, model);
}

/** Written anew where the stack pays: only bodies of embedding models and of Anthropic's are known well enough. */
async function stackPaidBody(routed: RoutedRequest<Body>): Promise<PassthroughBody> {
  const { body, context } = routed.request;
  const rules = spendingRules(context.services);
  const model = await modelBehind(routed);
  const embedding = embeddingFamilyOf(model);
  const { betas } = familyOf(model);
  if (embedding === undefined && betas === undefined) throw notPaid(rules);
  const { headers, ignored } = stackPaidHeaders(operationHeaders(context.request.headers), rules);
  const fields = jsonObject(decoded(body));
  const known = embedding
    ? rebuildBody(fields, embedding.name, { s3Location: rules.callersMaySet.includes('s3Location') })
    : rebuildMessages(fields, betas ?? []);
  return {
    body: toWellFormed(JSON.stringify(known.body)),
    headers: embedding ? headers : guardedHeaders(headers, rules),
    ignored: ignoredNames(new Set([...known.ignored, ...ignored])),
  };
}

const tokenHeaders = {
  inputTokens: 'x-amzn-bedrock-input-token-count',
  outputTokens: 'x-amzn-bedrock-output-token-count',
  cacheReadTokens: 'x-amzn-bedrock-cache-read-input-token-count',
  cacheWriteTokens: 'x-amzn-bedrock-cache-write-input-token-count',
} as const;

/** What an answer of any model says of itself: its headers count more than its body. */
function summaryOfAnswer({ bytes, headers }: WholeAnswer): AnswerSummary {
  const summary = summaryOfBytes(bytes);
  const usage = { ...summary.usage };
  for (const name of ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const) {
    const count = headers[tokenHeaders[name]];
    if (count !== undefined && /^\d{1,9}$/.test(count)) usage[name] = Number(count);
  }
  return { ...summary, usage };
}

/** Makes a Titan's or Cohere's body ready for an OpenAI-compatible server. Throws an ApiError 400. */
function prepareEmbeddings(routed: RoutedRequest<Body>): PreparedCall {
  const { request, to } = routed;
  const headers = operationHeaders(request.context.request.headers);
  checkHeadersOutsideBedrock(headers);
  const asked = embeddingsCallOf(jsonObject(decoded(request.body)));
  const call = passthroughCall('embeddings', {
    routed,
    sent: {
      body: JSON.stringify({ ...asked.request, model: to.target.model }),
      ignored: ignoredNames(new Set([...asked.ignored, ...Object.keys(headers)])),
    },
    label: targetLabel(to, 'embeddings'),
  });
  return {
    ...call,
    async answer() {
      const outcome = await call.answer();
      if (!outcome.ok) return outcome;
      const answered =
        'bytes' in outcome.value ? invokeAnswerOf(parsed(outcome.value.bytes), asked, request.stamp.id) : undefined;
      if (answered === undefined) return { ok: false, failure: malformed };
      const { body, inputTokens } = answered;
      const counted = { [tokenHeaders.inputTokens]: String(inputTokens ?? 0) };
      return { ok: true, value: { body, headers: counted, summary: { usage: { inputTokens } } } };
    },
  };
}

const malformed = gatewayFailure('MalformedReply', 'The server answered without the embeddings that were asked for.');

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function notPaid(policy: KeyPolicy): ApiError {
  return new ApiError(
    "The stack pays for this model, and it pays for InvokeModel of embedding models and of Anthropic's only: use Converse" +
      `${orOwnKey(policy)}.`,
    { status: 403, code: 'not_allowed_at_this_cost', param: 'modelId' },
  );
}
