import { createHash } from 'node:crypto';
import { ApiError } from '../../function/errors.ts';
import { bedrockKey, testApp } from '../support/app.ts';
import { storingApp, type StoringApp } from '../support/storage.ts';

const created = Date.UTC(2026, 10, 29) / 1_000;
const plain = { purpose: 'user_data', filename: 'report.txt', bytes: 9, mime_type: 'text/plain' };

const post = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

function part(data: Uint8Array | string): RequestInit {
  const body = new FormData();
  body.set('data', new File([Buffer.from(data)], 'upload'));
  return { method: 'POST', body };
}

async function begin(app: StoringApp, fields: object = {}): Promise<string> {
  const { status, text } = await app.as('token-a', '/v1/uploads', post({ ...plain, ...fields }));
  if (status !== 200) throw new Error(`no upload was created: ${text}`);
  return JSON.parse(text).id;
}

async function add(app: StoringApp, id: string, data: Uint8Array | string): Promise<string> {
  const { status, text } = await app.as('token-a', `/v1/uploads/${id}/parts`, part(data));
  if (status !== 200) throw new Error(`no part was added: ${text}`);
  return JSON.parse(text).id;
}

const complete = (app: StoringApp, id: string, body: object) =>
  app.as('token-a', `/v1/uploads/${id}/complete`, post(body));

test('an upload is created, gets parts, and becomes a file', async () => {
  const app = storingApp();
  const { status, headers, text } = await app.as('token-a', '/v1/uploads', post(plain));
  expect([status, headers.get('cache-control'), headers.get('x-gateway-ignored')]).toEqual([
    200,
    'no-store',
    'mime_type',
  ]);
  const upload = JSON.parse(text);
  const digits = upload.id.slice('upload_'.length);
  expect(upload).toEqual({
    id: expect.stringMatching(/^upload_[0-9A-Za-z]{22}$/),
    object: 'upload',
    bytes: 9,
    created_at: created,
    expires_at: created + 3_600,
    filename: 'report.txt',
    purpose: 'user_data',
    status: 'pending',
    file: null,
    presigned_put: {
      method: 'PUT',
      url: `https://bucket.example.com/caller-a/staging/${upload.id}?seconds=600`,
      headers: { 'content-length': '9', 'if-none-match': '*' },
      expires_at: created + 600,
    },
  });
  const added = await app.as('token-a', `/v1/uploads/${upload.id}/parts`, part('all o'));
  expect([added.status, JSON.parse(added.text)]).toEqual([
    200,
    {
      id: expect.stringMatching(/^part_[0-9A-Za-z]{22}$/),
      object: 'upload.part',
      created_at: created,
      upload_id: upload.id,
    },
  ]);
  const partIds = [JSON.parse(added.text).id, await add(app, upload.id, 'f it')];
  const md5 = createHash('md5').update('all of it').digest('hex');
  const completed = await complete(app, upload.id, { part_ids: partIds, md5 });
  const { presigned_put: _put, ...shown } = upload;
  const file = {
    id: `file-${digits}`,
    object: 'file',
    bytes: 9,
    created_at: created,
    expires_at: created + 30 * 86_400,
    filename: 'report.txt',
    purpose: 'user_data',
    status: 'processed',
  };
  expect(JSON.parse(completed.text)).toEqual({ ...shown, status: 'completed', file });
  expect(JSON.parse((await app.as('token-a', `/v1/files/${file.id}`)).text)).toEqual(file);
  expect((await app.as('token-a', `/v1/files/${file.id}/content`)).text).toBe('all of it');
});

test('an upload whose whole was sent to its URL becomes a file without parts', async () => {
  const app = storingApp();
  const id = await begin(app);
  expect((await complete(app, id, { part_ids: [] })).status).toBe(400);
  app.store.write(`caller-a/staging/${id}`, Buffer.from('all of it'));
  const { status, text } = await complete(app, id, { part_ids: [] });
  expect([status, JSON.parse(text).status, JSON.parse(text).file.bytes]).toEqual([200, 'completed', 9]);
});

test('an upload is cancelled', async () => {
  const app = storingApp();
  const id = await begin(app);
  await add(app, id, 'all of it');
  const { status, text } = await app.as('token-a', `/v1/uploads/${id}/cancel`, { method: 'POST' });
  expect([status, JSON.parse(text).status, JSON.parse(text).file]).toEqual([200, 'cancelled', null]);
  expect([...app.store.objects.keys()]).toEqual([`caller-a/upload/${id}`, `caller-a/staging/${id}`]);
});

test.each([['/v1', '/openai/v1', '']])('uploads have the aliases of other paths', async (...bases) => {
  const app = storingApp();
  for (const base of bases) {
    const { status, text } = await app.as('token-a', `${base}/uploads`, post(plain));
    expect(status).toBe(200);
    const path = `${base}/uploads/${JSON.parse(text).id}`;
    const added = await app.as('token-a', `${path}/parts`, part('all of it'));
    expect((await app.as('token-a', `${path}/complete`, post({ part_ids: [JSON.parse(added.text).id] }))).status).toBe(
      200,
    );
  }
});

