import { createSecret, type Secret } from '../../../function/backends/stack/secret.ts';
import { closeLoopbacks, loopback } from '../loopback.ts';
import { arn, credentials, secretsManager, type FakeSecretsManager } from './secrets-manager.ts';

afterEach(closeLoopbacks);

const minute = 60_000;

const noKey = {
  name: 'StackCredentialError',
  status: 502,
  message:
    'The secret is neither a bare key nor a JSON object with one of the members OPENAI_API_KEY, apiKey, api_key, key.',
};

function made(says: FakeSecretsManager['says']) {
  const clock = { ms: 1_000_000 };
  return secretsManager(says).then((server) => {
    const secret: Secret = createSecret({ arn, credentials, endpoint: server.url, now: () => clock.ms });
    return { clock, server, secret };
  });
}

test("one secret is read, signed with the function's role for the region of the secret", async () => {
  const { server, secret } = await made('the-key');
  expect(server.arrived).toHaveLength(0);
  expect(await secret.get()).toEqual({ ok: true, value: 'the-key' });
  const [arrived] = server.arrived;
  expect(JSON.parse(arrived?.body ?? '')).toEqual({ SecretId: arn });
  expect(arrived?.headers).toMatchObject({
    'x-amz-target': 'secretsmanager.GetSecretValue',
    'x-amz-security-token': credentials.sessionToken,
  });
  expect(arrived?.headers.authorization).toContain(`Credential=${credentials.accessKeyId}/`);
  expect(arrived?.headers.authorization).toContain('/eu-west-1/secretsmanager/aws4_request');
});

test.each([
  ['a bare key', ' the-key\n'],
  ['OPENAI_API_KEY', '{"OPENAI_API_KEY":"the-key","key":"another"}'],
  ['apiKey', '{"user":"x","apiKey":"the-key"}'],
  ['api_key', '{"api_key":"the-key"}'],
  ['key', '{"key":"the-key"}'],
])('%s', async (_name, text) => {
  const { secret } = await made(text);
  expect(await secret.get()).toEqual({ ok: true, value: 'the-key' });
});

test.each([
  '{"password":"the-key"}',
  '{"key":7}',
  '{broken the-key',
  'the-key and more',
  'the-key\u0000',
  'schlüssel',
  '',
])('%j holds no key: the failure names the possible fields, and nothing of the text', async (text) => {
  const { secret } = await made(text);
  const outcome = await secret.get();
  expect(outcome).toEqual({ ok: false, failure: noKey });
});

test('concurrent calls wait for one read', async () => {
  const { server, secret } = await made('the-key');
  const all = await Promise.all([secret.get(), secret.get(), secret.refresh(), secret.get()]);
  expect(new Set(all.map((outcome) => outcome.ok && outcome.value))).toEqual(new Set(['the-key']));
  expect(server.arrived).toHaveLength(1);
});

test('the key is kept for five minutes, then a new one is read', async () => {
  const { clock, server, secret } = await made('old');
  await secret.get();
  server.says = 'new';
  clock.ms += 5 * minute - 1;
  expect(await secret.get()).toEqual({ ok: true, value: 'old' });
  clock.ms += 1;
  expect(await secret.get()).toEqual({ ok: true, value: 'new' });
  expect(server.arrived).toHaveLength(2);
});

test('a refused key is read again, but at most once in ten seconds', async () => {
  const { clock, server, secret } = await made('old');
  await secret.get();
  server.says = 'new';
  expect(await secret.refresh()).toEqual({ ok: true, value: 'old' });
  clock.ms += 9_999;
  expect(await secret.refresh()).toEqual({ ok: true, value: 'old' });
  clock.ms += 1;
  expect(await secret.refresh()).toEqual({ ok: true, value: 'new' });
  for (let count = 0; count < 20; count += 1) await secret.refresh();
  expect(server.arrived).toHaveLength(2);
  expect(await secret.get()).toEqual({ ok: true, value: 'new' });
});

test('a refusal has no text of Secrets Manager, and the next second asks again', async () => {
  const { clock, server, secret } = await made({ status: 400, type: 'AccessDeniedException' });
  const refused = {
    ok: false,
    failure: {
      name: 'StackCredentialError',
      status: 502,
      message: 'AWS Secrets Manager refused what this gateway itself calls it with.',
      upstream: { status: 400, error: 'AccessDeniedException', requestId: 'made-up-request' },
    },
  };
  expect([await secret.get(), await secret.get()]).toEqual([refused, refused]);
  expect(server.arrived).toHaveLength(1);
  server.says = 'the-key';
  clock.ms += 999;
  expect([await secret.get(), await secret.refresh()]).toEqual([refused, refused]);
  clock.ms += 1;
  expect(await secret.get()).toEqual({ ok: true, value: 'the-key' });
});

test('while Secrets Manager fails, the last good key is used', async () => {
  const { clock, server, secret } = await made('the-key');
  await secret.get();
  server.says = { status: 400, type: 'AccessDeniedException' };
  clock.ms += 6 * minute;
  expect(await secret.get()).toEqual({ ok: true, value: 'the-key' });
  expect(server.arrived).toHaveLength(2);
});

test('an answer without a text has no key', async () => {
  const server = await loopback((response) => void response.end('{"SecretBinary":"dGhlLWtleQ=="}'));
  const secret = createSecret({ arn, credentials, endpoint: server.url, now: () => 1 });
  expect(await secret.get()).toEqual({ ok: false, failure: noKey });
});

test.each([
  ['{"OPENAI_API_KEY":"a","apiKey":"b","api_key":"c","key":"d"}', 'a'],
  ['{"apiKey":"b","api_key":"c","key":"d"}', 'b'],
  ['{"api_key":"c","key":"d"}', 'c'],
  ['{"OPENAI_API_KEY":7,"key":"d"}', 'd'],
  ['!~', '!~'],
])('of the secret %s the key is %s', async (text, value) => {
  const { secret } = await made(text);
  expect(await secret.get()).toEqual({ ok: true, value });
});

test('a failing service is asked twice', async () => {
  const { server, secret } = await made({ status: 500, type: 'InternalServiceError' });
  expect(await secret.get()).toMatchObject({ ok: false, failure: { upstream: { status: 500 } } });
  expect(server.arrived).toHaveLength(2);
});
