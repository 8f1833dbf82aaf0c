import { createSecret } from '../../../function/backends/stack/secret.ts';
import { hello, reply } from '../chat.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';
import { arn, credentials, secretsManager } from '../stack/secrets-manager.ts';
import { failed } from '../outcomes.ts';
import { backend, context } from './backend.ts';

afterEach(closeLoopbacks);

const [first, second] = ['first', 'second'].map((which) => ['made', 'up', which].join('-')) as [string, string];

/** A server that takes one key, the secret that holds one, and a backend between them. */
async function stack() {
  const taken = { key: first };
  const clock = { ms: 1_000_000 };
  const server = await loopback((response, { headers }) => {
    if (headers.authorization === `Bearer ${taken.key}`) json(response, 200, reply);
    else json(response, 401, { error: { message: `Incorrect API key provided: ${headers.authorization}` } });
  });
  const manager = await secretsManager(first);
  const key = createSecret({ arn, credentials, endpoint: manager.url, now: () => clock.ms });
  const { chat } = backend(server.url, { key });
  return { taken, clock, server, manager, chat };
}

test('a rotated key is read again when the old one is refused, and the call succeeds', async () => {
  const { taken, clock, server, manager, chat } = await stack();
  expect(await chat.call(hello, context())).toMatchObject({ ok: true });
  taken.key = second;
  manager.says = second;
  clock.ms += 60_000;
  expect(await chat.call(hello, context())).toEqual({ ok: true, value: reply });
  expect(server.arrived.map(({ headers }) => headers.authorization)).toEqual(
    [first, first, second].map((key) => `Bearer ${key}`),
  );
  expect(await chat.call(hello, context())).toMatchObject({ ok: true });
  expect(server.arrived).toHaveLength(4);
  expect(manager.arrived).toHaveLength(2);
});

test('a refused key that has not changed is not sent again, and never shown', async () => {
  const { taken, clock, server, manager, chat } = await stack();
  taken.key = second;
  clock.ms += 60_000;
  for (let count = 0; count < 3; count += 1) {
    const failure = failed(await chat.call(hello, context()));
    expect(failure).toMatchObject({ name: 'StackCredentialError', status: 502 });
    expect(JSON.stringify(failure)).not.toContain(first);
  }
  expect(server.arrived).toHaveLength(3);
  expect(manager.arrived).toHaveLength(1);
});

test('a refused new key is a failure', async () => {
  const { taken, clock, server, manager, chat } = await stack();
  await chat.call(hello, context());
  taken.key = 'another';
  manager.says = second;
  clock.ms += 60_000;
  expect(failed(await chat.call(hello, context()))).toMatchObject({ name: 'StackCredentialError' });
  expect(server.arrived).toHaveLength(3);
});

test('without a key nothing is sent', async () => {
  const { server, manager, chat } = await stack();
  manager.says = { status: 400, type: 'ResourceNotFoundException' };
  expect(failed(await chat.open(hello, context()))).toMatchObject({ name: 'StackCredentialError' });
  expect(server.arrived).toHaveLength(0);
});
