import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Store } from '../../function/storage/store.ts';
import { S3Error } from '../../local/simulators/s3/s3-error.ts';
import { simulatedStore, type SimulatedStore } from '../storage/simulator.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { memoryStore } from '../support/memory-store.ts';
import { putFile, storageOver } from '../support/storage.ts';
import {
  chat,
  claude,
  gateway,
  json,
  listed,
  post,
  startUpstreams,
  tokenOf,
  visible,
  type Told,
  type Upstreams,
} from './upstreams.ts';

const catalog: Partial<Catalog> = {
  callers: [listed('mine'), listed('other')],
  models: {
    claude: { target: `bedrock:${claude}` },
    oss: { target: 'bedrock-openai:openai.gpt-oss-20b-1:0' },
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:tiny' },
  },
};
const models = ['claude', 'oss', 'gpt', 'tiny'];
const token = tokenOf('mine');
const secret = 'what the other caller has written';

let upstreams: Upstreams;
beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(() => upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
});

/** What models and servers were asked: to be known to STS spends nothing. */
const asked = () => upstreams.arrived.filter(({ service }) => service !== 'sts' && service !== 'secrets');

function over(store: Store, settings = {}): TestApp {
  const storage = storageOver(store, { settings });
  return gateway(upstreams, { catalog, services: { storage: () => Promise.resolve(storage) } });
}

function sent(app: TestApp, body: object, key = token): Promise<Told> {
  return post(app, { path: chat.request('claude').path, body: JSON.stringify(body) }, { token: key });
}

const file = (id: unknown) => ({ type: 'file', file: { file_id: id } });
const said = (...parts: unknown[]) => [{ role: 'user', content: [{ type: 'text', text: 'Read' }, ...parts] }];

/** Places in which a server may look for a file, though not all of them are OpenAI's. */
const nested: readonly (readonly [what: string, messages: (id: string) => unknown])[] = [
  ['a part', (id) => said(file(id))],
  ['a part behind others', (id) => said({ type: 'text', text: 'x' }, file(id))],
  ['an earlier message', (id) => [...said(file(id)), { role: 'assistant', content: 'Yes.' }, ...said()]],
  ["a message of the assistant's", (id) => [...said(), { role: 'assistant', content: [file(id)] }, ...said()]],
  ['a system message', (id) => [{ role: 'system', content: [file(id)] }, ...said()]],
  ["a tool's message", (id) => [...said(), { role: 'tool', tool_call_id: 'a', content: [file(id)] }]],
  ['a list in a list', (id) => [{ role: 'user', content: [[file(id)]] }]],
  ['content that is no list', (id) => [{ role: 'user', content: file(id) }]],
  ['messages in a list', (id) => [said(file(id))]],
  ['a part of another type', (id) => said({ type: 'text', text: 'x', file: { file_id: id } })],
  ['a part without a type', (id) => said({ file: { file_id: id } })],
];

test.each(nested)("another owner's file in %s is not read, and its id goes nowhere", async (_what, messages) => {
  const store = memoryStore();
  const app = over(store);
  const theirs = await putFile(store, 'caller-other', { bytes: secret });
  for (const model of models) {
    const told = await sent(app, { model, messages: messages(theirs) });
    expect([model, told.status]).toEqual([model, expect.toBeOneOf([400, 404])]);
    expect(visible(app, told)).not.toContain(secret);
  }
  expect(asked()).toEqual([]);
});

test.each<[what: string, id: unknown]>([
  ['a number', 1],
  ['an object', { id: 'file-1' }],
  ['a list', ['file-1']],
  ['a path', '../../caller-other/file/x'],
  ['a text of great length', 'x'.repeat(1_000_000)],
  ['a text with controls', 'file-\r\nset-cookie: x'],
])('%s is no id, and reads nothing', async (_what, id) => {
  const store = memoryStore();
  const reads = vi.spyOn(store, 'get');
  const told = await sent(over(store), { model: 'claude', messages: said(file(id)) });
  expect(told.status).toBeOneOf([400, 404]);
  expect(told.text.length).toBeLessThan(500);
  expect(reads.mock.calls).toEqual([]);
  expect(asked()).toEqual([]);
});

test('sixty thousand parts with files are a 400 before anything is read', async () => {
  const store = memoryStore();
  const app = over(store);
  const reads = vi.spyOn(store, 'get');
  for (const model of models) {
    const parts = Array.from({ length: 60_000 }, (_, at) => file(`file-${String(at).padStart(22, '0')}`));
    const told = await sent(app, { model, messages: said(...parts) });
    expect([told.status, JSON.parse(told.text).error.code]).toEqual([400, 'too_many_files']);
  }
  expect(reads.mock.calls).toEqual([]);
  expect(asked()).toEqual([]);
});

test('a file that is named sixty thousand times counts as often, and is not read', async () => {
  const store = memoryStore();
  const app = over(store);
  const id = await putFile(store, 'caller-mine', { bytes: 'x'.repeat(1_000) });
  const reads = vi.spyOn(store, 'get');
  for (const model of models) {
    const told = await sent(app, { model, messages: said(...Array.from({ length: 60_000 }, () => file(id))) });
    expect([told.status, JSON.parse(told.text).error.code]).toEqual([400, 'file_too_large']);
  }
  expect(reads.mock.calls.map(([, { kind }]) => kind)).toEqual(models.map(() => 'record'));
  expect(asked()).toEqual([]);
});

