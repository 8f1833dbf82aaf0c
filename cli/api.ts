import { Failure } from './failure.ts';
import { isObject, objectIn, textIn, type JsonObject } from './json.ts';
import type { Connection } from './settings.ts';
import { timeLimit, type TimeLimit } from './time-limit.ts';
import { unreachable } from './unreachable.ts';
import { version } from './version.ts';

/** Parameters of a query; a list is written as its name repeated, and what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The gateway. Every call rejects with the Failure that says what went wrong, and never quotes the key. */
export interface Api {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly get: (path: string, query?: Query) => Promise<JsonObject>;
  readonly post: (path: string, body?: object) => Promise<JsonObject>;
  readonly remove: (path: string) => Promise<JsonObject>;
  /** The pieces of a streamed answer, as they come. */
  readonly stream: (path: string, body: object) => AsyncIterable<Uint8Array>;
}

/** Milliseconds that an answer may take as a whole. */
const usualTimeoutMs = 60_000;

/** Milliseconds that a model may be silent: a gateway sends a sign of life at least once a minute. */
const usualSilenceMs = 300_000;

const maxAnswerBytes = 32 * 1_024 ** 2;

/** Characters of an error's message that are shown. */
const maxMessageLength = 2_000;

interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object | undefined;
}

/** The gateway at a connection. */
export function createApi(connection: Connection): Api {
  const call = async (request: Request): Promise<JsonObject> => {
    const limit = timeLimit(connection.timeoutMs ?? (request.path === chatPath ? usualSilenceMs : usualTimeoutMs));
    try {
      return await objectOf(await send(connection, request, limit));
    } catch (error) {
      throw failureOf(error, connection, limit);
    } finally {
      limit.end();
    }
  };
  return {
    baseUrl: connection.baseUrl,
    get: (path, query = {}) => call({ method: 'GET', path: path + queryOf(query) }),
    post: (path, body) => call({ method: 'POST', path, body }),
    remove: (path) => call({ method: 'DELETE', path }),
    stream: (path, body) => pieces(connection, { method: 'POST', path, body }),
  };
}

/** Where chats are asked for, below the base URL. */
export const chatPath = '/chat/completions';

async function* pieces(connection: Connection, request: Request): AsyncGenerator<Uint8Array> {
  const limit = timeLimit(connection.timeoutMs ?? usualSilenceMs);
  try {
    const response = await send(connection, request, limit);
    if (!isMediaType(response, 'text/event-stream')) throw unexpectedAnswer(response);
    for await (const piece of response.body ?? []) {
      limit.restart();
      yield piece;
    }
  } catch (error) {
    throw failureOf(error, connection, limit);
  } finally {
    limit.end();
  }
}

/** Sends a request. Rejects with the Failure of any answer but a good one: a redirect too, since it could lead the key astray. */
async function send(
  { baseUrl, key }: Connection,
  { method, path, body }: Request,
  limit: TimeLimit,
): Promise<Response> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${key.text}`,
      accept: 'application/json, text/event-stream',
      'user-agent': `bedrock-gateway-cli/${version}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'manual',
    signal: limit.signal,
  });
  if (response.ok) return response;
  if (response.status >= 300 && response.status < 400) throw redirected(response);
  throw await refusal(response, key.source);
}

function redirected(response: Response): Failure {
  const to = response.headers.get('location') ?? '';
  return new Failure(
    `the server at ${response.url} redirects to ${to.slice(0, 200) || 'an unknown place'}; the key was not sent there`,
    { fix: 'If that is the gateway, use it as the base URL.' },
  );
}

/** The Failure for an answer with an error: OpenAI's error object, where there is one. */
async function refusal(response: Response, keySource: string): Promise<Failure> {
  const { status, headers } = response;
  if (!isMediaType(response, 'application/json')) return unexpectedAnswer(response);
  const body = parsed(await readText(response));
  const error = isObject(body) ? objectIn(body, 'error') : {};
  const code = textIn(error, 'code');
  const requestId = headers.get('x-request-id');
  const details = [String(status), code, requestId && `request ${requestId}`].filter(Boolean).join(', ');
  const message = textIn(error, 'message')?.slice(0, maxMessageLength) ?? 'the server gave no message';
  const fix = fixFor({ status, code, keySource, retryAfter: headers.get('retry-after') });
  return new Failure(`${message} (${details})`, fix === undefined ? {} : { fix });
}

interface Refused {
  readonly status: number;
  readonly code: string | undefined;
  readonly keySource: string;
  readonly retryAfter: string | null;
}

function fixFor({ status, code, keySource, retryAfter }: Refused): string | undefined {
  if (status === 401) return `The key came from ${keySource}. It may have been deleted or rotated, or have expired.`;
  if (code === 'unsupported_endpoint' || code === 'unknown_url')
    return 'Check that the stack issues keys (gatewayKeys in its config) and is up to date.';
  if (status === 403) return `The key came from ${keySource}. 'bedrock-gateway whoami' shows what it may do.`;
  if (status === 429 && retryAfter !== null) return `Try again in ${retryAfter} s.`;
  return undefined;
}

function unexpectedAnswer({ status, headers, url }: Response): Failure {
  const type = headers.get('content-type') ?? 'no content type';
  return new Failure(`${url} answered ${status} with ${type.slice(0, 100)}, which is not an answer of the gateway`, {
    fix: 'Check the base URL; it usually ends in /v1.',
  });
}

function isMediaType({ headers }: Response, type: string): boolean {
  return (headers.get('content-type') ?? '').toLowerCase().startsWith(type);
}

async function objectOf(response: Response): Promise<JsonObject> {
  if (!isMediaType(response, 'application/json')) throw unexpectedAnswer(response);
  const value = parsed(await readText(response));
  if (isObject(value)) return value;
  throw new Failure(`${response.url} did not answer with a JSON object`);
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Failure(`${response.url} answered with more than 32 MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a call rejects with, without the key, which a server could quote. */
function failureOf(error: unknown, { baseUrl, key }: Connection, limit: TimeLimit): Failure {
  const failure = error instanceof Failure ? error : unreachable(error, baseUrl, limit);
  const clean = (text: string): string => text.replaceAll(key.text, '[key]');
  const { fix, exitCode } = failure;
  return new Failure(clean(failure.message), { exitCode, ...(fix !== undefined && { fix: clean(fix) }) });
}

function queryOf(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) if (each !== undefined) parameters.append(name, String(each));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
