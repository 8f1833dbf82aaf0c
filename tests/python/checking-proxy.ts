import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import { once } from 'node:events';
import { problems } from '../support/checked.ts';

/** What stands between a client in another process and the gateway, and judges every answer. */
export interface CheckingProxy {
  readonly baseUrl: string;
  /** What the answers so far break of their schemas, and how many were judged. */
  readonly found: () => { readonly judged: number; readonly problems: readonly string[] };
  readonly close: () => Promise<void>;
}

/**
 * Hands everything on as it comes, both ways; an answer that its client leaves before the end is not judged. The gateway speaks
 * HTTPS with a certificate of the authority `ca` (PEM), the proxy plain HTTP.
 */
export async function checkingProxy(gateway: string, ca: string): Promise<CheckingProxy> {
  const { hostname, port, pathname } = new URL(gateway);
  const found: string[][] = [];
  const server = createServer((incoming, response) => {
    const { method = '', url: path = '', headers } = incoming;
    const outgoing = request({ hostname, port, method, path, headers, ca });
    outgoing.on('response', (answer) => {
      void handOn(answer, response).then(
        (text) => found.push(judge({ method, path: path.replace(/\?.*/, '') }, answer, text)),
        ignore,
      );
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => response.writableFinished || outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}${pathname}`,
    found: () => ({ judged: found.length, problems: found.flat() }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function ignore(): void {
  // The client has left, or the gateway has: the client's own case says what is to be thought of that.
}

async function handOn(answer: IncomingMessage, response: ServerResponse): Promise<string> {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    response.write(bytes);
  }
  response.end();
  return Buffer.concat(chunks).toString('utf8');
}

function judge(
  asked: Parameters<typeof problems>[0],
  { statusCode = 0, headers }: IncomingMessage,
  text: string,
): string[] {
  return problems(asked, { status: statusCode, contentType: headers['content-type'] ?? '', text });
}
