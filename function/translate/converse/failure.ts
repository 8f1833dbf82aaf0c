import type { Failure } from '../../dialects/outcome.ts';
import { redact } from '../redact.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { retryAfterOf } from '../retry-after.ts';
import type { ClientFailure, ConverseException } from '../translation.ts';
import { exception, exceptionOf, isExceptionName, streamException } from './exception.ts';
import type { Exception } from './exception.ts';

/** AWS's error body; only the two exceptions of a model have `originalStatusCode`. */
export interface ConverseErrorBody {
  readonly message: string;
  readonly originalStatusCode?: number;
}

/** What a caller is told of a kind of failure. */
interface Rendering extends Exception {
  /** What the message begins with; upstream's own follows unless `quiet`. */
  readonly words?: string;
  /** For failures whose message is the transport's or the stack's: it helps no caller. */
  readonly quiet?: true;
}

const brokenOff = 'The answer broke off before its end.';

const notServed = 'The server of this model refused what this gateway calls it with.';

/** Failures that this gateway found out by itself. */
const own: ReadonlyMap<string, Rendering> = new Map<string, Rendering>([
  ['AbortError', { ...exception('InternalServerException'), words: 'The call was given up.', quiet: true }],
  [
    'ConnectionError',
    { ...exception('InternalServerException'), words: "The model's server could not be reached.", quiet: true },
  ],
  [
    'MalformedReply',
    {
      ...exception('InternalServerException'),
      words: "The model's server answered in a form that it does not define.",
      quiet: true,
    },
  ],
  ['StackCredentialError', { ...exception('InternalServerException'), words: notServed, quiet: true }],
  ['TimeoutError', { ...exception('ModelTimeoutException'), words: 'The model did not answer in time.', quiet: true }],
  ['TruncatedStream', { ...exception('ModelStreamErrorException'), words: brokenOff, quiet: true }],
  [
    'UnexpectedRedirect',
    {
      ...exception('InternalServerException'),
      words: "The model's server answered with a redirect, which is not followed.",
      quiet: true,
    },
  ],
]);

// What OpenAI-compatible servers say of a prompt that does not fit, where they have no code for it.
const tooLong = /maximum context length|context (?:window|length)|prompt is too long|input is too long/i;

/** A failure upstream, or on the way there, as Converse says it: before an answer, and in the middle of a stream. */
export function converseFailure(failed: Failure): ClientFailure<ConverseErrorBody, ConverseException> {
  const told = renderingOf(failed);
  const { name, status } = told;
  const message = messageOf(failed, told);
  const whether = failed.dailyQuota === true ? { 'x-should-retry': 'false' } : { 'retry-after': retryAfterOf(failed) };
  const headers = withoutUndefined({ 'x-amzn-errortype': name, ...whether });
  const originalStatusCode = name.startsWith('Model') ? failed.originalStatus : undefined;
  return {
    status,
    headers,
    body: withoutUndefined({ message, originalStatusCode }),
    event: { exception: { type: streamException(name), message } },
  };
}

function renderingOf(failed: Failure): Rendering {
  if (failed.name === 'OpenAIError') return openAiRendering(failed);
  const known = own.get(failed.name);
  if (known !== undefined) return known;
  return isExceptionName(failed.name) ? exception(failed.name) : exceptionOf({ status: failed.status });
}

/** An error of an OpenAI-compatible server. What it says of the key is said of the stack's, not of the caller's. */
function openAiRendering({ status, message, openai }: Failure): Rendering {
  const code = openai?.code ?? null;
  if (status === 401 || status === 403)
    return { ...exception('InternalServerException'), words: notServed, quiet: true };
  if (code === 'context_length_exceeded' || (status === 400 && tooLong.test(message)))
    // AWS's own words for it: clients that shorten the conversation look for them.
    return { ...exception('ValidationException'), words: 'Input is too long for requested model.' };
  return exceptionOf({ status, code });
}

function messageOf(failed: Failure, { words, quiet }: Rendering): string {
  const upstreamMessage = redact(failed.message);
  if (words === undefined)
    return upstreamMessage === '' ? "The model's server refused the request and did not say why." : upstreamMessage;
  return quiet === true || upstreamMessage === '' ? words : `${words} ${upstreamMessage}`;
}
