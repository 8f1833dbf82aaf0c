import type { Authorised } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import type { Backend, CallContext } from '../backends/backend.ts';
import { embeddingFamilyOf } from '../catalog/embedding-families.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import { jsonObject } from '../http/body.ts';
import { namesOf } from '../translate/chat/to-converse/members.ts';
import { answeredWith, askedOf } from '../translate/embeddings/invoke/front.ts';
import { rebuilt } from '../translate/embeddings/invoke/rebuilt.ts';
import { contextOf } from './admit.ts';
import { neverStreamed } from './embedding-ways.ts';
import type { Call } from './endpoint.ts';
import { knownModel } from './exchange.ts';
import { awsFront } from './aws-front.ts';
import { invokeHeaders, spentHeaders } from './invoke-headers.ts';
import { pipedWay } from './piped.ts';
import { shownTarget } from './shown.ts';
import type { Answer, Way } from './way.ts';

/** A call of InvokeModel as it came: its model is in the path, and its body is only read where it must be. */
export interface InvokeAsked {
  readonly call: Call;
  readonly caller: Caller;
  readonly text: string;
  /** Unique, for the forms of answers that have one. */
  readonly id: string;
}

/** The way to one target: bytes to Bedrock, and by translation to what speaks OpenAI's embeddings. */
export async function invokeWay(asked: InvokeAsked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const { target } = to;
  const context = contextOf(asked.caller, to, signal);
  const { embeddings, invoke } = asked.call.services.backend(target.backend);
  if (embeddings) return translated(asked, target, { embeddings, context });
  if (invoke === undefined) throw notInvokable('This model cannot be called by InvokeModel.');
  const sent = context.credential.kind === 'stack' ? await spent(asked, target, context) : own(asked);
  const way = pipedWay({
    call: asked.call,
    front: awsFront,
    pipe: (request, at) => invoke.pipe({ ...request, headers: sent.headers }, at),
    body: sent.body,
    context,
    shown: shownTarget(target, 'invoke'),
    ignored: sent.ignored,
  });
  return { ...way, answer: async () => noted(asked.call, await way.answer()) };
}

/** What is sent to Bedrock. */
interface Sending {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ignored: readonly string[];
}

/** Byte for byte where the caller pays, whatever the model. */
function own({ call, text }: InvokeAsked): Sending {
  return { body: text, headers: invokeHeaders(call.request.headers), ignored: [] };
}

/** Written anew where the stack pays: of bodies in which anything could stand, only those of embedding models are known. */
async function spent({ call, caller, text }: InvokeAsked, target: Target, context: CallContext): Promise<Sending> {
  const { services, request } = call;
  const family = embeddingFamilyOf(await knownModel({ services, caller }, target, context));
  if (family === undefined) {
    throw notInvokable(
      'The stack pays for this model, and it pays for InvokeModel of embedding models only: use Converse.',
    );
  }
  const { headers, ignored } = spentHeaders(invokeHeaders(request.headers), services.catalog);
  const s3Location = services.catalog.callersMaySet.includes('s3Location');
  const known = rebuilt(jsonObject(text), family.name, { s3Location });
  return { body: JSON.stringify(known.body), headers, ignored: namesOf(new Set([...known.ignored, ...ignored])) };
}

const tokenCount = 'x-amzn-bedrock-input-token-count';

/** The one thing that an answer of any model says for the log. */
function noted({ entry }: Call, outcome: Outcome<Answer>): Outcome<Answer> {
  const count = outcome.ok ? Number(outcome.value.headers?.[tokenCount]) : Number.NaN;
  if (Number.isInteger(count)) entry.inputTokens = count;
  return outcome;
}

/** A Titan's or Cohere's body, answered by an OpenAI-compatible server. */
function translated(
  { call, text, id }: InvokeAsked,
  target: Target,
  { embeddings, context }: { embeddings: NonNullable<Backend['embeddings']>; context: CallContext },
): Way {
  const asked = askedOf(jsonObject(text));
  const shown = shownTarget(target, 'embeddings');
  const ignored = namesOf(new Set([...asked.ignored, ...Object.keys(invokeHeaders(call.request.headers))]));
  const body = JSON.stringify({ ...asked.request, model: target.model });
  const pipe = embeddings.pipe.bind(embeddings);
  const way = pipedWay({ call, front: awsFront, pipe, body, context, shown, ignored });
  return {
    ...way,
    async answer() {
      const outcome = await way.answer();
      if (!outcome.ok) return outcome;
      const answered = 'bytes' in outcome.value ? answeredWith(parsed(outcome.value.bytes), asked, id) : undefined;
      if (answered === undefined) return malformed;
      call.entry.inputTokens = answered.inputTokens;
      return { ok: true, value: { body: answered.body, headers: { [tokenCount]: String(answered.inputTokens ?? 0) } } };
    },
    open: neverStreamed,
  };
}

const malformed = {
  ok: false,
  failure: {
    name: 'MalformedReply',
    status: 502,
    message: 'The server answered without the embeddings that were asked for.',
  },
} as const;

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function notInvokable(message: string): ApiError {
  return new ApiError(message, { status: 400, code: 'unsupported_model', param: 'modelId' });
}
