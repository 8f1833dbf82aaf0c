import { createHash } from 'node:crypto';
import { readFile } from '../../function/storage/files.ts';
import type { Store } from '../../function/storage/store.ts';
import { cancelUpload } from '../../function/storage/uploads.ts';
import { memoryStore } from '../support/memory-store.ts';
import { simulatedStore, type SimulatedStore } from './simulator.ts';
import { add, begin, bytesOf, complete, ownerAt, placesOf } from './upload-fixture.ts';

let s3: SimulatedStore;
beforeAll(async () => {
  s3 = await simulatedStore();
});
afterEach(() => {
  s3.fault = undefined;
  s3.ahead = 0;
});
afterAll(() => s3.close());

const digest = (name: 'md5' | 'sha256', bytes: Uint8Array) => createHash(name).update(bytes).digest('base64');

let owners = 0;
/** An owner of a test's own: the simulator keeps what tests before have left. */
const newOwner = () => `caller-${(owners += 1)}`;

/** Sends bytes as the holder of a presigned URL does. */
async function send({ url, headers }: { url: string; headers: object }, body: Uint8Array): Promise<number> {
  const response = await fetch(url, { method: 'PUT', body: Buffer.from(body), headers: { ...headers } });
  await response.text();
  return response.status;
}

describe.each<[string, () => Store]>([
  ['in memory', () => memoryStore({ now: Date.now })],
  ['in S3', () => s3.store],
])('an upload %s', (_where, storeOf) => {
  function setUp() {
    const [store, owner] = [storeOf(), newOwner()];
    return { store, owner, at: ownerAt(store, owner) };
  }

  test('becomes a file of its parts, in the order that is asked for', async () => {
    const { store, owner, at } = setUp();
    const bytes = Buffer.alloc(9 * 1024 * 1024 + 3, 'abcdefghijk');
    const { upload, fileId } = await begin(at, { bytes: bytes.length, filename: 'order.bin' });
    const cuts = [0, 4_194_304, 8_388_608, bytes.length];
    const ids: string[] = [];
    for (const part of [2, 0, 1]) ids[part] = await add(at, upload.id, bytes.subarray(cuts[part], cuts[part + 1]));
    const { file, upload: completed } = await complete(at, upload.id, ids, { md5: digest('md5', bytes) });
    expect(file).toEqual({
      id: fileId,
      bytes: bytes.length,
      filename: 'order.bin',
      purpose: 'user_data',
      createdAt: Math.floor(at.now / 1_000),
      expiresAt: Math.floor(at.now / 1_000) + 30 * 86_400,
    });
    expect(completed.state.status).toBe('completed');
    expect(await readFile(at.storage(), fileId)).toEqual(file);
    expect((await bytesOf(store, owner, { kind: 'file', id: fileId }))?.equals(bytes)).toBe(true);
    expect(await placesOf(store, owner)).toEqual([
      `file/${fileId} true`,
      `record/${fileId} true`,
      `upload/${upload.id} true`,
      `staging/${upload.id} false`,
    ]);
  });

  test('that is cancelled leaves no bytes, and may be cancelled again', async () => {
    const { store, owner, at } = setUp();
    const { upload } = await begin(at, { bytes: 3 });
    const part = await add(at, upload.id, 'abc');
    for (let times = 0; times < 2; times += 1)
      expect((await cancelUpload(at.storage(), upload.id)).state).toEqual({ status: 'cancelled' });
    expect(await placesOf(store, owner)).toEqual([`upload/${upload.id} true`, `staging/${upload.id} false`]);
    const over = { status: 400, code: 'upload_not_pending', message: expect.stringContaining('is cancelled') };
    await expect(add(at, upload.id, 'abc')).rejects.toMatchObject(over);
    await expect(complete(at, upload.id, [part])).rejects.toMatchObject(over);
  });

  test('that is completed cannot be changed, and the same request again is answered likewise', async () => {
    const { at } = setUp();
    const { upload } = await begin(at, { bytes: 6 });
    const [one, two] = [await add(at, upload.id, 'abc'), await add(at, upload.id, 'def')];
    const first = await complete(at, upload.id, [two, one]);
    expect(await complete(at, upload.id, [two, one])).toEqual(first);
    const over = { status: 400, code: 'upload_not_pending', message: expect.stringContaining('is completed') };
    await expect(complete(at, upload.id, [one, two])).rejects.toMatchObject(over);
    await expect(complete(at, upload.id, [two, one], { md5: 'other' })).rejects.toMatchObject(over);
    await expect(complete(at, upload.id, [])).rejects.toMatchObject(over);
    await expect(add(at, upload.id, 'abc')).rejects.toMatchObject(over);
    await expect(cancelUpload(at.storage(), upload.id)).rejects.toMatchObject(over);
  });

  test('ends after an hour', async () => {
    const { at } = setUp();
    const { upload } = await begin(at, { bytes: 3 });
    expect(upload.expiresAt - upload.createdAt).toBe(3_600);
    at.now = upload.expiresAt * 1_000 - 1;
    const part = await add(at, upload.id, 'abc');
    at.now += 1;
    const over = { status: 400, code: 'upload_not_pending', message: expect.stringContaining('is expired') };
    await expect(add(at, upload.id, 'abc')).rejects.toMatchObject(over);
    await expect(complete(at, upload.id, [part])).rejects.toMatchObject(over);
    await expect(cancelUpload(at.storage(), upload.id)).rejects.toMatchObject(over);
  });

  test.each<[what: string, partIds: (one: string, two: string) => string[], param: string]>([
    ['twice the same part', (one) => [one, one], 'part_ids[1]'],
    ['a part that there is not', (one) => [one, `part_${'0'.repeat(22)}`], 'part_ids[1]'],
    ['a part by a path', (one) => [one, '../x'], 'part_ids[1]'],
    ['too few parts', (one) => [one], 'part_ids'],
    ['no parts, and nothing at the URL', () => [], 'part_ids'],
  ])('is not completed with %s, and may be completed then', async (_what, partIds, param) => {
    const { at } = setUp();
    const { upload } = await begin(at, { bytes: 6 });
    const [one, two] = [await add(at, upload.id, 'abc'), await add(at, upload.id, 'def')];
    await expect(complete(at, upload.id, partIds(one, two))).rejects.toMatchObject({ status: 400, param });
    expect((await complete(at, upload.id, [one, two])).file.bytes).toBe(6);
  });

  test('of parts with another MD5 makes no file, and may be completed then', async () => {
    const { store, owner, at } = setUp();
    const { upload, fileId } = await begin(at, { bytes: 6 });
    const [one, two] = [await add(at, upload.id, 'abc'), await add(at, upload.id, 'def')];
    const md5 = digest('md5', Buffer.from('abcdef'));
    await expect(complete(at, upload.id, [two, one], { md5 })).rejects.toMatchObject({ status: 400, param: 'md5' });
    await expect(readFile(at.storage(), fileId)).rejects.toMatchObject({ status: 404 });
    expect(await bytesOf(store, owner, { kind: 'file', id: fileId })).toBeUndefined();
    expect((await complete(at, upload.id, [one, two], { md5 })).file.id).toBe(fileId);
  });

  test('of parts has the SHA-256 that was named when it was created', async () => {
    const { at } = setUp();
    const { upload, fileId } = await begin(at, { bytes: 6, sha256: digest('sha256', Buffer.from('abcdef')) });
    const [one, two] = [await add(at, upload.id, 'abc'), await add(at, upload.id, 'def')];
    const wrong = complete(at, upload.id, [two, one]);
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'x-gateway-sha256' });
    await expect(readFile(at.storage(), fileId)).rejects.toMatchObject({ status: 404 });
    expect((await complete(at, upload.id, [one, two])).file.id).toBe(fileId);
  });
});

