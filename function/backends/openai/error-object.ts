import type { Failure } from '../../dialects/outcome.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { isObject } from '../../dialects/json.ts';
import { parseJson } from '../wire/json.ts';
import { upstreamError } from '../wire/upstream.ts';

/** An upstream text is for a sentence in an error, not for a page. */
const longestMessage = 2_000;

/** Statuses of errors that come without one, in the middle of a stream: by OpenAI's words for their kinds. */
const statusOfWord: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['invalid_request_error', 400],
  ['context_length_exceeded', 400],
  ['model_not_found', 404],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['insufficient_quota', 429],
  ['server_is_overloaded', 503],
]);

/**
 * The failure that an HTTP error answer of an OpenAI-compatible server is. A body that is not JSON is its message where it is
 * plain text, and keeps only its status where it is a page.
 */
export function openAiFailure(service: string, { status, headers, text: body }: ErrorAnswer): Failure {
  const retryAfter = headers['retry-after'];
  return {
    ...errorObject(service, parseJson(body) ?? plainText(body), status),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

function plainText(body: string): string {
  return body.includes('<') ? '' : body;
}

/** Whether a parsed answer, or an item of a stream, is an error although it stands under 200. */
export function isError(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && isError(value[0]);
  if (!isObject(value)) return false;
  const { error, object, errors, choices } = value;
  if (error !== undefined && error !== null && error !== false && error !== '') return true;
  return object === 'error' || (choices === undefined && Array.isArray(errors) && errors.length > 0);
}

/**
 * The failure that an error is, in whichever form: OpenAI's `{error: {message, type, code, param}}`, vLLM's flat object with a
 * number as its code, LMI's `{error: 'text', code: 424}`, FastAPI's `{detail}`, Mistral's `{message: {detail: [{loc, msg}]}}`,
 * Gemini's `[{error}]`, Cloudflare's `{errors: [{message}]}`, a text. In a stream there is no other status than the one it names.
 */
export function errorObject(service: string, said: unknown, answered?: number): Failure {
  const told = toldBy(said);
  const status = answered ?? statusIn(said) ?? 500;
  return {
    name: 'OpenAIError',
    status,
    message: told.message ?? `${service} answered with the status ${status} and no message.`,
    upstream: upstreamError(answered ?? 200, told.code ?? told.type),
    openai: { type: told.type ?? null, code: told.code ?? null, param: told.param ?? null },
  };
}

/** The HTTP status that an error names, by its code or by OpenAI's word for its kind; undefined where it names none. */
export function statusIn(said: unknown): number | undefined {
  const { status, code, type } = toldBy(said);
  return status ?? statusOfWord.get(code) ?? statusOfWord.get(type);
}

/** What an error says, from its outside to its inside: the first of each that is there. */
interface Told {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  readonly status?: number | undefined;
}

/** Where servers put the text of an error, or an object or list that has it further inside. */
const places = ['error', 'message', 'detail', 'errors', 'msg', 'Message', 'description', 'title'] as const;

/** Errors are not deeper. */
const deepest = 5;

function toldBy(said: unknown, depth = 0): Told {
  if (typeof said === 'string') return { message: text(said) };
  if (depth > deepest) return {};
  if (Array.isArray(said)) return toldBy(said[0], depth + 1);
  if (!isObject(said)) return {};
  const inside = places.map((place) => toldBy(said[place], depth + 1));
  const inner =
    inside.find(({ message }) => message !== undefined) ?? inside.find(({ type, code }) => type ?? code) ?? {};
  return {
    message: inner.message,
    // OpenAI's own object is the inner one; the type of a flaw that FastAPI found is a word of the validation alone.
    type: isObject(said['error'])
      ? inner.type
      : ((said['loc'] === undefined ? text(said['type']) : undefined) ?? inner.type),
    code: inner.code ?? text(said['code']),
    param: inner.param ?? text(said['param']) ?? pathOf(said['loc']),
    status: inner.status ?? statusNumber(said['code']),
  };
}

/** FastAPI's `loc: ['body', 'messages', 0]`. */
function pathOf(loc: unknown): string | undefined {
  if (!Array.isArray(loc)) return undefined;
  const path = loc.filter((part) => part !== 'body' && (typeof part === 'string' || typeof part === 'number'));
  return text(path.join('.'));
}

/** vLLM and LMI say the HTTP status as the error's code. */
function statusNumber(code: unknown): number | undefined {
  const status = typeof code === 'number' || typeof code === 'string' ? Number(code) : Number.NaN;
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, longestMessage) : undefined;
}
