import type { Server } from 'node:http';

/** Listens somewhere on this machine and tells the benchmark where. */
export function listen(server: Server, scheme: 'http' | 'https' = 'http'): void {
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
    process.send?.({ origin: `${scheme}://127.0.0.1:${address.port}` });
  });
}

/** A request's whole body, in one piece. */
export function whole(chunks: readonly Buffer[]): Buffer {
  const [first, ...more] = chunks;
  return first !== undefined && more.length === 0 ? first : Buffer.concat(chunks);
}