describe('the presigned URL of an upload', () => {
  const bytes = Buffer.from('the whole');

  async function begun(more: { sha256?: string } = {}) {
    const owner = newOwner();
    const at = ownerAt(s3.store, owner);
    const { upload, fileId, put, putExpiresAt } = await begin(at, { bytes: bytes.length, ...more });
    return { owner, at, id: upload.id, upload, fileId, put, putExpiresAt };
  }

  test('takes the whole once, and nothing after the upload is completed', async () => {
    const { owner, at, id, fileId, put, upload, putExpiresAt } = await begun();
    expect(put.headers).toEqual({ 'content-length': '9', 'if-none-match': '*' });
    expect(putExpiresAt - upload.createdAt).toBe(600);
    expect(await send(put, bytes)).toBe(200);
    expect(await send(put, bytes)).toBe(412);
    const { file } = await complete(at, id, [], { md5: digest('md5', bytes) });
    expect([file.id, file.bytes]).toEqual([fileId, 9]);
    expect(await send(put, Buffer.from('not whole'))).toBe(412);
    expect(await bytesOf(s3.store, owner, { kind: 'file', id: fileId })).toEqual(bytes);
    expect(await placesOf(s3.store, owner)).toEqual([
      `file/${fileId} true`,
      `record/${fileId} true`,
      `upload/${id} true`,
      `staging/${id} false`,
    ]);
  });

  test('takes nothing after the upload is cancelled, nor after ten minutes', async () => {
    const { at, id, put } = await begun();
    s3.ahead = 601_000;
    expect(await send(put, bytes)).toBe(403);
    s3.ahead = 0;
    await cancelUpload(at.storage(), id);
    expect(await send(put, bytes)).toBe(412);
  });

  test.each<[what: string, change: (put: { url: string; headers: object }) => { url: string; headers: object }]>([
    ['without its condition', ({ url }) => ({ url, headers: {} })],
    ['for another key', ({ url, headers }) => ({ url: url.replace('/staging/', '/file/'), headers })],
    ['for another owner', ({ url, headers }) => ({ url: url.replace(/caller-\d+/, 'caller-0'), headers })],
    [
      'for a longer time',
      ({ url, headers }) => ({ url: url.replace('X-Amz-Expires=600', 'X-Amz-Expires=6000'), headers }),
    ],
    ['with metadata', ({ url, headers }) => ({ url, headers: { ...headers, 'x-amz-meta-a': 'b' } })],
    ['with another right', ({ url, headers }) => ({ url, headers: { ...headers, 'x-amz-acl': 'public-read' } })],
  ])('is of no use %s', async (_what, change) => {
    const { put } = await begun();
    expect(await send(change(put), bytes)).toBe(403);
  });

  test.each([8, 10])('takes no %i bytes where 9 were announced', async (length) => {
    const { at, id, put } = await begun();
    const { url, headers } = put;
    const other = Buffer.alloc(length, 'x');
    expect(await send({ url, headers: { ...headers, 'content-length': String(length) } }, other)).toBe(403);
    await expect(complete(at, id, [])).rejects.toMatchObject({ status: 400, param: 'part_ids' });
  });

  test('takes only bytes of the SHA-256 that was named', async () => {
    const { at, id, put } = await begun({ sha256: digest('sha256', bytes) });
    expect(put.headers).toHaveProperty('x-amz-checksum-sha256', digest('sha256', bytes));
    expect(await send(put, Buffer.from('not whole'))).toBe(400);
    const named = digest('sha256', Buffer.from('not whole'));
    const { url, headers } = put;
    expect(await send({ url, headers: { ...headers, 'x-amz-checksum-sha256': named } }, Buffer.from('not whole'))).toBe(
      403,
    );
    expect(await send(put, bytes)).toBe(200);
    expect((await complete(at, id, [])).file.bytes).toBe(9);
  });

  test('leaves nothing of its headers with the file', async () => {
    const { owner, at, id, fileId, put } = await begun();
    const hostile = { 'content-type': 'text/html', 'content-encoding': 'gzip', 'cache-control': 'max-age=9' };
    expect(await send({ url: put.url, headers: { ...put.headers, ...hostile } }, bytes)).toBe(200);
    await complete(at, id, []);
    const read = { seconds: 60, disposition: 'attachment', contentType: 'application/octet-stream' };
    const { url } = await s3.store.signGet(owner, { kind: 'file', id: fileId, ...read });
    const response = await fetch(url);
    expect(['content-type', 'content-encoding', 'cache-control'].map((name) => response.headers.get(name))).toEqual([
      'application/octet-stream',
      null,
      null,
    ]);
    expect(await response.text()).toBe('the whole');
  });

  test('makes no file with another MD5, and may be completed without', async () => {
    const { owner, at, id, fileId, put } = await begun();
    expect(await send(put, bytes)).toBe(200);
    const wrong = complete(at, id, [], { md5: digest('md5', Buffer.from('not whole')) });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'md5' });
    expect(await bytesOf(s3.store, owner, { kind: 'file', id: fileId })).toBeUndefined();
    expect((await complete(at, id, [])).file.id).toBe(fileId);
  });

  test('makes a file whose MD5 is checked over its bytes where the ETag is none', async () => {
    const owner = newOwner();
    const encrypted: Store = {
      ...s3.store,
      head: async (...place) => {
        const facts = await s3.store.head(...place);
        return facts && { ...facts, etag: '"00112233445566778899aabbccddeeff"' };
      },
    };
    const at = ownerAt(encrypted, owner);
    const { upload, put } = await begin(at, { bytes: bytes.length });
    expect(await send(put, bytes)).toBe(200);
    const wrong = complete(at, upload.id, [], { md5: digest('md5', Buffer.from('not whole')) });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'md5' });
    expect((await complete(at, upload.id, [], { md5: digest('md5', bytes) })).file.bytes).toBe(9);
  });
});
