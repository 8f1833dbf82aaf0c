import { toWellFormedBody } from '../../dialects/well-formed.ts';
import type { Backend, CallContext } from '../backend.ts';
import type { Bedrock } from '../bedrock/bedrock.ts';
import { readContext, sender } from '../bedrock/send.ts';
import type { Post } from '../openai/passthrough.ts';
import { responses } from '../openai/responses.ts';
import { chat } from '../openai/surface.ts';
import { bedrockMessageLimits } from '../openai/message-limits.ts';
import { stackFailure } from '../stack/send.ts';
import type { Signer } from '../stack/signer.ts';
import { refusal } from '../wire/body.ts';
import { endpointResolver } from '../wire/endpoint.ts';
import type { Transport } from '../wire/transport.ts';
import { chatFailure, nativeResponsesFailure } from './failures.ts';
import { service } from '../bedrock/failures.ts';

/** What the backend of Bedrock's Chat Completions needs. */
export interface BedrockOpenAiOptions {
  /** Serves Converse for the same models. */
  readonly bedrock: Pick<Bedrock, 'converse'>;
  /** Signs calls that the stack pays; without a signer no such call is sent. */
  readonly signer?: Signer | undefined;
  /** A base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_BEDROCK_RUNTIME. */
  readonly endpoint?: string | undefined;
  /** The stack's guardrail, for calls that the stack pays. */
  readonly guardrail?: { readonly identifier: string; readonly version: string } | undefined;
  readonly transport: Transport;
}

/** The backend of Bedrock's own Chat Completions. Converse serves what it lacks. */
export interface BedrockOpenAi extends Required<Pick<Backend, 'converse' | 'messageLimits' | 'responses'>> {
  readonly chat: Required<NonNullable<Backend['chat']>>;
}

/** The path of Chat Completions on Bedrock's runtime, for OpenAI's and open-weight models. */
const path = '/openai/v1/chat/completions';

/** The path of Responses there, for OpenAI's newer models. */
const responsesPath = '/openai/v1/responses';

/** Bedrock's own Chat Completions: nothing is translated, so fields that Converse does not have work as well. */
export function createBedrockOpenAi(options: BedrockOpenAiOptions): BedrockOpenAi {
  const { bedrock, signer, endpoint, guardrail, transport } = options;
  const send = sender({ transport, endpoint: endpointResolver('bedrock-runtime', endpoint), signer });

  const post: Post = async (route, body, context) => {
    const headers = context.credential.kind === 'stack' ? stackHeaders(context, guardrail) : {};
    const sent = await send({ method: 'POST', path: route, body: toWellFormedBody(body), headers }, context);
    if (!sent.ok) return sent;
    if (sent.value.statusCode === 200) {
      return { ok: true, value: { answer: sent.value, readContext: readContext(context) } };
    }
    const failure = await refusal(
      sent.value,
      readContext(context),
      route === responsesPath ? nativeResponsesFailure : chatFailure,
    );
    return { ok: false, failure: context.credential.kind === 'stack' ? stackFailure(failure, service) : failure };
  };

  return {
    messageLimits: bedrockMessageLimits,
    chat: chat(post, path),
    responses: responses(post, responsesPath),
    converse: bedrock.converse,
  };
}

/** Headers of a call that the stack pays. The body has no field for them; there, the caller could set them. */
function stackHeaders(
  { callerId }: CallContext,
  guardrail: BedrockOpenAiOptions['guardrail'],
): Readonly<Record<string, string>> {
  return {
    ...(callerId !== undefined && {
      'x-amzn-bedrock-request-metadata': ascii(JSON.stringify({ 'gateway-caller': callerId })),
    }),
    ...(guardrail && {
      'x-amzn-bedrock-guardrailidentifier': guardrail.identifier,
      'x-amzn-bedrock-guardrailversion': guardrail.version,
    }),
  };
}

/** JSON with every character beyond ASCII escaped, since headers hold ASCII only. */
function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
