import type { Caller, Scope } from '../../function/auth/caller.ts';
import type { Authenticator } from '../../function/auth/authenticate.ts';
import { ApiError } from '../../function/errors.ts';
import type { Store } from '../../function/storage/store.ts';
import { simulatedStore, type SimulatedStore } from '../storage/simulator.ts';
import { keepingApp, type KeepingApp } from '../support/keeping.ts';
import { storageOver } from '../support/storage.ts';

const say = (content: string) => ({ role: 'user', content });
const unavailable = new ApiError('The store does not answer.', { status: 503, code: 'storage_unavailable' });

/** Keys of a gateway: `sk-<project>` or `sk-<project>.<scope>`. */
const projectKeys: Authenticator = {
  authenticate({ text, sha256 }): Caller | undefined {
    const [, project, scope] = /^sk-([a-z]+)(?:\.([\w.]+))?$/.exec(text) ?? [];
    if (project === undefined) return undefined;
    const scopes = scope === undefined ? {} : { scopes: [scope as Scope] };
    return { id: `key-${project}`, method: 'gateway-key', isProven: true, cacheKey: sha256, project, ...scopes };
  },
};

/** One of everything that can be stored, as a caller. */
async function storeAll(app: KeepingApp, token: string) {
  const response = await app.create({ store: true, input: 'A secret.' }, token);
  const made = async (path: string, body: object): Promise<{ id: string }> =>
    JSON.parse((await app.post(path, body, token)).text);
  const conversation = await made('/v1/conversations', { items: [say('A secret.')] });
  const chat = await made('/v1/chat/completions', { model: 'claude', messages: [say('A secret.')], store: true });
  const page = await app.read(`/v1/conversations/${conversation.id}/items`, { token });
  const item = String(page.body['first_id']);
  return { response, conversation: conversation.id, chat: chat.id, item };
}

/** Every request that names something of what is stored. */
function requestsFor({ response, conversation, chat, item }: Awaited<ReturnType<typeof storeAll>>) {
  const reference = (id: string | undefined) => ({ model: 'claude', input: [{ type: 'item_reference', id }] });
  return [
    ['GET', `/v1/responses/${response.id}`],
    ['GET', `/v1/responses/${response.id}/input_items`],
    ['DELETE', `/v1/responses/${response.id}`],
    ['POST', '/v1/responses', { model: 'claude', input: 'Hi', previous_response_id: response.id }],
    ['POST', '/v1/responses', { model: 'claude', input: 'Hi', conversation }],
    ['POST', '/v1/responses', { model: 'claude', input: 'Hi', conversation: { id: conversation } }],
    ['POST', '/v1/responses', reference(response.output[0]?.id)],
    ['POST', '/v1/responses', reference(item)],
    ['GET', `/v1/conversations/${conversation}`],
    ['POST', `/v1/conversations/${conversation}`, { metadata: {} }],
    ['DELETE', `/v1/conversations/${conversation}`],
    ['GET', `/v1/conversations/${conversation}/items`],
    ['POST', `/v1/conversations/${conversation}/items`, { items: [say('Hi')] }],
    ['POST', '/v1/conversations', { items: [{ type: 'item_reference', id: item }] }],
    ['GET', `/v1/conversations/${conversation}/items/${item}`],
    ['DELETE', `/v1/conversations/${conversation}/items/${item}`],
    ['GET', `/v1/chat/completions/${chat}`],
    ['GET', `/v1/chat/completions/${chat}/messages`],
    ['POST', `/v1/chat/completions/${chat}`, { metadata: {} }],
    ['DELETE', `/v1/chat/completions/${chat}`],
  ] as const;
}

async function ask(app: KeepingApp, token: string, [method, path, body]: readonly [string, string, object?]) {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return app.as(token, path, { method, ...(body && json) });
}

describe('by keys of projects', () => {
  let app: KeepingApp;

  beforeEach(() => {
    app = keepingApp({}, {}, { authenticators: [projectKeys] });
  });

  test("another project's is a 404 in every place, and stays as it was", async () => {
    const stored = await storeAll(app, 'sk-one');
    const before = [...app.store.objects];
    for (const request of requestsFor(stored)) {
      const { status, text } = await ask(app, 'sk-two', request);
      expect([request, status]).toEqual([request, 404]);
      expect(text).not.toContain('secret');
    }
    expect([...app.store.objects]).toEqual(before);
    expect(app.asked).toHaveLength(2);
    expect((await app.read('/v1/chat/completions', { token: 'sk-two' })).body).toMatchObject({ data: [] });
  });

  test('a key of the same project has it, and one without the scope inference has nothing', async () => {
    const stored = await storeAll(app, 'sk-one');
    expect(await app.read(`/v1/responses/${stored.response.id}`, { token: 'sk-one' })).toMatchObject({ status: 200 });
    for (const request of requestsFor(stored)) {
      const { status, text } = await ask(app, 'sk-one.models.read', request);
      expect([request, status, JSON.parse(text).error.code]).toEqual([request, 403, 'insufficient_permissions']);
    }
  });
});

