import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Store } from '../../function/storage/store.ts';
import { S3Error } from '../../local/simulators/s3/s3-error.ts';
import { simulatedStore, type SimulatedStore } from '../storage/simulator.ts';
import type { TestApp } from '../support/app.ts';
import { memoryStore } from '../support/memory-store.ts';
import { putFile, storageOver } from '../support/storage.ts';
import {
  chat,
  claude,
  converseCall,
  gateway,
  invoke,
  listed,
  operations,
  post,
  startUpstreams,
  titan,
  tokenOf,
  visible,
  type Told,
  type Upstreams,
} from './upstreams.ts';

const catalog: Partial<Catalog> = {
  callers: [listed('mine'), listed('other')],
  models: { claude: { target: `bedrock:${claude}` }, titan: { target: `bedrock:${titan}` } },
};
const token = tokenOf('mine');
const secret = 'what the other caller has written';
const limit = 25_000_000;

let upstreams: Upstreams;
beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(() => upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
});

function over(store: Store): TestApp {
  return gateway(upstreams, { catalog, services: { storage: () => Promise.resolve(storageOver(store)) } });
}

interface Reference {
  readonly path?: string;
  readonly id: string;
  /** Milliseconds from now until the request must be answered. */
  readonly until?: number;
}

function byReference(app: TestApp, { path = '/v1/chat/completions', id, until }: Reference): Promise<Told> {
  const headers = { 'x-gateway-body': id };
  return post(app, { path, body: '' }, { token, headers, ...(until !== undefined && { until }) });
}

/** Bytes of a chat of exactly so many, nearly all of them one text. */
function chatOf(size: number): Buffer {
  const [before, after] = ['{"model":"claude","messages":[{"role":"user","content":"', '"}]}'];
  return Buffer.from(before + 'a'.repeat(size - before.length - after.length) + after);
}

test("another owner's file is a 404 at every operation, like one that there is not, and nothing of it is read", async () => {
  const store = memoryStore();
  const app = over(store);
  const theirs = await putFile(store, 'caller-other', { bytes: JSON.stringify({ secret }) });
  const unknown = `${theirs.slice(0, -1)}${theirs.endsWith('0') ? '1' : '0'}`;
  const before = [...store.objects.keys()];
  for (const operation of operations) {
    const { path } = operation.request('claude');
    const [asked, none] = [await byReference(app, { path, id: theirs }), await byReference(app, { path, id: unknown })];
    expect([asked.status, none.status]).toEqual([404, 404]);
    // Errors of Anthropic's API name the request.
    const said = ({ text }: typeof asked) => text.replace(/"request_id":"[^"]*"/, '');
    expect(said(asked)).toBe(said(none).replace(unknown, theirs));
    expect(asked.text).toContain(`No such File object: ${theirs} (in x-gateway-body)`);
    expect(visible(app, asked)).not.toContain(secret);
  }
  expect(upstreams.arrived).toEqual([]);
  expect([...store.objects.keys()]).toEqual(before);
});

test.each([
  '..',
  '../caller-other/file/x',
  'file-../../caller-other/record/x',
  '%2e%2e%2fcaller-other',
  'file-1',
  'caller-other/file-0000000000000000000000',
  'file-0000000000000000000000/../x',
  'FILE-0000000000000000000000',
  'file-000000000000000000000\u00e9',
  'x'.repeat(5_000),
])('the id %s reaches nothing, and is not repeated at length', async (id) => {
  const store = memoryStore();
  const calls = vi.spyOn(store, 'get');
  const { status, text } = await byReference(over(store), { id });
  expect([status, JSON.parse(text).error.code, calls.mock.calls]).toEqual([404, 'file_not_found', []]);
  expect(text.length).toBeLessThan(300);
});

describe('a file that is no more', () => {
  const bytes = JSON.stringify(chat.request('claude').body);
  const gone = { error: expect.objectContaining({ code: 'file_not_found', param: 'x-gateway-body' }) };

  test('because it has expired is a 404, and deleted', async () => {
    const store = memoryStore();
    const id = await putFile(store, 'caller-mine', { bytes, expiresAt: 1_795_910_400 });
    const { status, text } = await byReference(over(store), { id });
    expect([status, JSON.parse(text)]).toEqual([404, gone]);
    expect(store.objects.size).toBe(0);
  });

  test('because it was deleted is a 404', async () => {
    const store = memoryStore();
    const app = over(store);
    const id = await putFile(store, 'caller-mine', { bytes });
    const headers = { authorization: `Bearer ${token}` };
    expect((await app.open(`/v1/files/${id}`, { method: 'DELETE', headers })).status).toBe(200);
    expect((await byReference(app, { id })).status).toBe(404);
  });

  test('because it is deleted between its record and its bytes is a 404', async () => {
    const store = memoryStore();
    const id = await putFile(store, 'caller-mine', { bytes });
    const deleting: Store = {
      ...store,
      async get(owner, place, options) {
        if (place.kind === 'file') await store.remove(owner, [place]);
        return store.get(owner, place, options);
      },
    };
    const { status, text } = await byReference(over(deleting), { id });
    expect([status, JSON.parse(text)]).toEqual([404, gone]);
  });
});

