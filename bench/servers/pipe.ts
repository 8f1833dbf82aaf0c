// The floor: a proxy that looks at nothing. What it costs, every proxy on Node costs.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';
import { listen, whole } from './listen.ts';

const upstream = new Pool(process.env['BACKEND'] ?? '', { connections: 64 });

function forward(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { url: path = '/', headers } = request;
  const { 'content-type': type = '', authorization = '' } = headers;
  upstream.dispatch(
    { method: 'POST', path, headers: { 'content-type': type, authorization }, body },
    writeTo(response),
  );
}

function writeTo(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(_controller, status, { 'content-type': type = '', 'content-length': length = [] }) {
      response.writeHead(status, {
        'content-type': String(type),
        ...(length.length > 0 && { 'content-length': String(length) }),
      });
    },
    onResponseData(controller, chunk) {
      if (response.write(chunk)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd: () => void response.end(),
    onResponseError: () => void response.destroy(),
  };
}

listen(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => forward(request, whole(chunks), response));
  }),
);
