import { redirected, refusal } from './answers.ts';
import { isPrivateWay } from './base-url.ts';
import { Failure } from './failure.ts';
import type { Connection } from './settings.ts';
import type { TimeLimit } from './time-limit.ts';
import { unreachable } from './unreachable.ts';
import { version } from './version.ts';

/** A request to the gateway. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL. */
  readonly path: string;
  /** Sent as JSON, unless it is a form. */
  readonly body?: object | FormData | undefined;
  /** The stored file that is the body. */
  readonly fileId?: string;
  /** Whether an answer may be a redirect, such as one to a large file: the key is not sent there. */
  readonly isRedirectable?: true;
}

/** One call: to whom, what, and for how long. */
export interface Exchange {
  readonly connection: Connection;
  readonly request: Request;
  /** Ends with the call. */
  readonly limit: TimeLimit;
}

/** Makes a call and uses its answer. Rejects with the Failure of any answer but a good one, and of what `use` rejects with. */
export async function exchange<Result>(
  { connection, request, limit }: Exchange,
  use: (response: Response) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(await send(connection, request, limit));
  } catch (error) {
    throw failureOf(error, connection, limit);
  } finally {
    limit.end();
  }
}

/** Makes a call, and yields its answer as it comes once `check` has not thrown. Rejects like `exchange`. */
export async function* pieces(
  { connection, request, limit }: Exchange,
  check: (response: Response) => void,
): AsyncGenerator<Uint8Array> {
  try {
    const response = await send(connection, request, limit);
    check(response);
    yield* restarting(response, limit);
  } catch (error) {
    throw failureOf(error, connection, limit);
  } finally {
    limit.end();
  }
}

/** The body of an answer as it comes. Each piece begins the limit of time again, which is then one for silence. */
export async function* restarting({ body }: Response, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  for await (const piece of body ?? []) {
    limit.restart();
    yield piece;
  }
}

/** A redirect that nobody expects could lead the key astray. */
async function send({ baseUrl, key }: Connection, request: Request, { signal }: TimeLimit): Promise<Response> {
  const { method, path, body, isRedirectable } = request;
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${key.text}`,
      accept: 'application/json, text/event-stream',
      'user-agent': `bedrock-gateway-cli/${version}`,
      ...bodyHeaders(request),
    },
    ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    redirect: 'manual',
    signal,
  });
  if (response.ok) return response;
  if (response.status < 300 || response.status >= 400) throw await refusal(response, key.source);
  if (isRedirectable === true) return await elsewhere(response, signal);
  throw redirected(response);
}

function bodyHeaders({ body, fileId }: Request): Readonly<Record<string, string>> {
  if (fileId !== undefined) return { 'content-type': 'application/json', 'x-gateway-body': fileId };
  // `fetch` writes the type of a form, with its boundary.
  return body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' };
}

/** What a redirect leads to. It is asked without the key, and like the gateway only over https, or on this machine. */
async function elsewhere(redirect: Response, signal: AbortSignal): Promise<Response> {
  const to = redirect.headers.get('location') ?? '';
  if (!URL.canParse(to) || !isPrivateWay(new URL(to))) throw redirected(redirect);
  const response = await fetch(to, { redirect: 'manual', signal });
  if (response.status === 200) return response;
  throw new Failure(`the place that the gateway redirects to answered ${response.status}`);
}

/** What a call rejects with, without the key, which a server could quote. */
function failureOf(error: unknown, { baseUrl, key }: Connection, limit: TimeLimit): Failure {
  const failure = error instanceof Failure ? error : unreachable(error, baseUrl, limit);
  const clean = (text: string): string => text.replaceAll(key.text, '[key]');
  const { fix, exitCode } = failure;
  return new Failure(clean(failure.message), { exitCode, ...(fix !== undefined && { fix: clean(fix) }) });
}
