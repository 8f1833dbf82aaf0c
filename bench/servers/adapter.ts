import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { App } from '../../function/invocation.ts';
import { whole } from './listen.ts';

let count = 0;

/** The gateway behind node:http: as little as can stand between the two. */
export function behindNode(app: App): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(app, { request, body: whole(chunks), response }));
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

async function answer(app: App, { request, body, response }: Exchange): Promise<void> {
  count += 1;
  const now = Date.now();
  const invocation = { requestId: `benchmark-${count}`, answerBy: now + 285_000, streamUntil: now + 890_000 };
  await write(await app(webRequest(request, body), invocation), response);
}

function webRequest({ method = 'GET', url = '/', rawHeaders }: IncomingMessage, body: Buffer): Request {
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  const sent = method === 'GET' ? null : (body as Uint8Array<ArrayBuffer>);
  return new Request(`http://localhost${url}`, { method, headers, body: sent });
}

/** A whole answer in one write, with its length; a stream as it comes. */
async function write(answered: Response, response: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(answered.headers);
  if (answered.body && headers['content-type']?.startsWith('text/event-stream') === true) {
    response.writeHead(answered.status, headers);
    await pump(answered.body.getReader(), response);
    return;
  }
  const body = Buffer.from(await answered.arrayBuffer());
  response.writeHead(answered.status, { ...headers, 'content-length': body.byteLength });
  response.end(body);
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, response: ServerResponse): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (response.write(value)) continue;
    await new Promise<void>((resolve) => {
      response.once('drain', resolve);
    });
  }
  response.end();
}
