import { createHash } from 'node:crypto';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Meter } from '../../function/pipeline/meter.ts';
import {
  chat,
  claude,
  completions,
  converseCall,
  countTokens,
  embeddings,
  gateway,
  invoke,
  invokeStream,
  listed,
  operations,
  post,
  startUpstreams,
  titan,
  tokenOf,
  type Operation,
  type Told,
  type Upstreams,
} from '../attacks/upstreams.ts';
import { bedrockKey, testApp, type TestApp } from '../support/app.ts';
import { memoryStore, type MemoryStore } from '../support/memory-store.ts';
import { putFile, storageOver } from '../support/storage.ts';

const token = tokenOf('app');
const owner = 'caller-app';
const catalog: Partial<Catalog> = {
  callers: [listed('app'), listed('other')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    claude: { target: `bedrock:${claude}` },
    titan: { target: `bedrock:${titan}` },
  },
};

let upstreams: Upstreams;
let store: MemoryStore;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(() => upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  store = memoryStore();
  const services = { storage: () => Promise.resolve(storageOver(store)), newId: () => '0'.repeat(32) };
  app = gateway(upstreams, { catalog, services });
});

/** Posts no body but the name of a file that has it. */
function byReference(path: string, id: string, headers: Readonly<Record<string, string>> = {}): Promise<Told> {
  return post(app, { path, body: '' }, { token, headers: { 'x-gateway-body': id, ...headers } });
}

/** Stores a body, and posts its name. */
async function stored({ path, body }: ReturnType<Operation['request']>): Promise<Told> {
  return byReference(path, await putFile(store, owner, { bytes: JSON.stringify(body) }));
}

/** What models were asked, without the credentials that the stack has got first. */
function asks(): Upstreams['arrived'] {
  return upstreams.arrived.filter(({ service }) => service !== 'sts' && service !== 'secrets');
}

/** What an answer says, without what is different in every answer. */
function said({ status, headers, text }: Told) {
  const target = headers.get('x-gateway-target');
  return {
    status,
    target,
    ignored: headers.get('x-gateway-ignored'),
    text: text.replaceAll(/"(?:created|created_at|completed_at)":\d+/g, ''),
  };
}

function modelOf(operation: Operation): string {
  return operation === embeddings || operation === invoke ? 'titan' : 'claude';
}

test.each(operations.filter((each) => each !== completions))(
  '$name: a stored body is sent, answered and logged like one that comes inline',
  async (operation) => {
    const asked = operation.request(modelOf(operation), { 'x-unknown': 1 });
    const inline = said(await post(app, asked, { token }));
    const [before] = asks();
    upstreams.arrived.length = 0;
    const reference = said(await stored(asked));
    const [after] = asks();
    expect(reference).toEqual(inline);
    expect(inline.status).toBe(200);
    expect([after?.path, after?.body]).toEqual([before?.path, before?.body]);
    expect(after?.headers).not.toHaveProperty('x-gateway-body');
    const [first, second] = app.log.map(({ latencyMs: _ms, firstTokenMs: _first, requestId: _id, ...line }) => line);
    expect(second).toEqual(first);
  },
);

test("a legacy completion, Azure's path and another server take one too", async () => {
  expect((await stored(completions.request('gpt'))).status).toBe(200);
  const { body } = chat.request('gpt');
  expect((await stored({ path: '/openai/deployments/gpt/chat/completions', body })).status).toBe(200);
  expect(asks().map(({ path }) => path)).toEqual(['/v1/completions', '/v1/chat/completions']);
});

test('files of every purpose and any name are taken', async () => {
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', new File([JSON.stringify(chat.request('claude').body)], 'anything.bin'));
  const authorization = `Bearer ${token}`;
  const response = await app.open('/v1/files', { method: 'POST', headers: { authorization }, body: form });
  const { id }: { id: string } = JSON.parse(await response.text());
  expect((await byReference('/v1/chat/completions', id)).status).toBe(200);
});

describe('what is wrong with a stored body is told as of one that comes inline', () => {
  test.each<[what: string, text: string, headers: Record<string, string>]>([
    ['no JSON', '{"model":', {}],
    ['nothing', '', {}],
    ['no object', '[]', {}],
    ['no UTF-8', '{"model":"\u00ff"}', {}],
    ['a field of another type', '{"model":"claude","messages":1}', {}],
    ['an unknown model', '{"model":"gpt-unheard-of","messages":[]}', {}],
    ['too deep', `{"model":"claude","messages":${'['.repeat(200)}${']'.repeat(200)}}`, {}],
    ['another content type', '{}', { 'content-type': 'text/plain' }],
    ['no content type', '{}', { 'content-type': '' }],
    ['a content encoding', '{}', { 'content-encoding': 'gzip' }],
  ])('%s', async (_what, text, headers) => {
    const bytes = Buffer.from(text, 'latin1');
    const inline = await app.open('/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: bytes,
    });
    const reference = await byReference('/v1/chat/completions', await putFile(store, owner, { bytes }), headers);
    expect([reference.status, reference.text]).toEqual([inline.status, await inline.text()]);
    expect(inline.status).toBeGreaterThanOrEqual(400);
  });
});

test('limits and spending count what the file has', async () => {
  const begun: unknown[] = [];
  const meter: Meter = {
    begin(_caller, { countedAs, body }) {
      begun.push([countedAs, body]);
      return undefined;
    },
  };
  app = gateway(upstreams, { catalog, services: { storage: () => Promise.resolve(storageOver(store)), meter } });
  const { path, body } = chat.request('claude');
  const text = JSON.stringify(body);
  await stored({ path, body });
  await stored(countTokens.request('claude'));
  expect(begun).toEqual([['completions', { value: body, text }]]);
});

