import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { HttpHeaders, HttpRequest } from '../../function/http-values.ts';
import type { App } from '../../function/invocation.ts';
import { whole } from './listen.ts';

/** What Lambda takes of an event: no larger body reaches the product there. */
const maxBodyBytes = 6 * 1024 * 1024;

let count = 0;

/** The gateway behind node:http: as little as can stand between the two. */
export function behindNode(app: App): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > maxBodyBytes) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => void answer(app, httpRequest(request, whole(chunks)), response));
  };
}

async function answer(app: App, request: HttpRequest, response: ServerResponse): Promise<void> {
  count += 1;
  const now = Date.now();
  const invocation = { requestId: `benchmark-${count}`, answerBy: now + 285_000, streamUntil: now + 890_000 };
  const { status, headers, body } = await app(request, invocation);
  if (typeof body === 'function') {
    response.writeHead(status, headers);
    await body(response);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function httpRequest({ method = 'GET', url = '/', rawHeaders }: IncomingMessage, body: Buffer): HttpRequest {
  const queryAt = url.indexOf('?');
  return {
    method,
    path: queryAt < 0 ? url : url.slice(0, queryAt),
    query: queryAt < 0 ? '' : url.slice(queryAt + 1),
    headers: headersOf(rawHeaders),
    body: body.byteLength > 0 ? body : undefined,
  };
}

function headersOf(raw: readonly string[]): HttpHeaders {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? (raw[at + 1] ?? '') : `${before}, ${raw[at + 1]}`);
  }
  return headers;
}
