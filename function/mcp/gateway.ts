import { Writable } from 'node:stream';
import { createLineReader } from '../backends/sse/line-reader.ts';
import { isObject } from '../dialects/json.ts';
import { parseJson } from '../backends/wire/json.ts';
import type { HttpRequest, HttpResponse } from '../http-values.ts';
import type { RequestContext } from '../request-context.ts';

/** A request to an endpoint of the gateway. */
export interface InnerRequest {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash, percent-encoded. */
  readonly path: string;
  /** Sent as JSON, or as the form that it is. */
  readonly body?: object;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** The gateway's own endpoints, called with the caller's key. */
export interface Gateway {
  /** The JSON of an answer. Rejects with a `ToolFailure` that has the gateway's message, or the upstream's. */
  readonly ask: (asked: InnerRequest) => Promise<unknown>;
  /** The bytes of an answer. Rejects as `ask` does. */
  readonly download: (asked: InnerRequest) => Promise<Buffer>;
  /** Calls `take` with the JSON of each event of a stream. Rejects as `ask` does, also for an error event. */
  readonly stream: (asked: InnerRequest, take: (event: unknown) => void) => Promise<void>;
}

/** A call that failed, with a message for the model that made it. */
export class ToolFailure extends Error {}

/** Headers that say who calls. */
const keyHeaders = ['authorization', 'api-key', 'x-api-key'] as const;

/**
 * Calls the app itself, as the caller of a request: every call is authenticated, admitted, limited, counted and logged like any other. A
 * call has the request's own id and deadlines.
 */
export function gatewayOf({
  app,
  request,
  invocation,
}: Pick<RequestContext, 'app' | 'request' | 'invocation'>): Gateway {
  const keys = keyHeaders.flatMap((name) => {
    const value = request.headers.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const send = async ({ method, path, body, signal }: InnerRequest): Promise<HttpResponse> => {
    const sent = await encoded(body);
    const headers = new Map([...keys, ['content-type', sent.contentType]]);
    return app({ method, path, query: '', headers, body: sent.body, signal }, invocation);
  };
  return {
    async ask(asked) {
      const response = await send(asked);
      return jsonOf(response);
    },
    async download(asked) {
      const response = await send(asked);
      if (response.status >= 400) jsonOf(response);
      return bytesOf(response);
    },
    async stream(asked, take) {
      const response = await send(asked);
      if (typeof response.body !== 'function') {
        jsonOf(response);
        throw new Error('the answer is not a stream');
      }
      const error = await readEvents(response.body, take);
      if (error !== undefined) throw new ToolFailure(messageOf(error));
    },
  };
}

/** A body as it is sent, and its type. */
async function encoded(body: object | undefined): Promise<{ contentType: string; body: HttpRequest['body'] }> {
  if (!(body instanceof FormData)) return { contentType: 'application/json', body: body && JSON.stringify(body) };
  const form = new Response(body);
  return { contentType: form.headers.get('content-type') ?? '', body: await form.bytes() };
}

function jsonOf({ status, headers, body }: HttpResponse): unknown {
  if (typeof body === 'function') throw new Error('the answer is a stream');
  const value = parseJson(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
  if (status >= 400) throw new ToolFailure(withRetryTime(messageOf(value), headers['retry-after']));
  return value;
}

/** A message that says when a retry is worthwhile, by the header of seconds, unless it says so already. */
function withRetryTime(message: string, retryAfter: string | undefined): string {
  if (retryAfter === undefined || !/^\d+$/.test(retryAfter) || /\btry again in\b/i.test(message)) return message;
  return `${message} Try again in ${retryAfter}s.`;
}

/** The message of an error object of OpenAI's or of AWS's. */
function messageOf(value: unknown): string {
  const error = isObject(value) && isObject(value['error']) ? value['error'] : value;
  const message = isObject(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message : 'The gateway failed to answer this call.';
}

async function bytesOf({ body }: HttpResponse): Promise<Buffer> {
  if (typeof body !== 'function') return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  const output = new Writable({
    write(bytes: Uint8Array, _encoding, done) {
      chunks.push(bytes);
      done();
    },
  });
  await body(output);
  return Buffer.concat(chunks);
}

/** Reads a stream of OpenAI's events to its end. Resolves to the error event that ended it, if one did. */
async function readEvents(
  body: Extract<HttpResponse['body'], Function>,
  take: (event: unknown) => void,
): Promise<unknown> {
  const lines = createLineReader();
  let error: unknown;
  const takeLine = (line: string): void => {
    if (!line.startsWith('data: {')) return;
    const event = parseJson(line.slice('data: '.length));
    if (isObject(event) && 'error' in event) error = event;
    else take(event);
  };
  const output = new Writable({
    write(bytes: Uint8Array, _encoding, done) {
      lines.read(bytes).forEach(takeLine);
      done();
    },
  });
  await body(output);
  return error;
}
