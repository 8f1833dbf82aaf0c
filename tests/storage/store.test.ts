import { createHash } from 'node:crypto';
import type { ObjectPlace, Store } from '../../function/storage/store.ts';
import { S3Error } from '../../local/simulators/s3/s3-error.ts';
import { memoryStore } from '../support/memory-store.ts';
import { simulatedStore, type SimulatedStore } from './simulator.ts';

const owner = 'project-0Abc00000000';
const text = (value: string): Buffer<ArrayBuffer> => Buffer.from(value);
const file = (id: string): ObjectPlace => ({ kind: 'file', id });

let s3: SimulatedStore;
beforeAll(async () => {
  s3 = await simulatedStore();
});
afterEach(() => {
  s3.fault = undefined;
  s3.lines.length = 0;
  s3.calls.length = 0;
});
afterAll(() => s3.close());

async function read(
  store: Store,
  place: ObjectPlace,
  range?: { from: number; to: number },
): Promise<string | undefined> {
  const found = await store.get(owner, place, range && { range });
  if (found === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* pieces(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* chunks;
}

/** What every store does: the one in memory, which other tests have, and that of S3. */
describe.each<[string, () => Store]>([
  ['in memory', () => memoryStore()],
  ['in S3', () => s3.store],
])('a store %s', (_where, storeOf) => {
  test('returns what was written, whole or in part', async () => {
    const store = storeOf();
    expect(await store.put(owner, file('a'), { bytes: text('0123456789') })).toBe('written');
    expect(await read(store, file('a'))).toBe('0123456789');
    expect(await read(store, file('a'), { from: 2, to: 4 })).toBe('234');
    expect(await store.head(owner, file('a'))).toMatchObject({ bytes: 10, etag: expect.any(String) });
  });

  test('has nothing where nothing was written, nor for another owner or kind', async () => {
    const store = storeOf();
    await store.put(owner, file('mine'), { bytes: text('x') });
    expect(await store.get(owner, file('none'))).toBeUndefined();
    expect(await store.head(owner, file('none'))).toBeUndefined();
    expect(await store.head('project-0Abc00000001', file('mine'))).toBeUndefined();
    expect(await store.head(owner, { kind: 'record', id: 'mine' })).toBeUndefined();
    expect(await store.copy(owner, { from: file('none'), to: file('b') })).toBe(false);
  });

  test('writes only where nothing is, or only over what was read', async () => {
    const store = storeOf();
    const place: ObjectPlace = { kind: 'upload', id: 'state' };
    expect(await store.put(owner, place, { bytes: text('1'), onlyIf: 'absent' })).toBe('written');
    expect(await store.put(owner, place, { bytes: text('2'), onlyIf: 'absent' })).toBe('conflict');
    const before = await store.head(owner, place);
    expect(await store.put(owner, place, { bytes: text('3'), onlyIf: { etag: before?.etag ?? '' } })).toBe('written');
    expect(await store.put(owner, place, { bytes: text('4'), onlyIf: { etag: before?.etag ?? '' } })).toBe('conflict');
    expect(await read(store, place)).toBe('3');
    const none: ObjectPlace = { kind: 'upload', id: 'none' };
    expect(await store.put(owner, none, { bytes: text('5'), onlyIf: { etag: '"x"' } })).toBe('conflict');
  });

  test('lists the objects of one owner and kind by their ids', async () => {
    const store = storeOf();
    for (const id of ['u2.1', 'u1.2', 'u1.1']) await store.put(owner, { kind: 'part', id }, { bytes: text(id) });
    await store.put('project-0Abc0000000', { kind: 'part', id: 'u1.3' }, { bytes: text('x') });
    const idsOf = async (prefix?: string): Promise<string[]> => {
      const { objects } = await store.list(owner, { kind: 'part', ...(prefix !== undefined && { prefix }) });
      return objects.map(({ id, bytes }) => `${id} ${bytes}`);
    };
    expect(await idsOf()).toEqual(['u1.1 4', 'u1.2 4', 'u2.1 4']);
    expect(await idsOf('u1.')).toEqual(['u1.1 4', 'u1.2 4']);
    expect(await store.list('caller-nobody', { kind: 'part' })).toEqual({ objects: [] });
  });

  test('deletes objects, whether or not they are there', async () => {
    const store = storeOf();
    await store.put(owner, file('gone'), { bytes: text('x') });
    await store.remove(owner, [file('gone'), file('never')]);
    expect(await store.head(owner, file('gone'))).toBeUndefined();
  });

  test('copies an object', async () => {
    const store = storeOf();
    await store.put(owner, { kind: 'staging', id: 's' }, { bytes: text('copied') });
    expect(await store.copy(owner, { from: { kind: 'staging', id: 's' }, to: file('copy') })).toBe(true);
    expect(await read(store, file('copy'))).toBe('copied');
  });

  test('writes nothing of a stream that ends early, and rejects with the reason', async () => {
    const store = storeOf();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(Buffer.alloc(9 * 1024 * 1024));
      throw new Error('the sum is wrong');
    }
    await expect(store.putStream(owner, file('broken'), { body: broken() })).rejects.toThrow('the sum is wrong');
    expect(await store.head(owner, file('broken'))).toBeUndefined();
  });

  test.each([
    ['no bytes', 0],
    ['less than a part', 1_000],
    ['a part and a rest', 8 * 1024 * 1024 + 3],
  ])('writes a stream of %s', async (_what, size) => {
    const store = storeOf();
    const bytes = Buffer.alloc(size, 'abcdefghijk');
    await store.putStream(owner, file('stream'), { body: pieces(bytes.subarray(0, 999), bytes.subarray(999)) });
    const sha256 = (value: Buffer | string): string => createHash('sha256').update(value).digest('hex');
    expect(sha256((await read(store, file('stream'))) ?? 'none')).toBe(sha256(bytes));
  });
});

describe('a store in S3', () => {
  test('signs downloads that need no credentials and name the file', async () => {
    await s3.store.put(owner, file('signed'), { bytes: text('signed bytes') });
    const disposition = 'attachment; filename="a.txt"';
    const { url } = await s3.store.signGet(owner, {
      ...file('signed'),
      seconds: 60,
      disposition,
      contentType: 'application/octet-stream',
    });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, 'signed bytes']);
    expect(response.headers.get('content-disposition')).toBe(disposition);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect((await fetch(url.replace('/signed?', '/other?'))).status).toBe(403);
  });

  test('signs an upload of exactly these bytes, to where nothing is', async () => {
    const bytes = text('exactly this');
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    const place: ObjectPlace = { kind: 'staging', id: 'put' };
    const { url, headers } = await s3.store.signPut(owner, { ...place, seconds: 60, bytes: bytes.length, sha256 });
    expect(headers).toEqual({ 'content-length': '12', 'if-none-match': '*', 'x-amz-checksum-sha256': sha256 });
    const send = async (body: Buffer<ArrayBuffer>, changed: Record<string, string> = {}): Promise<number> => {
      const response = await fetch(url, { method: 'PUT', body, headers: { ...headers, ...changed } });
      await response.text();
      return response.status;
    };
    expect(await send(text('exactly that'))).toBe(400);
    expect(await send(text('shorter'), { 'content-length': '7' })).toBe(403);
    expect(await send(bytes, { 'if-none-match': '' })).toBe(403);
    expect(await s3.store.head(owner, place)).toBeUndefined();
    expect(await send(bytes)).toBe(200);
    expect(await send(bytes)).toBe(412);
  });

  test.each<[string, string, () => Promise<unknown>]>([
    ['a write', 'PutObject', () => s3.store.put(owner, file('x'), { bytes: text('x') })],
    ['a read', 'GetObject', () => s3.store.get(owner, file('x'))],
    ['a list', 'ListObjectsV2', () => s3.store.list(owner, { kind: 'file' })],
    ['a deletion', 'DeleteObject', () => s3.store.remove(owner, [file('x')])],
  ])('is a 503 that names nothing where S3 refuses %s, and a line of the log', async (_what, operation, run) => {
    s3.fault = () => ({ error: new S3Error('InvalidAccessKeyId', `The key of ${owner} is not known`) });
    const refusal = { status: 503, code: 'storage_unavailable', message: expect.not.stringContaining(owner) };
    await expect(run()).rejects.toMatchObject(refusal);
    expect(s3.lines).toEqual([{ problem: 'InvalidAccessKeyId', operation }]);
  });

  test('ends a download that breaks in the middle', async () => {
    await s3.store.put(owner, file('cut'), { bytes: Buffer.alloc(300_000) });
    s3.fault = () => ({ cutsAfter: 100_000 });
    await expect(read(s3.store, file('cut'))).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  test('ends a download in which S3 falls silent, after what had come', async () => {
    const impatient = await simulatedStore({ idleTimeoutMs: 1 });
    try {
      await impatient.store.put(owner, file('silent'), { bytes: Buffer.alloc(300_000) });
      impatient.fault = () => ({ stallsAfter: 100_000 });
      const found = await impatient.store.get(owner, file('silent'));
      let size = 0;
      const reading = async (): Promise<void> => {
        for await (const chunk of found?.body ?? []) size += chunk.length;
      };
      await expect(reading()).rejects.toMatchObject({ status: 503, code: 'storage_unavailable' });
      expect(impatient.lines).toEqual([{ problem: 'Stalled', operation: 'GetObject' }]);
      expect(size).toBeLessThanOrEqual(100_000);
    } finally {
      await impatient.close();
    }
  });

  test('waits 20 seconds for S3 where nothing else is said', async () => {
    await s3.store.put(owner, file('patient'), { bytes: text('x') });
    const timers = vi.spyOn(globalThis, 'setTimeout');
    try {
      expect(await read(s3.store, file('patient'))).toBe('x');
      expect(timers.mock.calls.map(([, ms]) => ms)).toContain(20_000);
    } finally {
      timers.mockRestore();
    }
  });

  test('leaves no parts of an upload that fails', async () => {
    s3.fault = ({ operation }) =>
      operation === 'CompleteMultipartUpload' ? { error: new S3Error('InvalidPart', 'no') } : undefined;
    const body = pieces(Buffer.alloc(9 * 1024 * 1024));
    await expect(s3.store.putStream(owner, file('failed'), { body })).rejects.toMatchObject({ status: 503 });
    expect(s3.calls.at(-1)).toBe('AbortMultipartUpload');
    expect(await s3.store.head(owner, file('failed'))).toBeUndefined();
  });
});
