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
  const invocation = { requestId: `benchmark-${count}`, answerBy: now + 285_000, streamUntil: now + 890_000, body };
  await write(await app(webRequest(request), invocation), response);
}

/** Without its body, which goes beside it as in the product. */
function webRequest({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): Request {
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return new Request(`http://localhost${url}`, { method, headers });
}

/** A whole answer in one write, with its length; a stream as it comes. */
async function write(answered: Response, response: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(answered.headers);
  if (answered.body && headers['content-type']?.startsWith('text/event-stream') === true) {
    response.writeHead(answered.status, headers);
    await pump(answered.body.getReader(), response);
    return;
  }
  const body = await bytes(answered.body);
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

function buffer({ buffer: memory, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(memory, byteOffset, byteLength);
}

/** By its reader: arrayBuffer() costs four times as much for a short answer. */
async function bytes(body: ReadableStream<Uint8Array> | null): Promise<Buffer> {
  const reader = body?.getReader();
  const chunks: Buffer[] = [];
  for (let next = await reader?.read(); next?.value; next = await reader?.read()) chunks.push(buffer(next.value));
  return whole(chunks);
}
