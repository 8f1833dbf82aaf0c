import { readFile } from '../../function/storage/files.ts';
import { S3Error } from '../../local/simulators/s3/s3-error.ts';
import type { S3Fault } from '../../local/simulators/s3/simulator.ts';
import { simulatedStore, type SimulatedStore } from '../storage/simulator.ts';
import { add, begin, bytesOf, complete, ownerAt } from '../storage/upload-fixture.ts';
import { storingApp, type StoringApp } from '../support/storage.ts';

const plain = { purpose: 'user_data', filename: 'secret.txt', bytes: 6, mime_type: 'text/plain' };

const post = (body: object | string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

function part(data: string): RequestInit {
  const body = new FormData();
  body.set('data', new File([data], 'upload'));
  return { method: 'POST', body };
}

/** An upload of a caller, with a part of its first three bytes and one of its last three. */
async function uploadOf(app: StoringApp, token: string) {
  const created = JSON.parse((await app.as(token, '/v1/uploads', post(plain))).text);
  const id: string = created.id;
  const partIds: string[] = [];
  for (const data of ['abc', 'def'])
    partIds.push(JSON.parse((await app.as(token, `/v1/uploads/${id}/parts`, part(data))).text).id);
  return { id, partIds, url: created.presigned_put.url };
}

/** Every operation on an upload, by the last segment of its path. */
const operations = (partIds: readonly string[]): readonly (readonly [string, RequestInit])[] => [
  ['parts', part('ghi')],
  ['complete', post({ part_ids: partIds })],
  ['complete', post({ part_ids: [] })],
  ['cancel', { method: 'POST' }],
];

test("another owner's upload is a 404 at every path, like one that there is not", async () => {
  const app = storingApp();
  const { id, partIds } = await uploadOf(app, 'token-a');
  const none = `upload_${'0'.repeat(22)}`;
  const before = [...app.store.objects];
  for (const base of ['/v1/uploads', '/openai/v1/uploads', '/uploads'])
    for (const [name, init] of operations(partIds)) {
      const answer = await app.as('token-b', `${base}/${id}/${name}`, init);
      const { text } = await app.as('token-b', `${base}/${none}/${name}`, init);
      expect([answer.status, answer.text]).toEqual([404, text.replaceAll(none, id)]);
    }
  expect([...app.store.objects]).toEqual(before);
});

test("parts of another upload, or of another owner's, are no parts of an upload", async () => {
  const app = storingApp();
  const theirs = await uploadOf(app, 'token-a');
  const [other, mine] = [await uploadOf(app, 'token-b'), await uploadOf(app, 'token-b')];
  const before = [...app.store.objects];
  for (const { id, partIds } of [theirs, other])
    for (const ids of [partIds, [mine.partIds[0], partIds[1]], partIds.map((each) => `${id}.${each}`)]) {
      const { status, text } = await app.as('token-b', `/v1/uploads/${mine.id}/complete`, post({ part_ids: ids }));
      expect([status, JSON.parse(text).error.param]).toEqual([400, expect.stringMatching(/^part_ids\[[01]\]$/)]);
    }
  expect([...app.store.objects]).toEqual(before);
});

test.each([
  '..',
  '%2e%2e',
  '..%2f..%2fcaller-b%2fupload%2fx',
  '%252e%252e%252fcaller-b',
  'upload_1',
  'upload_../../caller-b/upload/x',
  'upload_000000000000000000000%2f',
  'upload_000000000000000000000%00',
  'upload_000000000000000000000%0a',
  'upload_0000000000000000000000.6',
  'file-0000000000000000000000',
  'x'.repeat(5_000),
])('the id %s reaches nothing', async (id) => {
  const app = storingApp();
  const own = await uploadOf(app, 'token-b');
  const before = [...app.store.objects];
  for (const [name, init] of operations([])) {
    const { status } = await app.as('token-a', `/v1/uploads/${id.replace('/x', `/${own.id}`)}/${name}`, init);
    expect(status).toBe(404);
  }
  expect([...app.store.objects]).toEqual(before);
});

test('the note of the bytes of an upload is no upload', async () => {
  const app = storingApp();
  const { id } = await uploadOf(app, 'token-a');
  expect(app.store.objects.has(`caller-a/upload/${id}.6`)).toBe(true);
  for (const [name, init] of operations([]))
    expect((await app.as('token-a', `/v1/uploads/${id}.6/${name}`, init)).status).toBe(404);
});

test.each([
  '',
  '.',
  '..',
  '../../caller-b/part/x',
  '__proto__',
  'constructor',
  'part_../../../x',
  'part_000000000000000000000\n',
  'part_00000000000000000000000',
  'p'.repeat(100_000),
])('the part %j is none', async (id) => {
  const app = storingApp();
  const { id: upload, partIds } = await uploadOf(app, 'token-a');
  const init = post({ part_ids: [...partIds, id] });
  const { status, text } = await app.as('token-a', `/v1/uploads/${upload}/complete`, init);
  expect([status, JSON.parse(text).error.param]).toEqual([400, 'part_ids[2]']);
});

test.each([
  ['../../../etc/passwd', 'passwd'],
  [String.raw`C:\windows\system32\cmd.exe`, 'cmd.exe'],
  ['..', 'upload'],
  ['', 'upload'],
  ['"; filename=evil.exe', '"; filename=evil.exe'],
])('the name %s is shown and sent as no more than a name', async (filename, shown) => {
  const app = storingApp();
  const created = JSON.parse((await app.as('token-a', '/v1/uploads', post({ ...plain, filename, bytes: 3 }))).text);
  expect(created.filename).toBe(shown);
  const added = JSON.parse((await app.as('token-a', `/v1/uploads/${created.id}/parts`, part('abc'))).text);
  const path = `/v1/uploads/${created.id}/complete`;
  const { file } = JSON.parse((await app.as('token-a', path, post({ part_ids: [added.id] }))).text);
  const { headers } = await app.as('token-a', `/v1/files/${file.id}/content`);
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename="[\w .()-]*"; filename\*=UTF-8''(?:[\w.!~-]|%[\dA-F]{2})*$/,
  );
});

