import { ApiError } from '../../function/errors.ts';
import { bedrockKey, testApp } from '../support/app.ts';
import { storingApp } from '../support/storage.ts';

const created = Date.UTC(2026, 10, 29) / 1_000;

/** A form as clients send it. */
function form(fields: Readonly<Record<string, string>>, file?: File): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  if (file) body.append('file', file);
  return body;
}

const post = (body: FormData): RequestInit => ({ method: 'POST', body });
const report = new File(['all of it'], 'report.txt');

test('a file is stored, shown, listed, read and deleted', async () => {
  const app = storingApp();
  const { status, text } = await app.as('token-a', '/v1/files', post(form({ purpose: 'user_data' }, report)));
  expect(status).toBe(200);
  const file = JSON.parse(text);
  expect(file).toEqual({
    id: expect.stringMatching(/^file-[0-9A-Za-z]{22}$/),
    object: 'file',
    bytes: 9,
    created_at: created,
    expires_at: created + 30 * 86_400,
    filename: 'report.txt',
    purpose: 'user_data',
    status: 'processed',
  });
  expect([...app.store.objects.keys()]).toEqual([`caller-a/file/${file.id}`, `caller-a/record/${file.id}`]);
  expect(JSON.parse((await app.as('token-a', `/v1/files/${file.id}`)).text)).toEqual(file);
  expect(JSON.parse((await app.as('token-a', '/v1/files')).text)).toEqual({
    object: 'list',
    data: [file],
    first_id: file.id,
    last_id: file.id,
    has_more: false,
  });
  const content = await app.as('token-a', `/v1/files/${file.id}/content`);
  expect(content.text).toBe('all of it');
  expect(Object.fromEntries(content.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '9',
    'content-disposition': `attachment; filename="report.txt"; filename*=UTF-8''report.txt`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  const deleted = await app.as('token-a', `/v1/files/${file.id}`, { method: 'DELETE' });
  expect(JSON.parse(deleted.text)).toEqual({ id: file.id, object: 'file', deleted: true });
  expect(app.store.objects.size).toBe(0);
  for (const path of [`/v1/files/${file.id}`, `/v1/files/${file.id}/content`])
    expect((await app.as('token-a', path)).status).toBe(404);
});

test('answers to HEAD have the headers of the file and no bytes', async () => {
  const app = storingApp();
  const id = await app.upload('token-a', { name: 'a', text: 'bytes' });
  const { status, headers, text } = await app.as('token-a', `/v1/files/${id}/content`, { method: 'HEAD' });
  expect([status, headers.get('content-length'), text]).toEqual([200, '5', '']);
});

test.each([['/v1/files', '/openai/v1/files', '/files']])('files have the aliases of other paths', async (...paths) => {
  const app = storingApp();
  for (const path of paths) expect((await app.as('token-a', path)).status).toBe(200);
});

test('a stack without storage says that it does not serve files', async () => {
  const { status, text } = await testApp({}).send('/v1/files');
  expect([status, JSON.parse(text).error.code]).toEqual([404, 'unsupported_endpoint']);
});

describe('expiry', () => {
  test('is what the caller says, and then the file is gone, and deleted', async () => {
    const app = storingApp();
    const fields = { purpose: 'user_data', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' };
    const { text } = await app.as('token-a', '/v1/files', post(form(fields, report)));
    const { id, expires_at: expiresAt } = JSON.parse(text);
    expect(expiresAt).toBe(created + 3_600);
    app.now += 3_600_000 - 1;
    expect((await app.as('token-a', `/v1/files/${id}`)).status).toBe(200);
    app.now += 1;
    expect(JSON.parse((await app.as('token-a', '/v1/files')).text).data).toEqual([]);
    expect((await app.as('token-a', `/v1/files/${id}/content`)).status).toBe(404);
    expect(app.store.objects.size).toBe(0);
  });

  test('is no later than the bucket deletes everything', async () => {
    const app = storingApp({ retentionDays: 1 });
    const fields = { purpose: 'batch', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '2592000' };
    const { text } = await app.as('token-a', '/v1/files', post(form(fields, report)));
    expect(JSON.parse(text).expires_at).toBe(created + 86_400);
  });
});

describe('a list', () => {
  async function listed() {
    const app = storingApp();
    const ids: string[] = [];
    for (const name of ['1', '2', '3', '4']) {
      ids.push(await app.upload('token-a', { name, text: name }));
      app.now += 1;
    }
    const list = async (query: string) => {
      const { data, has_more: more } = JSON.parse((await app.as('token-a', `/v1/files?${query}`)).text);
      return [data.map(({ filename }: { filename: string }) => filename).join(''), more];
    };
    return { app, ids, list };
  }

  test('begins with the newest, and goes on behind a file', async () => {
    const { ids, list } = await listed();
    expect(await list('')).toEqual(['4321', false]);
    expect(await list('order=asc')).toEqual(['1234', false]);
    expect(await list('limit=2')).toEqual(['43', true]);
    expect(await list(`limit=2&after=${ids[2]}`)).toEqual(['21', false]);
    expect(await list(`order=asc&limit=1&after=${ids[0]}`)).toEqual(['2', true]);
    expect(await list(`after=${ids[0]}&purpose=`)).toEqual(['', false]);
  });

  test('has the files of one purpose', async () => {
    const { app, list } = await listed();
    await app.as('token-a', '/v1/files', post(form({ purpose: 'vision' }, new File(['x'], 'v'))));
    expect(await list('purpose=vision')).toEqual(['v', false]);
    expect(await list('purpose=user_data&limit=3')).toEqual(['432', true]);
    expect(await list('purpose=batch')).toEqual(['', false]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=10001', 'limit'],
    ['limit=many', 'limit'],
    ['order=newest', 'order'],
    ['after=file-1', 'after'],
    ['after=../caller-b/record/x', 'after'],
    ['purpose=a&purpose=b', 'purpose'],
  ])('is refused for %s', async (query, param) => {
    const { status, text } = await storingApp().as('token-a', `/v1/files?${query}`);
    expect([status, JSON.parse(text).error.param]).toEqual([400, param]);
  });
});

describe('the bytes of a large file', () => {
  /** Stores a file whose record says that it is as large as a test needs. */
  async function ofSize(bytes: number, edge: { isBuffered?: true } = {}) {
    const app = storingApp();
    const id = await app.upload('token-a', { name: 'large ä.bin', text: 'x' });
    const record = JSON.parse(String(app.store.objects.get(`caller-a/record/${id}`)));
    app.store.write(`caller-a/record/${id}`, Buffer.from(JSON.stringify({ ...record, bytes })));
    return app.open(`/v1/files/${id}/content`, { headers: { authorization: 'Bearer token-a' }, ...edge });
  }

  test('are a link above 4 MB where answers are sent whole', async () => {
    const statusOf = async (bytes: number) => (await ofSize(bytes, { isBuffered: true })).status;
    expect([await statusOf(4_194_304), await statusOf(4_194_305)]).toEqual([200, 302]);
  });

  test('are a link of ten minutes to the bucket above 200 MB', async () => {
    expect((await ofSize(200_000_000)).status).toBe(200);
    const response = await ofSize(200_000_001);
    expect(response.status).toBe(302);
    const location = new URL(response.headers.get('location') ?? '');
    const disposition = `attachment; filename="large _.bin"; filename*=UTF-8''large%20%C3%A4.bin`;
    expect(Object.fromEntries(location.searchParams)).toEqual({
      seconds: '600',
      disposition,
      contentType: 'application/octet-stream',
    });
    expect(response.headers.get('content-disposition')).toBe(disposition);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a form is refused', () => {
  test.each<[what: string, body: FormData, status: number, param: string | null]>([
    ['without a file', form({ purpose: 'user_data' }), 400, 'file'],
    ['without a purpose', form({}, report), 400, 'purpose'],
    ['with an unknown purpose', form({ purpose: 'fun' }, report), 400, 'purpose'],
    [
      'with an expiry too soon',
      form({ purpose: 'user_data', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3599' }, report),
      400,
      'expires_after.seconds',
    ],
    [
      'with half an expiry',
      form({ purpose: 'user_data', 'expires_after[seconds]': '3600' }, report),
      400,
      'expires_after.anchor',
    ],
    ['with a long name', form({ purpose: 'user_data' }, new File(['x'], 'n'.repeat(256))), 400, 'file'],
  ])('%s', async (_what, body, status, param) => {
    const app = storingApp();
    const answer = await app.as('token-a', '/v1/files', post(body));
    expect([answer.status, JSON.parse(answer.text).error.param]).toEqual([status, param]);
    expect(app.store.objects.size).toBe(0);
  });

  test('as JSON', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    const { status, text } = await storingApp().as('token-a', '/v1/files', init);
    expect([status, JSON.parse(text).error.code]).toEqual([400, 'unsupported_content_type']);
  });
});

test('a field that the gateway does not know is ignored, and named', async () => {
  const body = form({ purpose: 'user_data', newer: 'x' }, report);
  const { status, headers } = await storingApp().as('token-a', '/v1/files', post(body));
  expect([status, headers.get('x-gateway-ignored')]).toEqual([200, 'newer']);
});

test.each([
  [2_000_000, 200, undefined],
  [2_000_001, 413, 'file_too_large'],
])('a file of %i bytes where 2 MB are allowed is a %i', async (size, status, code) => {
  const app = storingApp({ maxFileMegabytes: 2 });
  const file = new File([Buffer.alloc(size)], 'f');
  const answer = await app.as('token-a', '/v1/files', post(form({ purpose: 'user_data' }, file)));
  expect([answer.status, JSON.parse(answer.text).error?.code]).toEqual([status, code]);
});

test('a body that the edge could not pass on is a 413 that names uploads', async () => {
  const file = new File([Buffer.alloc(6 * 1024 * 1024)], 'f');
  const { status, text } = await storingApp().as('token-a', '/v1/files', post(form({ purpose: 'user_data' }, file)));
  expect(status).toBe(413);
  expect(JSON.parse(text).error.message).toContain('POST /v1/uploads');
});

test('an owner with as many files as there may be gets a 429, and room by deleting one', async () => {
  const app = storingApp({ maxOwnerFiles: 1 });
  const id = await app.upload('token-a', { name: '1', text: 'x' });
  const again = () => app.as('token-a', '/v1/files', post(form({ purpose: 'user_data' }, report)));
  expect((await again()).status).toBe(429);
  expect((await app.as('token-b', '/v1/files', post(form({ purpose: 'user_data' }, report)))).status).toBe(200);
  await app.as('token-a', `/v1/files/${id}`, { method: 'DELETE' });
  expect((await again()).status).toBe(200);
});

test('a store that does not answer is a 503', async () => {
  const app = storingApp();
  const id = await app.upload('token-a', { name: '1', text: 'x' });
  app.store.failure = new ApiError('The store of files of this gateway does not answer.', {
    status: 503,
    code: 'storage_unavailable',
  });
  for (const [method, path] of [
    ['GET', ''],
    ['GET', `/${id}`],
    ['GET', `/${id}/content`],
    ['DELETE', `/${id}`],
  ] as const)
    expect((await app.as('token-a', `/v1/files${path}`, { method })).status).toBe(503);
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
  const id = `file-${'0'.repeat(22)}`;
  for (const [method, path] of [
    ['GET', ''],
    ['POST', ''],
    ['GET', `/${id}`],
    ['GET', `/${id}/content`],
    ['DELETE', `/${id}`],
  ] as const) {
    const body = method === 'POST' ? form({ purpose: 'user_data' }, report) : null;
    const { status } = await app.as(bedrockKey(), `/v1/files${path}`, { method, body });
    expect([method, path, status]).toEqual([method, path, bedrockKeys ? 401 : 403]);
  }
  expect(app.store.objects.size).toBe(0);
});

test('a Bedrock key that Bedrock accepts has files of its own, where the config says so', async () => {
  const bedrock = {
    listing: () => Promise.resolve({ ok: true as const, value: {} }),
    operate: () => Promise.reject(new Error()),
  };
  const app = storingApp({ bedrockKeys: true }, { services: { bedrock } });
  const id = await app.upload(bedrockKey('one'), { name: '1', text: 'x' });
  expect([...app.store.objects.keys()][0]).toMatch(/^bedrock-[0-9a-f]{64}\/file\//);
  expect((await app.as(bedrockKey('one'), `/v1/files/${id}`)).status).toBe(200);
  expect((await app.as(bedrockKey('two'), `/v1/files/${id}`)).status).toBe(404);
});