test('a stack without storage says that it does not serve uploads', async () => {
  const { status, text } = await testApp({}).send('/v1/uploads', post(plain));
  expect([status, JSON.parse(text).error.code]).toEqual([404, 'unsupported_endpoint']);
});

test('the file ends when the upload says, in seconds after it was created', async () => {
  const app = storingApp();
  const id = await begin(app, { bytes: 1, expires_after: { anchor: 'created_at', seconds: 7_200 } });
  app.now += 60_000;
  const { text } = await complete(app, id, { part_ids: [await add(app, id, 'x')] });
  const { created_at: createdAt, expires_at: expiresAt } = JSON.parse(text).file;
  expect([createdAt, expiresAt]).toEqual([created, created + 7_200]);
});

test.each(['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'])(
  'the purpose %s is taken',
  async (purpose) => {
    expect((await storingApp().as('token-a', '/v1/uploads', post({ ...plain, purpose }))).status).toBe(200);
  },
);

describe('an upload is not created', () => {
  test.each<[what: string, fields: object, param: string]>([
    ['without a purpose', { purpose: undefined }, 'purpose'],
    ['with an unknown purpose', { purpose: 'fun' }, 'purpose'],
    ['without a name', { filename: undefined }, 'filename'],
    ['with a long name', { filename: 'n'.repeat(256) }, 'filename'],
    ['with a name of two lines', { filename: 'a\nb' }, 'filename'],
    ['without a length', { bytes: undefined }, 'bytes'],
    ['of no bytes', { bytes: 0 }, 'bytes'],
    ['of half a byte', { bytes: 0.5 }, 'bytes'],
    ['without a media type', { mime_type: undefined }, 'mime_type'],
    ['with an expiry too soon', { expires_after: { anchor: 'created_at', seconds: 3_599 } }, 'expires_after.seconds'],
  ])('%s', async (_what, fields, param) => {
    const app = storingApp();
    const { status, text } = await app.as('token-a', '/v1/uploads', post({ ...plain, ...fields }));
    expect([status, JSON.parse(text).error.param]).toEqual([400, param]);
    expect(app.store.objects.size).toBe(0);
  });

  test.each(['', 'abc', 'g'.repeat(64), 'a'.repeat(63), 'a'.repeat(43)])('with the SHA-256 %j', async (sha256) => {
    const init = post(plain, { 'x-gateway-sha256': sha256 });
    const { status, text } = await storingApp().as('token-a', '/v1/uploads', init);
    expect([status, JSON.parse(text).error.param]).toEqual([400, 'x-gateway-sha256']);
  });
});

test('the SHA-256 of a file is named in hexadecimal or base64, and signed for S3', async () => {
  const hash = () => createHash('sha256').update('all of it');
  for (const form of ['hex', 'base64'] as const) {
    const init = post(plain, { 'x-gateway-sha256': hash().digest(form) });
    const { text } = await storingApp().as('token-a', '/v1/uploads', init);
    expect(JSON.parse(text).presigned_put.headers).toEqual({
      'content-length': '9',
      'if-none-match': '*',
      'x-amz-checksum-sha256': hash().digest('base64'),
    });
  }
});

test('fields that the gateway does not know are ignored, and named', async () => {
  const app = storingApp();
  const { headers } = await app.as('token-a', '/v1/uploads', post({ ...plain, newer: 1 }));
  expect(headers.get('x-gateway-ignored')).toBe('mime_type, newer');
  const id = await begin(app);
  const body = new FormData();
  body.set('data', new File(['all of it'], 'upload'));
  body.set('number', '1');
  const added = await app.as('token-a', `/v1/uploads/${id}/parts`, { method: 'POST', body });
  expect(added.headers.get('x-gateway-ignored')).toBe('number');
  const completed = await complete(app, id, { part_ids: [JSON.parse(added.text).id], newer: 1 });
  expect([completed.status, completed.headers.get('x-gateway-ignored')]).toEqual([200, 'newer']);
});

describe('a part', () => {
  test.each([
    [4_194_304, 200, undefined],
    [4_194_305, 413, 'part_too_large'],
  ])('of %i bytes is a %i', async (size, status, code) => {
    const app = storingApp();
    const id = await begin(app, { bytes: 10_000_000 });
    const answer = await app.as('token-a', `/v1/uploads/${id}/parts`, part(Buffer.alloc(size)));
    expect([answer.status, JSON.parse(answer.text).error?.code]).toEqual([status, code]);
  });

  test('that is too large is refused with what to do instead', async () => {
    const app = storingApp();
    const id = await begin(app, { bytes: 10_000_000 });
    for (const size of [4_194_305, 6 * 1024 * 1024]) {
      const { status, text } = await app.as('token-a', `/v1/uploads/${id}/parts`, part(Buffer.alloc(size)));
      const { message } = JSON.parse(text).error;
      expect(status).toBe(413);
      expect(message).toContain('part_size=4 * 1024 * 1024');
      expect(message).toContain('presigned_put');
    }
  });

  test('without bytes is refused', async () => {
    const app = storingApp();
    const id = await begin(app);
    const empty = await app.as('token-a', `/v1/uploads/${id}/parts`, part(''));
    expect([empty.status, JSON.parse(empty.text).error.param]).toEqual([400, 'data']);
    const body = new FormData();
    body.set('number', '1');
    const none = await app.as('token-a', `/v1/uploads/${id}/parts`, { method: 'POST', body });
    expect([none.status, JSON.parse(none.text).error.param]).toEqual([400, 'data']);
  });

  test('may be text, as in the example of the API reference', async () => {
    const app = storingApp();
    const id = await begin(app, { bytes: 4 });
    const body = new FormData();
    body.set('data', 'aHR0');
    expect((await app.as('token-a', `/v1/uploads/${id}/parts`, { method: 'POST', body })).status).toBe(200);
  });
});

