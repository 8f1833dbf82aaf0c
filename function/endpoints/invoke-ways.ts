import type { Authorised } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import type { Backend, CallContext } from '../backends/backend.ts';
import { embeddingFamilyOf } from '../catalog/embedding-families.ts';
import { familyOf } from '../catalog/families.ts';
import type { Target } from '../catalog/catalog.ts';
import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Outcome } from '../dialects/outcome.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, decoded, jsonObject } from '../http/body.ts';
import { rebuildMessages } from '../translate/anthropic/rebuild-messages.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { invokeAnswerOf, embeddingsCallOf } from '../translate/embeddings/invoke/index.ts';
import { rebuildBody } from '../translate/embeddings/invoke/rebuild-body.ts';
import { renameModel } from '../translate/openai/rename-model.ts';
import { contextOf } from '../pipeline/admission.ts';
import { neverStreamed } from './embedding-ways.ts';
import type { Call, LogEntry } from '../request-context.ts';
import { knownModel } from '../pipeline/translation-context.ts';
import { awsFront } from '../pipeline/aws-client.ts';
import { checkElsewhere, guardedHeaders, invokeHeaders, ownHeaders, spentHeaders } from './invoke-headers.ts';
import { noteChunks } from '../pipeline/invoke-stream-usage.ts';
import { notePassed } from '../pipeline/passthrough-usage.ts';
import { pipedWay } from '../pipeline/passthrough.ts';
import { shownTarget } from '../pipeline/target-label.ts';
import type { Answer, Way } from '../pipeline/prepared-call.ts';

/** A call of InvokeModel as it came: its model is in the path, and its body is only read where it must be. */
export interface InvokeAsked {
  readonly call: Call;
  readonly caller: Caller;
  readonly stream: boolean;
  readonly body: string | Uint8Array;
  /** Unique, for the forms of answers that have one. */
  readonly id: string;
}

/** The way to one target: bytes to Bedrock, and by translation to what speaks OpenAI's embeddings. */
export async function invokeWay(asked: InvokeAsked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const { target } = to;
  const { call, stream } = asked;
  const context = contextOf(asked, to, signal);
  const { embeddings, invoke } = call.services.backend(target.backend);
  if (embeddings && !stream) return translated(asked, target, { embeddings, context });
  if (invoke === undefined) throw notInvokable();
  const sent = context.credential.kind === 'stack' ? await spent(asked, target, context) : own(asked, target);
  const way = pipedWay({
    call,
    front: awsFront,
    passthrough: (request, at) => invoke.passthrough({ ...request, headers: sent.headers }, at),
    note: stream ? noteChunks : notePassed,
    body: sent.body,
    context,
    shown: shownTarget(target, stream ? 'invoke-with-response-stream' : 'invoke'),
    ignored: sent.ignored,
  });
  return { ...way, answer: async () => noted(call.entry, await way.answer()) };
}

/** What is sent to Bedrock. */
interface Sending {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly ignored: readonly string[];
}

/** Byte for byte where the caller pays, whatever the model, but for one that the body names of a caller who is held to some. */
function own({ call, caller, body }: InvokeAsked, { model }: Target): Sending {
  checkNumbers(body);
  const sent = caller.models === undefined ? body : settledIn(body, model);
  return { body: sent, headers: ownHeaders(call.request.headers), ignored: [] };
}

/** Models that speak OpenAI's dialect may be named in their bodies as well. What is no JSON object names none that can be told. */
function settledIn(body: string | Uint8Array, model: string): string {
  const text = decoded(body);
  jsonObject(text);
  return renameModel(text, model);
}

/** Written anew where the stack pays: only bodies of embedding models and of Anthropic's are known well enough. */
async function spent({ call, caller, body }: InvokeAsked, target: Target, context: CallContext): Promise<Sending> {
  const { services, request } = call;
  const { catalog } = services;
  const model = await knownModel({ services, caller }, target, context);
  const embedding = embeddingFamilyOf(model);
  const { betas } = familyOf(model);
  if (embedding === undefined && betas === undefined) throw notPaid();
  const { headers, ignored } = spentHeaders(invokeHeaders(request.headers), catalog);
  const given = jsonObject(decoded(body));
  const known = embedding
    ? rebuildBody(given, embedding.name, { s3Location: catalog.callersMaySet.includes('s3Location') })
    : rebuildMessages(given, betas ?? []);
  return {
    body: toWellFormed(JSON.stringify(known.body)),
    headers: embedding ? headers : guardedHeaders(headers, catalog),
    ignored: ignoredNames(new Set([...known.ignored, ...ignored])),
  };
}

const tokenCounts = {
  inputTokens: 'x-amzn-bedrock-input-token-count',
  outputTokens: 'x-amzn-bedrock-output-token-count',
  cacheReadTokens: 'x-amzn-bedrock-cache-read-input-token-count',
} as const satisfies Partial<Record<keyof LogEntry, string>>;

/** What an answer of any model says of itself, for the log. */
function noted(entry: LogEntry, outcome: Outcome<Answer>): Outcome<Answer> {
  for (const name of ['inputTokens', 'outputTokens', 'cacheReadTokens'] as const) {
    const count = outcome.ok ? outcome.value.headers?.[tokenCounts[name]] : undefined;
    if (count !== undefined && /^\d{1,9}$/.test(count)) entry[name] = Number(count);
  }
  return outcome;
}

/** A Titan's or Cohere's body, answered by an OpenAI-compatible server. */
function translated(
  { call, body: given, id }: InvokeAsked,
  target: Target,
  { embeddings, context }: { embeddings: NonNullable<Backend['embeddings']>; context: CallContext },
): Way {
  const headers = invokeHeaders(call.request.headers);
  checkElsewhere(headers);
  const asked = embeddingsCallOf(jsonObject(decoded(given)));
  const shown = shownTarget(target, 'embeddings');
  const ignored = ignoredNames(new Set([...asked.ignored, ...Object.keys(headers)]));
  const body = JSON.stringify({ ...asked.request, model: target.model });
  const passthrough = embeddings.passthrough.bind(embeddings);
  const way = pipedWay({ call, front: awsFront, passthrough, body, context, shown, ignored });
  return {
    ...way,
    async answer() {
      const outcome = await way.answer();
      if (!outcome.ok) return outcome;
      const answered = 'bytes' in outcome.value ? invokeAnswerOf(parsed(outcome.value.bytes), asked, id) : undefined;
      if (answered === undefined) return malformed;
      call.entry.inputTokens = answered.inputTokens;
      const counted = { [tokenCounts.inputTokens]: String(answered.inputTokens ?? 0) };
      return { ok: true, value: { body: answered.body, headers: counted } };
    },
    open: neverStreamed,
  };
}

const malformed = {
  ok: false,
  failure: gatewayFailure('MalformedReply', 'The server answered without the embeddings that were asked for.'),
} as const;

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function notInvokable(): ApiError {
  return new ApiError(
    'The target of this model is not called by InvokeModel or its stream: use Converse or ConverseStream.',
    { status: 400, code: 'unsupported_model', param: 'modelId' },
  );
}

function notPaid(): ApiError {
  return new ApiError(
    "The stack pays for this model, and it pays for InvokeModel of embedding models and of Anthropic's only: use Converse, or " +
      'an Amazon Bedrock API key of your own.',
    { status: 403, code: 'not_allowed_at_this_cost', param: 'modelId' },
  );
}
