import type { Outcome } from '../../dialects/outcome.ts';
import { toWellFormedBody } from '../../dialects/well-formed.ts';
import type { Backend, CallContext, PassthroughRequest } from '../backend.ts';
import type { Secret } from '../stack/secret.ts';
import { refusal } from '../wire/body.ts';
import { endpointOf } from '../wire/endpoint.ts';
import { stackCredentialFailure } from '../../dialects/gateway-failures.ts';
import type { Transport, WireRequest } from '../wire/transport.ts';
import { errorAnswerFailure } from './error-object.ts';
import { passThroughOpenAi, type Post, type Posted } from './passthrough.ts';
import { createIdleTimeout } from './idle-timeout.ts';
import { responses } from './responses.ts';
import { chat, completions } from './surface.ts';
import { messageLimitsOf } from './message-limits.ts';

/** The backend's name in the message of a failure, which does not tell whose server it is. */
const service = 'The OpenAI-compatible backend';

/** What the backend of an OpenAI-compatible server needs. */
export interface OpenAiOptions {
  /** A base URL such as `https://api.openai.com/v1`; its path precedes that of every operation. */
  readonly baseUrl: string;
  /** The stack's key. */
  readonly key: Secret;
  /** How long the server may be silent, in milliseconds: before the first byte of an answer, and between two reads. */
  readonly timeoutMs: number;
  readonly transport: Transport;
}

/** The backend of an OpenAI-compatible server. */
export interface OpenAi extends Required<Pick<Backend, 'embeddings' | 'messageLimits' | 'responses'>> {
  readonly chat: Required<NonNullable<Backend['chat']>>;
  readonly completions: Required<NonNullable<Backend['completions']>>;
}

/** Creates the backend of any server that speaks OpenAI's API, called with the stack's own key. Who may spend it was decided before. */
export function createOpenAi({ baseUrl, key, timeoutMs, transport }: OpenAiOptions): OpenAi {
  const { host, prefix } = endpointOf(baseUrl);

  const post: Post = async (path, unchecked, context) => {
    const body = toWellFormedBody(unchecked);
    const first = await key.get();
    if (!first.ok) return first;
    const posted = await send(first.value);
    if (!posted.ok || posted.value.answer.statusCode !== 401) return checkStatus(posted);
    // A rotated key shows by the refusal of the old one, unless the cached key expires first.
    const refused = await checkStatus(posted);
    const second = await key.refresh();
    if (!second.ok) return second;
    return second.value === first.value ? refused : checkStatus(await send(second.value));

    async function send(token: string): Promise<Outcome<Posted>> {
      const idleTimeout = createIdleTimeout({ signal: context.signal, timeoutMs });
      const { signal, refresh: onChunk } = idleTimeout;
      const sent = await transport.send(request(token, signal));
      if (sent.ok) idleTimeout.watch(sent.value);
      else idleTimeout.end();
      return sent.ok ? { ok: true, value: { answer: sent.value, readContext: { service, signal, onChunk } } } : sent;
    }

    function request(token: string, signal: AbortSignal): WireRequest {
      return { service, host, method: 'POST', path: `${prefix}${path}`, headers: headers(token, body), body, signal };
    }
  };

  return {
    messageLimits: messageLimitsOf(baseUrl),
    chat: chat(post),
    completions: completions(post),
    responses: responses(post),
    embeddings: {
      async passthrough({ body }: PassthroughRequest, context: CallContext) {
        const posted = await post('/embeddings', body, context);
        return posted.ok ? passThroughOpenAi(posted.value) : posted;
      },
    },
  };
}

/** Passes a 200; any other status becomes a failure. A refusal names part of the key and its organisation, so only its code is kept. */
async function checkStatus(posted: Outcome<Posted>): Promise<Outcome<Posted>> {
  if (!posted.ok || posted.value.answer.statusCode === 200) return posted;
  const { answer, readContext } = posted.value;
  const failure = await refusal(answer, readContext, (error) => errorAnswerFailure(service, error));
  const isKeyRefused = answer.statusCode === 401 || answer.statusCode === 403;
  return { ok: false, failure: isKeyRefused ? stackCredentialFailure(service, failure.upstream) : failure };
}

/** Every header that is sent; none comes from the caller's request. */
function headers(token: string, body: PassthroughRequest['body']): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    // A compressed stream would be held back until a compression block is full.
    'accept-encoding': 'identity',
    'user-agent': 'bedrock-gateway',
  };
}
