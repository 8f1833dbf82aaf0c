import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RunningSimulator } from '../simulator.ts';

/** One request and the response to it. */
export interface Wire {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

const loopback = '127.0.0.1';

/** Sees a request before it is answered, and leaves it as it is. */
export type Observe = (wire: Wire) => void;

/**
 * Starts a server on a free port of the loopback interface. `handle` answers every request and never rejects; `observe` sees each of
 * them before.
 */
export async function startServer(
  handle: (wire: Wire) => Promise<void>,
  observe: Observe = () => {},
): Promise<RunningSimulator> {
  const server = createServer((incoming, response) => {
    observe({ incoming, response });
    void handle({ incoming, response });
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The simulator listens on no port.');
  return {
    url: `http://${loopback}:${address.port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Limit of a body in bytes, and the error for a longer one. */
export interface BodyLimit {
  readonly bytes: number;
  readonly refuse: () => Error;
}

/** The whole body of a request, or the refusal of one that is too long. Throws what `refuse` returns for a longer body. */
export async function readBody(incoming: IncomingMessage, { bytes: most, refuse }: BodyLimit): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > most) throw refuse();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The text of a body, or undefined if it is no UTF-8. */
export function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Status (200 when absent) and headers of an answer. */
export interface Head {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A refusal in a service's own words. */
export interface Refusal extends Head {
  readonly body: object;
}

/** Writes a refusal; of an answer that has begun only the connection can be broken. */
export function writeRefusal({ incoming, response }: Wire, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  incoming.resume(); // what is left of a body that nobody reads, so that the connection can go on
  writeJson(response, refusal.body, refusal);
}

/** Writes a whole answer as JSON. */
export function writeJson(response: ServerResponse, body: object, { status = 200, headers = {} }: Head = {}): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers })
    .end(text);
}
