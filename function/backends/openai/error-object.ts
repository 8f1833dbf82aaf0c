import type { Failure } from '../../dialects/outcome.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { isObject } from '../../dialects/json.ts';
import { parseJson } from '../wire/json.ts';
import { upstreamError } from '../wire/upstream.ts';

/** Characters of an upstream message that are kept: enough for a sentence, not for a page. */
const maxMessageLength = 2_000;

/** Statuses for OpenAI's error codes and types, for errors in the middle of a stream, which have no status. */
const statusOfCode: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['invalid_request_error', 400],
  ['context_length_exceeded', 400],
  ['model_not_found', 404],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['insufficient_quota', 429],
  ['server_is_overloaded', 503],
]);

/**
 * The failure of an HTTP error answer of an OpenAI-compatible server. A body of plain text becomes the message; of a page only the status
 * is kept.
 */
export function errorAnswerFailure(service: string, { status, headers, text: body }: ErrorAnswer): Failure {
  const retryAfter = headers['retry-after'];
  return {
    ...errorObject(service, parseJson(body) ?? plainText(body), status),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

function plainText(body: string): string {
  return body.includes('<') ? '' : body;
}

/** Whether a parsed answer, or an item of a stream, is an error although its status is 200. */
export function isError(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && isError(value[0]);
  if (!isObject(value)) return false;
  const { error, object, errors, choices } = value;
  if (error !== undefined && error !== null && error !== false && error !== '') return true;
  return object === 'error' || (choices === undefined && Array.isArray(errors) && errors.length > 0);
}

/**
 * The failure of an error object in any form: OpenAI's `{error: {message, type, code, param}}`, vLLM's flat object with a number as its
 * code, LMI's `{error: 'text', code: 424}`, FastAPI's `{detail}`, Mistral's `{message: {detail: [{loc, msg}]}}`, Gemini's `[{error}]`,
 * Cloudflare's `{errors: [{message}]}`, or a text. Without an HTTP status (`answered`), as in a stream, it has the status that the error
 * names.
 */
export function errorObject(service: string, error: unknown, httpStatus?: number): Failure {
  const fields = errorFields(error);
  const status = httpStatus ?? statusIn(error) ?? 500;
  return {
    name: 'OpenAIError',
    status,
    message: fields.message ?? `${service} answered with the status ${status} and no message.`,
    upstream: upstreamError(httpStatus ?? 200, fields.code ?? fields.type),
    openai: { type: fields.type ?? null, code: fields.code ?? null, param: fields.param ?? null },
  };
}

/** The HTTP status that an error names by its code or by OpenAI's code or type; undefined where it names none. */
export function statusIn(error: unknown): number | undefined {
  const { status, code, type } = errorFields(error);
  return status ?? statusOfCode.get(code) ?? statusOfCode.get(type);
}

/** The fields of an error, each from the innermost object that has it. */
interface ErrorFields {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  readonly status?: number | undefined;
}

/** Fields in which servers put the text of an error, or an object or list that contains it. */
const textFields = ['error', 'message', 'detail', 'errors', 'msg', 'Message', 'description', 'title'] as const;

/** Errors are not nested deeper. */
const maxDepth = 5;

function errorFields(error: unknown, depth = 0): ErrorFields {
  if (typeof error === 'string') return { message: text(error) };
  if (depth > maxDepth) return {};
  if (Array.isArray(error)) return errorFields(error[0], depth + 1);
  if (!isObject(error)) return {};
  const inside = textFields.map((place) => errorFields(error[place], depth + 1));
  const inner =
    inside.find(({ message }) => message !== undefined) ?? inside.find(({ type, code }) => type ?? code) ?? {};
  return {
    message: inner.message,
    // OpenAI's own object is the inner one; the type of a FastAPI finding names a validation rule only.
    type: isObject(error['error'])
      ? inner.type
      : ((error['loc'] === undefined ? text(error['type']) : undefined) ?? inner.type),
    code: inner.code ?? text(error['code']),
    param: inner.param ?? text(error['param']) ?? pathOf(error['loc']),
    status: inner.status ?? statusNumber(error['code']),
  };
}

/** The path in FastAPI's `loc: ['body', 'messages', 0]`. */
function pathOf(loc: unknown): string | undefined {
  if (!Array.isArray(loc)) return undefined;
  const path = loc.filter((part) => part !== 'body' && (typeof part === 'string' || typeof part === 'number'));
  return text(path.join('.'));
}

/** The HTTP status that vLLM and LMI write as the error's code. */
function statusNumber(code: unknown): number | undefined {
  const status = typeof code === 'number' || typeof code === 'string' ? Number(code) : Number.NaN;
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, maxMessageLength) : undefined;
}