test.each<[body: object, param: string]>([
  [{}, 'part_ids'],
  [{ part_ids: 'part_1' }, 'part_ids'],
  [{ part_ids: [1] }, 'part_ids[0]'],
  [{ part_ids: Array.from({ length: 10_001 }, () => 'part_1') }, 'part_ids'],
  [{ part_ids: [], md5: 'abc' }, 'md5'],
  [{ part_ids: [], md5: 1 }, 'md5'],
])('an upload is not completed with %j', async (body, param) => {
  const app = storingApp();
  const id = await begin(app);
  const { status, text } = await complete(app, id, body);
  expect([status, JSON.parse(text).error.param]).toEqual([400, param]);
});

describe('bounds', () => {
  const createdWith = (app: StoringApp, bytes: number) => app.as('token-a', '/v1/uploads', post({ ...plain, bytes }));

  test.each([
    [2_000_000, 200, undefined],
    [2_000_001, 413, 'file_too_large'],
  ])('an upload of %i bytes where 2 MB are allowed is a %i', async (bytes, status, code) => {
    const answer = await createdWith(storingApp({ maxFileMegabytes: 2 }), bytes);
    const { error } = JSON.parse(answer.text);
    expect([answer.status, error?.code, error?.param]).toEqual([status, code, code && 'bytes']);
  });

  test('uploads that are not complete take room, until they are cancelled', async () => {
    const app = storingApp({ maxOwnerMegabytes: 3 });
    const { id } = JSON.parse((await createdWith(app, 2_000_000)).text);
    // What other environments know: nothing but what is stored.
    app.now += 60_000;
    expect((await createdWith(app, 1_000_001)).status).toBe(413);
    expect((await createdWith(app, 1_000_000)).status).toBe(200);
    expect((await createdWith(app, 1)).status).toBe(413);
    await app.as('token-a', `/v1/uploads/${id}/cancel`, { method: 'POST' });
    expect((await createdWith(app, 2_000_000)).status).toBe(200);
  });

  test('each of them is a file, and a 429 for one more is not worth another try', async () => {
    const app = storingApp({ maxOwnerFiles: 2 });
    await app.upload('token-a', { name: '1', text: 'x' });
    expect((await createdWith(app, 1)).status).toBe(200);
    const { status, headers } = await createdWith(app, 1);
    expect([status, headers.get('x-should-retry')]).toEqual([429, 'false']);
  });
});

test('a store that does not answer is a 503', async () => {
  const app = storingApp();
  const id = await begin(app);
  const partIds = [await add(app, id, 'all of it')];
  app.store.failure = new ApiError('The store of files of this gateway does not answer.', {
    status: 503,
    code: 'storage_unavailable',
  });
  for (const answer of [
    app.as('token-a', '/v1/uploads', post(plain)),
    app.as('token-a', `/v1/uploads/${id}/parts`, part('x')),
    complete(app, id, { part_ids: partIds }),
    app.as('token-a', `/v1/uploads/${id}/cancel`, { method: 'POST' }),
  ])
    expect((await answer).status).toBe(503);
  app.store.failure = undefined;
  expect((await complete(app, id, { part_ids: partIds })).status).toBe(200);
});

test.each<[string, boolean]>([
  ['where the config gives those no storage', false],
  ['that Bedrock has not accepted', true],
])('a Bedrock key %s is refused at every path', async (_what, bedrockKeys) => {
  const failure = { name: 'UnrecognizedClientException', status: 403, message: 'The security token is invalid.' };
  const bedrock = {
    listing: () => Promise.resolve({ ok: false as const, failure }),
    operate: () => Promise.reject(new Error()),
  };
  const app = storingApp({ bedrockKeys }, { services: { bedrock } });
  const id = `upload_${'0'.repeat(22)}`;
  for (const [path, init] of [
    ['', post(plain)],
    [`/${id}/parts`, part('x')],
    [`/${id}/complete`, post({ part_ids: [] })],
    [`/${id}/cancel`, { method: 'POST' }],
  ] as const) {
    const { status } = await app.as(bedrockKey(), `/v1/uploads${path}`, init);
    expect([path, status]).toEqual([path, bedrockKeys ? 401 : 403]);
  }
  expect(app.store.objects.size).toBe(0);
});
