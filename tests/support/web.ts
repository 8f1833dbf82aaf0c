import { Writable } from 'node:stream';
import type { HttpRequest, HttpResponse, StreamBody } from '../../function/http-values.ts';

/** A web request as the product takes it, its body read to the end. */
export async function httpRequest(request: Request): Promise<HttpRequest> {
  const { pathname, search } = new URL(request.url);
  const body = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    headers: new Map(request.headers),
    body: body.byteLength > 0 ? body : undefined,
    signal: request.signal,
  };
}

/** A response of the product as a web response. A stream is written from now on, one chunk ahead of its reader. */
export function webResponse({ status, headers, body }: HttpResponse): Response {
  if (typeof body === 'function') return new Response(readable(body), { status, headers });
  const hasBody = status !== 204 && status !== 304;
  return new Response(hasBody ? Buffer.from(body) : null, { status, headers });
}

/** The bytes of a stream, write by write; over once its body has resolved. To cancel it is to hang up. */
export function readable(body: StreamBody): ReadableStream<Uint8Array> {
  let taken: (() => void) | undefined;
  let output: Writable | undefined;
  const take = (): void => {
    const done = taken;
    taken = undefined;
    done?.();
  };
  return new ReadableStream({
    start(controller) {
      const stream = new Writable({
        highWaterMark: 1,
        write(chunk: Buffer, _encoding, done) {
          controller.enqueue(new Uint8Array(chunk));
          taken = done;
          if ((controller.desiredSize ?? 0) > 0) take();
        },
      });
      output = stream;
      stream.on('error', (error) => controller.error(error));
      void written(body, stream, controller);
    },
    pull: take,
    cancel() {
      output?.destroy();
    },
  });
}

async function written(
  body: StreamBody,
  stream: Writable,
  controller: ReadableStreamDefaultController<Uint8Array>,
): Promise<void> {
  await body(stream);
  if (stream.writableFinished) controller.close();
}