describe('a body of', () => {
  test('exactly 25 MB goes to the model', async () => {
    const store = memoryStore();
    const id = await putFile(store, 'caller-mine', { bytes: chatOf(limit) });
    const { status } = await byReference(over(store), { id });
    expect(status).toBe(200);
    const sent = upstreams.arrived.find(({ path }) => path.endsWith('/converse'));
    // The field `model` and the wrapping of the text are another length in Converse.
    expect((sent?.body.length ?? 0) / limit).toBeCloseTo(1, 3);
  });

  test.each(operations)('one byte more is refused by $name before it is read', async (operation) => {
    const store = memoryStore();
    const id = await putFile(store, 'caller-mine', { bytes: chatOf(limit + 1) });
    const reads = vi.spyOn(store, 'get');
    const { path } = operation.request('claude');
    const { status, text } = await byReference(over(store), { path, id });
    // AWS's validation has no 413.
    expect(status).toBe(path.startsWith('/model/') ? 400 : 413);
    expect(text).toContain('The body of the request is too large: at most 25000000 bytes are taken.');
    expect(reads.mock.calls.map(([, { kind }]) => kind)).toEqual(['record']);
    expect(upstreams.arrived).toEqual([]);
  });
});

const [deep, many] = [
  'nested too deeply: at most 128 levels are taken.',
  'it has more than 2097152 objects and arrays',
];

/** Each of them would take about all of a function's memory, once it is parsed. */
test.each<[what: string, text: string, told: string]>([
  ['brackets', '['.repeat(limit), deep],
  ['objects', '{"a":'.repeat(limit / 5), deep],
  ['brackets behind a text', `{"a":"${'\\"'.repeat(limit / 4)}","b":${'['.repeat(limit / 4)}`, deep],
  ['empty objects', `{"model":"claude","x":[${'{},'.repeat(2_097_152)}0]}`, many],
])('millions of %s are refused unparsed', async (_what, text, told) => {
  const store = memoryStore();
  const id = await putFile(store, 'caller-mine', { bytes: text });
  const parse = vi.spyOn(JSON, 'parse');
  try {
    for (const operation of [chat, converseCall, invoke]) {
      const answer = await byReference(over(store), { path: operation.request('claude').path, id });
      expect(answer.text).toContain(told);
    }
    expect(Math.max(...parse.mock.calls.map(([parsed]) => parsed.length))).toBeLessThan(1_000);
  } finally {
    parse.mockRestore();
  }
  expect(upstreams.arrived).toEqual([]);
});

describe('while S3', () => {
  const bytes = chatOf(1_000_000);
  let s3: SimulatedStore;
  beforeAll(async () => {
    s3 = await simulatedStore();
  });
  afterEach(() => {
    s3.fault = undefined;
  });
  afterAll(() => s3.close());

  const unavailable = { error: expect.objectContaining({ code: 'storage_unavailable' }) };

  test('answers, a body comes from there', async () => {
    const id = await putFile(s3.store, 'caller-mine', { bytes });
    expect((await byReference(over(s3.store), { id })).status).toBe(200);
  });

  test.each<[what: string, fault: SimulatedStore['fault']]>([
    ['is down', () => ({ breaks: 'before' })],
    ['throttles', () => ({ error: new S3Error('SlowDown', 'Please reduce your request rate.') })],
    ['fails', () => ({ error: new S3Error('InternalError', 'We encountered an internal error.') })],
    ['breaks off in the middle', ({ key }) => (key.includes('/file/') ? { cutsAfter: 500_000 } : undefined)],
  ])('%s, a request is a 503 that no model hears of', async (_what, fault) => {
    const id = await putFile(s3.store, 'caller-mine', { bytes });
    s3.fault = fault;
    const app = over(s3.store);
    const told = await byReference(app, { id });
    expect([told.status, JSON.parse(told.text)]).toEqual([503, unavailable]);
    expect(upstreams.arrived).toEqual([]);
    expect(visible(app, told)).not.toContain('aaaa');
  });

  test('is silent in the middle, the request ends in time', async () => {
    const id = await putFile(s3.store, 'caller-mine', { bytes });
    s3.fault = ({ key }) => (key.includes('/file/') ? { stallsAfter: 500_000 } : undefined);
    const { status, text } = await byReference(over(s3.store), { id, until: 500 });
    expect([status, JSON.parse(text).error.code]).toEqual([504, 'timeout']);
    expect(upstreams.arrived).toEqual([]);
  });
});
