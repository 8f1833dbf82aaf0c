// A proxy that translates between the two dialects and does nothing else.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';
import { chunkReader, completion, converse, conversePath, streamEnd, type Chat } from './chat-converse.ts';
import { listen, whole } from './listen.ts';

const upstream = new Pool(process.env['BACKEND'] ?? '', { connections: 64 });

function answer(response: ServerResponse, model: string): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  return {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData: (_controller, data) => void chunks.push(data),
    onResponseEnd() {
      const body = Buffer.from(completion(whole(chunks).toString(), model));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength });
      response.end(body);
    },
    onResponseError: () => void response.destroy(),
  };
}

function events(response: ServerResponse, model: string): Dispatcher.DispatchHandler {
  const read = chunkReader(model);
  return {
    onRequestStart() {},
    onResponseStart: () => void response.writeHead(200, { 'content-type': 'text/event-stream' }),
    onResponseData(controller, data) {
      const text = read(data);
      if (text === '' || response.write(text)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd: () => void response.end(streamEnd),
    onResponseError: () => void response.destroy(),
  };
}

function forward(request: IncomingMessage, text: string, response: ServerResponse): void {
  const chat = JSON.parse(text) as Chat;
  upstream.dispatch(
    {
      method: 'POST',
      path: conversePath(chat),
      headers: { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' },
      body: converse(chat),
    },
    chat.stream === true ? events(response, chat.model) : answer(response, chat.model),
  );
}

listen(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (data: Buffer) => chunks.push(data));
    request.on('end', () => forward(request, whole(chunks).toString(), response));
  }),
);
