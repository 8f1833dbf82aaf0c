import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it arrived, byte for byte. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** The names of the headers that every request of the gateway has; what a service needs beside them, its test says. */
export const everySent = [
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'user-agent',
];

export interface Loopback {
  readonly url: string;
  readonly arrived: Arrived[];
  /** Connections opened so far, in their order. */
  readonly sockets: Socket[];
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse, request: Arrived, count: number) => void | Promise<void>;

const open: Loopback[] = [];

/** A server on this machine that keeps what arrives and answers as the test says. */
export async function loopback(answer: Answer): Promise<Loopback> {
  const arrived: Arrived[] = [];
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
      arrived.push(one);
      void answer(response, one, arrived.length);
    });
  });
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const made = { url: `http://127.0.0.1:${port}`, arrived, sockets, close: () => closed(server) };
  open.push(made);
  return made;
}

/** For afterEach. */
export async function closeLoopbacks(): Promise<void> {
  await Promise.all(open.splice(0).map((one) => one.close()));
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
