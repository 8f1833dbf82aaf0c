import type { Failure } from '../../dialects/outcome.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { isObject, parseObject } from '../wire/json.ts';

type Said = Readonly<Record<string, unknown>>;

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

/** The failure that an HTTP error answer of an OpenAI-compatible server is. A body that is not JSON keeps only its status. */
export function errorAnswer(service: string, { status, headers, text: body }: ErrorAnswer): Failure {
  const retryAfter = headers['retry-after'];
  return {
    ...errorObject(service, parseObject(body) ?? {}, status),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** Whether a parsed answer, or an item of a stream, is an error although it stands under 200. */
export function isError(value: Said): boolean {
  const { error, object } = value;
  return (error !== undefined && error !== null && error !== false) || object === 'error';
}

/**
 * The failure that an error object is: OpenAI's `{error: {message, type, code, param}}`, vLLM's `{object: 'error', message, …}`
 * with a number as its code, LMI's `{error: 'text', code: 424}`, FastAPI's `{detail}`. In a stream there is no other status than
 * the one it names.
 */
export function errorObject(service: string, said: Said, answered?: number): Failure {
  const error = isObject(said['error']) ? said['error'] : said;
  const code = error['code'] ?? said['code'];
  const type = text(error['type']);
  const status = answered ?? statusNumber(code) ?? statusOfWord.get(code) ?? statusOfWord.get(type) ?? 500;
  const flaw = firstFlaw(error['detail']);
  return {
    name: 'OpenAIError',
    status,
    message:
      text(error['message']) ??
      text(said['error']) ??
      text(said['message']) ??
      flaw?.message ??
      `${service} answered with the status ${status} and no message.`,
    openai: {
      type: type ?? null,
      code: text(code) ?? null,
      param: text(error['param']) ?? flaw?.param ?? null,
    },
  };
}

/** FastAPI's validation: a text, or a list of `{loc: ['body', 'messages', 0], msg}`. */
function firstFlaw(detail: unknown): { message: string | undefined; param?: string } | undefined {
  if (!Array.isArray(detail)) return { message: text(detail) };
  const first: unknown = detail[0];
  if (!isObject(first)) return undefined;
  const { loc, msg } = first;
  const path = Array.isArray(loc) ? loc.filter((part) => part !== 'body').join('.') : '';
  return { message: text(msg), ...(path !== '' && { param: path }) };
}

/** vLLM and LMI say the HTTP status as the error's code. */
function statusNumber(code: unknown): number | undefined {
  const status = Number(code);
  return typeof code !== 'boolean' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, longestMessage) : undefined;
}