test('a file that lies about its length in its record is not sent', async () => {
  const store = memoryStore();
  const app = over(store);
  const id = await putFile(store, 'caller-mine', { bytes: 'x'.repeat(20_000_000) });
  const key = `caller-mine/record/${id}`;
  const record = JSON.parse(String(store.objects.get(key)));
  store.write(key, Buffer.from(JSON.stringify({ ...record, bytes: 1 })));
  expect((await sent(app, { model: 'claude', messages: said(file(id)) })).status).toBe(500);
  expect(asked()).toEqual([]);
});

test.each<[what: string, bytes: Buffer]>([
  ['a zip that unpacks to more than there is', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(1_000_000)])],
  ['a zip whose directory never ends', Buffer.from('PK\u0003\u0004'.padEnd(5_000_000, 'PK\u0001\u0002'))],
  ['an Office file of nothing', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(5_000_000)])],
  ['comments without an end', Buffer.concat([Buffer.from('<!--'.repeat(1_000_000)), Buffer.from([0])])],
])('%s is looked at once, and refused', async (_what, bytes) => {
  const store = memoryStore();
  const id = await putFile(store, 'caller-mine', { bytes });
  const told = await sent(over(store), { model: 'claude', messages: said(file(id)) });
  expect([told.status, JSON.parse(told.text).error.code]).toEqual([400, 'invalid_value']);
  expect(asked()).toEqual([]);
});

test('a file that is deleted between its record and its bytes is a 404', async () => {
  const store = memoryStore();
  const id = await putFile(store, 'caller-mine', { bytes: 'x' });
  const deleting: Store = {
    ...store,
    async get(owner, place, options) {
      if (place.kind === 'file') await store.remove(owner, [place]);
      return store.get(owner, place, options);
    },
  };
  for (const model of models)
    expect([model, (await sent(over(deleting), { model, messages: said(file(id)) })).status]).toEqual([model, 404]);
  expect(asked()).toEqual([]);
});

test('a file in use that is deleted meanwhile stays in the request that has read it, and in no other', async () => {
  const store = memoryStore();
  const app = over(store);
  const id = await putFile(store, 'caller-mine', { bytes: 'the words' });
  upstreams.scripts.runtime = (response) => {
    void store.remove('caller-mine', [
      { kind: 'record', id },
      { kind: 'file', id },
    ]);
    json(response, 503, { message: 'Try again.' }, { 'x-amzn-errortype': 'ServiceUnavailableException' });
  };
  await sent(app, { model: 'claude', messages: said(file(id)) });
  expect(asked().length).toBeGreaterThan(1);
  for (const { body } of asked()) expect(body).toContain(Buffer.from('the words').toString('base64'));
  expect((await sent(app, { model: 'claude', messages: said(file(id)) })).status).toBe(404);
});

describe('a Bedrock key', () => {
  test('that Bedrock refuses reads nothing', async () => {
    upstreams.scripts.control = (response) => {
      json(response, 403, { Message: 'Authentication failed' }, { 'x-amzn-errortype': 'AccessDeniedException' });
    };
    const store = memoryStore();
    const reads = vi.spyOn(store, 'get');
    const body = { model: claude, messages: said(file(`file-${'0'.repeat(22)}`)) };
    const told = await sent(over(store, { bedrockKeys: true }), body, bedrockKey('unproven'));
    expect(told.status).toBe(401);
    expect(reads.mock.calls).toEqual([]);
  });

  test('has no files where the config gives it none', async () => {
    const store = memoryStore();
    const reads = vi.spyOn(store, 'get');
    const told = await sent(over(store), { model: claude, messages: said(file('file-1')) }, bedrockKey('unproven'));
    expect([told.status, JSON.parse(told.text).error.code]).toEqual([403, 'storage_not_allowed']);
    expect(reads.mock.calls).toEqual([]);
    expect(asked()).toEqual([]);
  });
});

describe('while S3', () => {
  let s3: SimulatedStore;
  beforeAll(async () => {
    s3 = await simulatedStore({ idleTimeoutMs: 200 });
  });
  afterEach(() => {
    s3.fault = undefined;
  });
  afterAll(() => s3.close());
  const bytes = Buffer.from(secret.padEnd(1_000_000, 'x'));

  test.each<[what: string, fault: SimulatedStore['fault']]>([
    ['is down', () => ({ breaks: 'before' })],
    ['throttles', () => ({ error: new S3Error('SlowDown', 'Please reduce your request rate.') })],
    ['fails', () => ({ error: new S3Error('InternalError', 'We encountered an internal error.') })],
    ['breaks off in the middle', ({ key }) => (key.includes('/file/') ? { cutsAfter: 500_000 } : undefined)],
    ['is silent in the middle', ({ key }) => (key.includes('/file/') ? { stallsAfter: 500_000 } : undefined)],
  ])('%s, a chat is a 503 that no model hears of', async (_what, fault) => {
    const id = await putFile(s3.store, 'caller-mine', { bytes });
    s3.fault = fault;
    const app = over(s3.store);
    for (const model of models) {
      const told = await sent(app, { model, messages: said(file(id)) });
      expect([model, told.status, JSON.parse(told.text).error.code]).toEqual([model, 503, 'storage_unavailable']);
      expect(visible(app, told)).not.toContain(secret);
    }
    expect(asked()).toEqual([]);
  });

  test('throttles for a moment, the chat goes on', async () => {
    const id = await putFile(s3.store, 'caller-mine', { bytes });
    let calls = 0;
    s3.fault = () =>
      (calls += 1) % 2 === 1 ? { error: new S3Error('SlowDown', 'Please reduce your request rate.') } : undefined;
    expect((await sent(over(s3.store), { model: 'claude', messages: said(file(id)) })).status).toBe(200);
    expect(calls).toBe(4);
  });
});