describe('the header is refused', () => {
  const operation = chat.request('claude');

  test.each<[what: string, value: string]>([
    ['without a value', ''],
    ['with two files', 'file-0000000000000000000000, file-0000000000000000000001'],
    ['with one file twice', 'file-0000000000000000000000,file-0000000000000000000000'],
  ])('%s', async (_what, value) => {
    const { status, text } = await byReference(operation.path, value);
    expect([status, JSON.parse(text).error]).toEqual([
      400,
      {
        message: 'The header x-gateway-body must have the ID of one file.',
        type: 'invalid_request_error',
        param: 'x-gateway-body',
        code: 'invalid_value',
      },
    ]);
  });

  test('with a body as well, even an empty object', async () => {
    const id = await putFile(store, owner, { bytes: JSON.stringify(operation.body) });
    for (const body of ['{}', ' ', JSON.stringify(operation.body)]) {
      const { status, text } = await post(
        app,
        { path: operation.path, body },
        { token, headers: { 'x-gateway-body': id } },
      );
      expect([status, JSON.parse(text).error.message]).toEqual([
        400,
        'The header x-gateway-body names a file with the body, but the request has a body as well: send only one of them.',
      ]);
    }
    expect(upstreams.arrived).toEqual([]);
  });

  test('by a stack without storage, which says how to have one', async () => {
    app = gateway(upstreams, { catalog });
    const { status, text } = await byReference(operation.path, 'file-0000000000000000000000');
    expect([status, JSON.parse(text).error]).toEqual([
      400,
      {
        message:
          'The header x-gateway-body needs a gateway that stores files: its operator can set bedrock-gateway:storage in the config of the stack.',
        type: 'invalid_request_error',
        param: 'x-gateway-body',
        code: 'storage_not_configured',
      },
    ]);
  });

  test.each<[method: string, path: string]>([
    ['GET', '/v1/models'],
    ['GET', '/v1/models/claude'],
    ['GET', '/v1/files'],
    ['POST', '/v1/files'],
    ['GET', '/v1/whoami'],
    ['GET', '/foundation-models'],
    ['POST', '/guardrail/g/version/1/apply'],
    ['POST', '/guardrail-checks/invoke'],
    ['POST', '/async-invoke'],
  ])('at %s %s, where no model is asked', async (method, path) => {
    const id = await putFile(store, owner, { bytes: '{}' });
    const headers = { authorization: `Bearer ${token}`, 'x-gateway-body': id };
    const response = await app.open(path, { method, headers });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('The header x-gateway-body works for model requests only: leave it out here.'),
    ]);
    expect(upstreams.arrived).toEqual([]);
  });

  test("in AWS's form on AWS's paths", async () => {
    const { status, headers, text } = await byReference(converseCall.request('claude').path, 'file-1');
    expect([status, headers.get('x-amzn-errortype'), JSON.parse(text)]).toEqual([
      404,
      'ResourceNotFoundException',
      { message: 'No such File object: file-1 (in x-gateway-body)' },
    ]);
  });
});

test('a path that is not served stays a 404, a method a 405, and the health check answers', async () => {
  const statusOf = async (method: string, path: string): Promise<number> =>
    (await app.open(path, { method, headers: { authorization: `Bearer ${token}`, 'x-gateway-body': 'x' } })).status;
  expect(await statusOf('POST', '/v1/nothing')).toBe(404);
  expect(await statusOf('GET', '/v1/embeddings')).toBe(405);
  expect(await statusOf('GET', '/health')).toBe(200);
});

test('a page may send the header', async () => {
  app = testApp({ config: { corsOrigins: ['https://app.example.com'] } });
  const headers = { origin: 'https://app.example.com', 'access-control-request-headers': 'x-gateway-body' };
  const response = await app.open('/v1/chat/completions', { method: 'OPTIONS', headers });
  expect(response.headers.get('access-control-allow-headers')).toBe('x-gateway-body');
});

describe('by Bedrock key', () => {
  const id = 'file-0000000000000000000000';
  const send = (key: string) =>
    post(app, { path: '/v1/chat/completions', body: '' }, { token: key, headers: { 'x-gateway-body': id } });

  test('there is no stored body where the config gives those callers no storage', async () => {
    const { status, text } = await send(bedrockKey());
    expect([status, JSON.parse(text).error.code]).toEqual([403, 'storage_not_allowed']);
    expect(upstreams.arrived).toEqual([]);
  });

  test.each([
    [true, 200],
    [false, 401],
  ])('there is one where it does, and Bedrock answers the key: %s', async (isKnown, expected) => {
    const settings = { bedrockKeys: true };
    app = gateway(upstreams, {
      catalog,
      services: { storage: () => Promise.resolve(storageOver(store, { settings })) },
    });
    if (!isKnown)
      upstreams.scripts.control = (response) =>
        void response
          .writeHead(403, { 'x-amzn-errortype': 'UnrecognizedClientException', 'content-type': 'application/json' })
          .end('{"message":"The security token included in the request is invalid."}');
    const key = bedrockKey('mine');
    const sha256 = createHash('sha256').update(key).digest('hex');
    const own = await putFile(store, `bedrock-${sha256}`, { bytes: JSON.stringify(chat.request(claude).body) });
    const reads = vi.spyOn(store, 'get');
    const { status } = await post(
      app,
      { path: '/v1/chat/completions', body: '' },
      { token: key, headers: { 'x-gateway-body': own } },
    );
    upstreams.scripts = {};
    expect([status, reads.mock.calls.length > 0]).toEqual([expected, isKnown]);
  });
});

test('a body that streams back is one too', async () => {
  const { status, headers } = await stored(invokeStream.request('claude'));
  expect([status, headers.get('content-type')]).toEqual([200, 'application/vnd.amazon.eventstream']);
});
