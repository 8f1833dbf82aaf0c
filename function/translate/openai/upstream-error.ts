import type { Failure } from '../../dialects/outcome.ts';
import { redact } from '../redact.ts';
import {
  onlyResponses,
  onlyResponsesPattern,
  refusedCredential,
  tooLongPattern,
  unknownModelPattern,
  type Rendering,
} from './failure-table.ts';

/** What OpenAI calls an account without money, or past its monthly limit. */
const insufficientQuota = 'insufficient_quota';

const outOfQuota: Rendering = {
  status: 429,
  code: insufficientQuota,
  type: insufficientQuota,
  explanation: 'The account that pays for this model has used up its quota.',
  quiet: true,
  noRetry: true,
};

/** Upstream's own words name the model as the stack calls it, which is not what the caller asked for. */
const noSuchModel: Rendering = {
  status: 404,
  code: 'model_not_found',
  param: 'model',
  explanation: 'The server that this gateway asks for this model does not have it.',
  quiet: true,
};

const tookTooLong: Rendering = {
  status: 504,
  code: 'timeout',
  explanation: 'The model did not answer in time.',
  quiet: true,
  noRetry: true,
};

/** Seconds to wait, when upstream names none, by which time this gateway has tried again itself. */
const wait = { throttled: '2', overloaded: '1' } as const;

/** By status, where it does not stay as it is, or upstream's code may be missing. */
const byStatus: ReadonlyMap<number, Rendering> = new Map<number, Rendering>([
  // Only in the middle of a stream: an answer with such a status is a refused credential from the start.
  [401, refusedCredential],
  [402, outOfQuota],
  [403, refusedCredential],
  [404, noSuchModel],
  [408, tookTooLong],
  [409, { status: 409, code: null }],
  [413, { status: 413, code: 'request_too_large' }],
  [422, { status: 422, code: null }],
  [424, { status: 502, code: 'model_error', explanation: 'The model failed.' }],
  [429, { status: 429, code: 'rate_limit_exceeded', retryAfter: wait.throttled }],
  [500, { status: 500, code: 'server_error' }],
  [503, { status: 503, code: 'server_is_overloaded', retryAfter: wait.overloaded }],
  [504, tookTooLong],
  // A content network in front of the server, which waited too long for it.
  [524, tookTooLong],
]);

/** Statuses that are about the stack's account: of a model only in passing. */
const account: ReadonlySet<number> = new Set([401, 402, 403, 429]);

const others: Readonly<Record<'request' | 'server', Rendering>> = {
  request: { status: 400, code: null },
  server: { status: 502, code: 'bad_gateway' },
};

/** An error of an OpenAI-compatible server keeps its words, but for what they say of the stack's account. */
export function openAiRendering(failure: Failure): Rendering {
  const { status, message } = failure;
  const type = safeWord(failure.openai?.type);
  const code = safeWord(failure.openai?.code);
  const param = safeWord(failure.openai?.param);
  if (code === insufficientQuota || type === insufficientQuota) return outOfQuota;
  if ((status === 400 || status === 404) && onlyResponsesPattern.test(message)) return onlyResponses;
  if (status < 500 && !account.has(status) && (code === noSuchModel.code || unknownModelPattern.test(message)))
    return noSuchModel;
  const told = byStatus.get(status) ?? (status < 500 ? others.request : others.server);
  if (told.quiet === true) return told;
  const long = told.status < 500 && tooLongPattern.test(message);
  const known = code ?? (long ? 'context_length_exceeded' : told.code);
  const at = param ?? (long ? 'messages' : undefined);
  return { ...told, code: known, ...(type !== null && { type }), ...(at !== undefined && { param: at }) };
}

/** Words and paths are short; what is longer, or names what no caller may see, is a message in the wrong place. */
const maxWordLength = 200;

function safeWord(text: string | null | undefined): string | null {
  return typeof text === 'string' && text.length <= maxWordLength && redact(text) === text ? text : null;
}