test.each<[what: string, body: object | string, status: number]>([
  ['of less than no bytes', { ...plain, bytes: -1 }, 400],
  ['of a text of bytes', { ...plain, bytes: '6' }, 400],
  ['of infinite bytes', JSON.stringify(plain).replace('6', '1e400'), 400],
  ['of more bytes than a number tells', { ...plain, bytes: Number.MAX_SAFE_INTEGER + 2 }, 413],
  ['of 80 GB', { ...plain, bytes: 80_000_000_000 }, 413],
  ['that is a list', '[]', 400],
  ['that is nested deeply', `{"filename":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400],
  ['with a name that is an object', { ...plain, filename: { toString: 'x' } }, 400],
  ['with a name that could end a header', { ...plain, filename: 'a\r\nset-cookie: x=1' }, 400],
  ['with a body of a megabyte', { ...plain, note: 'x'.repeat(1_000_000) }, 413],
])('an upload %s is not created', async (_what, body, status) => {
  const app = storingApp();
  const answer = await app.as('token-a', '/v1/uploads', post(body));
  expect([answer.status, app.store.objects.size]).toEqual([status, 0]);
});

test('the state of an upload cannot be set by its request', async () => {
  const app = storingApp();
  const hostile = `{"__proto__":{"state":{"status":"completed"}},"state":{"status":"completed"},"id":"upload_x",${JSON.stringify(plain).slice(1)}`;
  const { status, text, headers } = await app.as('token-a', '/v1/uploads', post(hostile));
  expect([status, JSON.parse(text).status]).toEqual([200, 'pending']);
  expect(JSON.parse(text).id).not.toBe('upload_x');
  expect(headers.get('x-gateway-ignored')).toBe('mime_type, __proto__, state, id');
});

test('a record that this gateway did not write is a 500 that shows nothing of it', async () => {
  const app = storingApp();
  const { id } = await uploadOf(app, 'token-a');
  for (const text of ['{"filename":"secret"}', '[]', JSON.stringify({ ...plain, state: { status: 'mine' } })]) {
    app.store.write(`caller-a/upload/${id}`, Buffer.from(text));
    const answer = await app.as('token-a', `/v1/uploads/${id}/cancel`, { method: 'POST' });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
  }
});

test('the log has neither names of files nor presigned URLs', async () => {
  const app = storingApp();
  const { id, partIds, url } = await uploadOf(app, 'token-a');
  await app.as('token-a', `/v1/uploads/${id}/complete`, post({ part_ids: partIds }));
  const lines = JSON.stringify(app.log);
  for (const secret of ['secret.txt', url, id, ...partIds]) expect(lines).not.toContain(secret);
});

test('of many requests that complete an upload at once, one does', async () => {
  const app = storingApp();
  const { id, partIds } = await uploadOf(app, 'token-a');
  const orders = [partIds, partIds.toReversed()];
  const told = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const init = post({ part_ids: orders[at % 2] });
      return { at, ...(await app.as('token-a', `/v1/uploads/${id}/complete`, init)) };
    }),
  );
  const done = told.filter(({ status }) => status === 200);
  expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200, 409]));
  expect(done).toHaveLength(1);
  const [{ at, text } = { at: 0, text: '' }] = done;
  const content = await app.as('token-a', `/v1/files/${JSON.parse(text).file.id}/content`);
  expect(content.text).toBe(at % 2 === 0 ? 'abcdef' : 'defabc');
});

test('an upload has 10,000 parts and not one more', async () => {
  const app = storingApp();
  const { id } = await uploadOf(app, 'token-a');
  for (let number = 0; number < 9_997; number += 1)
    app.store.write(`caller-a/part/${id}.part_${String(number).padStart(22, '0')}`, Buffer.from('x'));
  const more = () => app.as('token-a', `/v1/uploads/${id}/parts`, part('x'));
  expect((await more()).status).toBe(200);
  const { status, text } = await more();
  expect([status, JSON.parse(text).error.param]).toEqual([400, 'data']);
});

describe('S3 fails in the middle of completing an upload', () => {
  let s3: SimulatedStore;
  beforeAll(async () => {
    s3 = await simulatedStore();
  });
  afterEach(() => {
    s3.fault = undefined;
  });
  afterAll(() => s3.close());

  let owners = 0;

  /** An upload that can be completed: by parts of at most a megabyte, or by what was sent to its URL. */
  async function ready(by: 'parts' | 'URL', bytes: Buffer<ArrayBuffer>) {
    const owner = `caller-${(owners += 1)}`;
    const at = ownerAt(s3.store, owner);
    const { upload, fileId, put } = await begin(at, { bytes: bytes.length });
    const partIds: string[] = [];
    if (by === 'URL') await fetch(put.url, { method: 'PUT', headers: put.headers, body: bytes });
    else
      for (let from = 0; from < bytes.length; from += 1_048_576)
        partIds.push(await add(at, upload.id, bytes.subarray(from, from + 1_048_576)));
    return {
      completed: () => complete(at, upload.id, partIds),
      /** What callers see of the file: whether it is there, and as it must be. */
      shown: async () => {
        const isThere = await readFile(at.storage(), fileId).then(
          () => true,
          () => false,
        );
        const found = isThere ? await bytesOf(s3.store, owner, { kind: 'file', id: fileId }) : undefined;
        return found?.equals(bytes);
      },
    };
  }

  const slowDown = new S3Error('SlowDown', 'Please reduce your request rate.');
  const internal = new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  // One part of a multipart upload, and a bit.
  const large = Buffer.alloc(8 * 1024 * 1024 + 1, 'abcdefghijk');
  const small = Buffer.from('abcdef');

  test.each<[by: 'parts' | 'URL', bytes: Buffer<ArrayBuffer>, faults: readonly (readonly [string, S3Fault])[]]>([
    ['parts', small, [['GetObject', { cutsAfter: 3 }]]],
    [
      'parts',
      large,
      [
        ['CreateMultipartUpload', { error: slowDown }],
        ['UploadPart', { error: slowDown }],
        ['UploadPart', { breaks: 'before' }],
        ['CompleteMultipartUpload', { lateError: internal }],
        ['CompleteMultipartUpload', { breaks: 'after' }],
      ],
    ],
    [
      'URL',
      small,
      [
        ['CopyObject', { error: slowDown }],
        ['CopyObject', { lateError: internal }],
        ['CopyObject', { breaks: 'after' }],
      ],
    ],
  ])('by %s: each failure is a 503, and then the upload is completed', async (by, bytes, faults) => {
    const { completed, shown } = await ready(by, bytes);
    for (const [operation, fault] of faults) {
      // Only the bytes of parts are cut: what is known of the upload is read before.
      s3.fault = (call) =>
        call.operation === operation && !call.key.includes('/upload/') && !call.key.includes('/record/')
          ? fault
          : undefined;
      await expect(completed()).rejects.toMatchObject({ status: 503, code: 'storage_unavailable' });
      expect(await shown()).toBeUndefined();
    }
    s3.fault = undefined;
    await completed();
    expect(await shown()).toBe(true);
  });

  test.each(['parts', 'URL'] as const)('by %s: the answer to a conditional write is lost', async (by) => {
    const { completed, shown } = await ready(by, small);
    const written: string[] = [];
    // AWS's client tries again, and is told that the condition does not hold.
    s3.fault = ({ operation, key }) => {
      if (operation !== 'PutObject' || !key.includes('/upload/')) return undefined;
      written.push(key);
      return written.length % 2 === 1 ? { breaks: 'after' } : undefined;
    };
    await completed();
    expect(written).toHaveLength(4);
    expect(await shown()).toBe(true);
  });
});
