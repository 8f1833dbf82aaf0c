import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { TestApp } from './app.ts';

/** An app on a port of this machine, for clients that want a server. */
export interface ServedApp {
  readonly baseUrl: string;
  readonly close: () => Promise<void>;
}

/** Serves an app on a free port of the loopback interface. Answers are read to their end before they are sent. */
export async function serveApp(open: TestApp['open']): Promise<ServedApp> {
  const server = createServer((request, response) => {
    void (async () => {
      const { method = 'GET', url = '/', headers } = request;
      const fields = Object.entries(headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      );
      const body = await buffer(request);
      const answer = await open(url, {
        method,
        headers: Object.fromEntries(fields),
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
