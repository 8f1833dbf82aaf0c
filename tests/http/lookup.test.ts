import { getEventListeners } from 'node:events';
import { createLookups } from '../../function/http/lookup.ts';
import { startNameServer, type NameServer } from './name-server.ts';

let server: NameServer;

beforeEach(async () => {
  server = await startNameServer();
});
afterEach(async () => await server.close());

/** A lookup that the name server has been asked for and leaves unanswered. */
async function unanswered(options: { readonly timeoutMs?: number } = {}) {
  const asked = new Promise<void>((resolve) => {
    server.serve = () => resolve();
  });
  const ended = new AbortController();
  const look = createLookups({ servers: [server.address], queryTimeoutMs: 60_000, ...options })(ended.signal);
  const found = look('images.example.com').catch((error: unknown) => error);
  await asked;
  return { ended, found };
}

test('the end of a request cancels a lookup that has begun, and leaves nothing at its signal', async () => {
  const { ended, found } = await unanswered({ timeoutMs: 60_000 });
  expect(getEventListeners(ended.signal, 'abort')).toHaveLength(1);
  ended.abort();
  expect(await found).toMatchObject({ message: 'no address' });
  expect(getEventListeners(ended.signal, 'abort')).toEqual([]);
});

test('a lookup that is answered leaves nothing at its signal', async () => {
  server.serve = ({ type, answer, fail }) => (type === 'A' ? answer('93.184.0.1') : fail(0));
  const { signal } = new AbortController();
  const look = createLookups({ servers: [server.address] })(signal);
  expect(await look('images.example.com')).toEqual([{ address: '93.184.0.1', family: 4 }]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