test.each(['..', '%2e%2e', 'resp_..%2f..', 'x'.repeat(5_000), 'conv_%00', '%252e%252e%252fcaller-b', 'resp_', '-'])(
  'the ID %s reaches nothing',
  async (id) => {
    const app = keepingApp();
    await storeAll(app, 'token-b');
    for (const path of [
      `responses/${id}`,
      `responses/${id}/input_items`,
      `conversations/${id}/items`,
      `chat/completions/${id}`,
    ]) {
      const { status, text } = await app.as('token-a', `/v1/${path}`);
      expect([path, status]).toEqual([path, 404]);
      expect(text).not.toContain('secret');
    }
  },
);

test('keys that JSON gives a meaning of its own are texts like others', async () => {
  const app = keepingApp();
  const body = '{"metadata":{"__proto__":"a","constructor":"b"}}';
  const { status, text } = await app.as('token-a', '/v1/conversations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect([status, JSON.parse(text).metadata]).toEqual([200, JSON.parse(body).metadata]);
});

describe('where the store fails at one call after another', () => {
  /** What is asked, and what may not be left half done. */
  const scenarios: readonly (readonly [string, (app: KeepingApp) => Promise<{ readonly status: number }>])[] = [
    ['a response', (app) => app.post('/v1/responses', { model: 'claude', input: 'Hi', store: true })],
    ['a conversation', (app) => app.post('/v1/conversations', { items: [say('a'), say('b')] })],
    ['a chat', (app) => app.post('/v1/chat/completions', { model: 'claude', messages: [say('Hi')], store: true })],
    [
      'a response in a conversation',
      async (app) => {
        const { text } = await app.post('/v1/conversations', {});
        const { id: conversation } = JSON.parse(text);
        return app.post('/v1/responses', { model: 'claude', input: 'Hi', store: true, conversation });
      },
    ],
  ];

  /** Makes one call of the store fail, counted from 1. Says whether there was such a call. */
  function failing(app: KeepingApp, at: number): () => boolean {
    let calls = 0;
    for (const name of ['put', 'get', 'list', 'remove'] as const) {
      const method = app.store[name].bind(app.store) as (...args: unknown[]) => Promise<unknown>;
      const counted = async (...args: unknown[]): Promise<unknown> => {
        calls += 1;
        if (calls === at) throw unavailable;
        return method(...args);
      };
      Object.assign(app.store, { [name]: counted } satisfies Partial<Record<keyof Store, unknown>>);
    }
    return () => calls >= at;
  }

  test.each(scenarios)('%s is answered or refused, and never a bare 500', async (_what, run) => {
    const statuses: number[] = [];
    let isReached = true;
    while (isReached) {
      const app = keepingApp();
      const hasFailed = failing(app, statuses.length + 1);
      statuses.push((await run(app)).status);
      isReached = hasFailed();
    }
    expect(statuses.length).toBeGreaterThan(1);
    expect(statuses.at(-1)).toBe(200);
    expect(statuses.filter((status) => ![200, 400, 404, 503].includes(status))).toEqual([]);
  });
});

test('a store that does not answer holds up no answer beyond its time', async () => {
  const app = keepingApp();
  app.store.put = (_owner, _place, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(unavailable));
    });
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude', input: 'Hi', store: true }),
    // Less than what sending the answer is given: nothing is left for the store.
    until: 400,
  };
  const { status, text } = await app.as('token-a', '/v1/responses', init);
  expect([status, JSON.parse(text).store]).toEqual([200, false]);
});

describe('over S3', () => {
  let s3: SimulatedStore;
  let app: KeepingApp;

  beforeAll(async () => {
    s3 = await simulatedStore();
  });
  beforeEach(() => {
    app = keepingApp({}, {}, { storage: () => Promise.resolve(storageOver(s3.store)), now: Date.now });
  });
  afterEach(() => {
    s3.fault = undefined;
  });
  afterAll(() => s3.close());

  test('everything that is stored is found again, with the rights that the stack gives', async () => {
    const stored = await storeAll(app, 'token-a');
    for (const request of requestsFor(stored)) {
      if (request[0] === 'DELETE') continue;
      const { status } = await ask(app, 'token-a', request);
      expect([request, status]).toEqual([request, 200]);
    }
    for (const request of requestsFor(stored).toReversed()) {
      if (request[0] !== 'DELETE') continue;
      const { status } = await ask(app, 'token-a', request);
      expect([request, status]).toEqual([request, 200]);
    }
  });

  test('two conversation writes at once keep both turns whole', async () => {
    const { text } = await app.post('/v1/conversations', {});
    const { id: conversation } = JSON.parse(text);
    await Promise.all(['One', 'Two', 'Three'].map((input) => app.create({ input, conversation })));
    const { body } = await app.read(`/v1/conversations/${conversation}/items?order=asc`);
    const roles = (body['data'] as { role: string }[]).map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'user', 'assistant', 'user', 'assistant']);
  });

  test('a write that S3 refuses is told by the answer, and logged by its name alone', async () => {
    s3.fault = ({ operation }) => (operation === 'PutObject' ? { breaks: 'before' } : undefined);
    expect(await app.create({ input: 'A secret.', store: true })).toMatchObject({ store: false });
    expect(s3.lines.at(-1)).toEqual({ problem: expect.any(String), operation: 'PutObject' });
    expect(JSON.stringify(s3.lines)).not.toContain('secret');
  });
});
