import { chunk, event, hello, reply } from '../chat.ts';
import { closeLoopbacks, loopback, type Answer } from '../loopback.ts';
import { all, drained, failed } from '../outcomes.ts';
import { backend, context } from './backend.ts';

afterEach(closeLoopbacks);

const silent: Answer = () => undefined;
const stalled: Answer = (response) => void response.write(event(chunk('a')));

/** Closed by us: the server's end of the connection is gone. */
async function closed(server: Awaited<ReturnType<typeof loopback>>): Promise<void> {
  const [socket] = server.sockets;
  if (socket?.destroyed === false) await new Promise((resolve) => socket.once('close', resolve));
}

test.each(['call', 'open'] as const)('silence before the answer ends a %s, and closes its connection', async (how) => {
  const server = await loopback(silent);
  const { chat } = backend(server.url, { timeoutMs: 30 });
  expect(failed(await chat[how](hello, context()))).toMatchObject({ name: 'TimeoutError', status: 504 });
  await closed(server);
});

test('silence in the middle of a whole answer ends it', async () => {
  const server = await loopback((response) => void response.write('{"choices":'));
  const { chat } = backend(server.url, { timeoutMs: 30 });
  expect(failed(await chat.call(hello, context()))).toMatchObject({ name: 'TimeoutError' });
  await closed(server);
});

test('silence in the middle of a stream is a failure as its last item', async () => {
  const server = await loopback(stalled);
  const { chat } = backend(server.url, { timeoutMs: 30 });
  const outcome = await chat.open(hello, context());
  expect(await all(outcome)).toMatchObject([chunk('a'), { failure: { name: 'TimeoutError' } }]);
  const { text, failure } = await drained(await chat.passthrough({ body: '{}', stream: true }, context()));
  expect([text, failure?.name]).toEqual([event(chunk('a')), 'TimeoutError']);
  await closed(server);
});

test('a stream that keeps sending may outlast the idle timeout', async () => {
  const text = JSON.stringify(reply);
  const server = await loopback(async (response) => {
    for (const character of text) {
      response.write(character);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    response.end();
  });
  const begun = performance.now();
  const { chat } = backend(server.url, { timeoutMs: 400 });
  expect(await chat.call(hello, context())).toEqual({ ok: true, value: reply });
  expect(performance.now() - begun).toBeGreaterThan(400);
});

test('a slow reader does not trigger the idle timeout', async () => {
  const large = event(chunk('x'.repeat(3_000_000)));
  const server = await loopback((response) => void response.end(`${event(chunk('a'))}${large}data: [DONE]\n\n`));
  const { chat } = backend(server.url, { timeoutMs: 300 });
  const outcome = await chat.passthrough({ body: '{}', stream: true }, context());
  await new Promise((resolve) => setTimeout(resolve, 700));
  const { text, failure } = await drained(outcome);
  expect([text.length, failure]).toEqual([event(chunk('a')).length + large.length + 14, undefined]);
});

test("the call's own signal aborts it with its own reason", async () => {
  const server = await loopback(silent);
  const { chat } = backend(server.url);
  const gone = new AbortController();
  setTimeout(() => gone.abort(), 20);
  expect(failed(await chat.call(hello, context({ signal: gone.signal })))).toMatchObject({ name: 'AbortError' });
  expect(failed(await chat.call(hello, context({ signal: AbortSignal.timeout(20) })))).toMatchObject({
    name: 'TimeoutError',
  });
  expect(failed(await chat.call(hello, context({ signal: AbortSignal.abort() })))).toMatchObject({
    name: 'AbortError',
  });
  expect(server.arrived.length).toBeLessThanOrEqual(2);
});
