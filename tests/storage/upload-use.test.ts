import { removeFile } from '../../function/storage/files.ts';
import { cancelUpload } from '../../function/storage/uploads.ts';
import { memoryStore } from '../support/memory-store.ts';
import { add, begin, complete, ownerAt, placesOf } from './upload-fixture.ts';

const owner = 'caller-a';
const minutes = (count: number): number => count * 60_000;

function setUp(settings: Parameters<typeof ownerAt>[2] = {}) {
  const store = memoryStore();
  const at = ownerAt(store, owner, { maxFileMegabytes: 5, maxOwnerMegabytes: 10, maxOwnerFiles: 3, ...settings });
  const claim = (bytes: number, files = 1) => at.storage().bounds.claim(owner, { files, bytes, param: 'file' });
  /** Lets the bounds see what other environments have stored. */
  const recount = () => at.storage().bounds.forget(owner);
  return { store, at, claim, recount };
}

const full = { status: 413, code: 'storage_full' };

test('a pending upload takes the bytes that it was created for, whatever of them is there', async () => {
  const { at, claim, recount, store } = setUp();
  const { upload } = await begin(at, { bytes: 5_000_000 });
  recount();
  await expect(claim(5_000_001, 0)).rejects.toMatchObject({ code: 'file_too_large' });
  await claim(5_000_000, 0);
  await expect(claim(1, 0)).rejects.toMatchObject(full);
  recount();
  await add(at, upload.id, Buffer.alloc(4_000_000));
  store.write(`${owner}/staging/${upload.id}`, Buffer.alloc(1_000_000));
  recount();
  await claim(5_000_000, 0);
});

test('parts beyond what the upload was created for are counted as they come', async () => {
  const { at, claim, recount } = setUp();
  const { upload } = await begin(at, { bytes: 3_000_000 });
  await add(at, upload.id, Buffer.alloc(2_000_000));
  // Half of it has been claimed with the upload.
  await add(at, upload.id, Buffer.alloc(2_000_000));
  await add(at, upload.id, Buffer.alloc(4_000_000));
  const last = add(at, upload.id, Buffer.alloc(2_000_001));
  await expect(last).rejects.toMatchObject({ ...full, param: 'data' });
  await add(at, upload.id, Buffer.alloc(2_000_000));
  recount();
  await expect(claim(1, 0)).rejects.toMatchObject(full);
});

test('an upload that is complete takes what its file has', async () => {
  const { at, claim, recount } = setUp();
  const { upload, fileId } = await begin(at, { bytes: 4_000_000 });
  await complete(at, upload.id, [await add(at, upload.id, Buffer.alloc(4_000_000))]);
  recount();
  await claim(5_000_000);
  await expect(claim(1_000_001)).rejects.toMatchObject(full);
  await removeFile(at.storage(), fileId);
  recount();
  await claim(5_000_000);
  await claim(5_000_000);
});

test('uploads that are over count among those that may be begun, until their time is over', async () => {
  const { at } = setUp();
  for (let count = 0; count < 3; count += 1)
    await cancelUpload(at.storage(), (await begin(at, { bytes: 1 })).upload.id);
  await expect(begin(at, { bytes: 1 })).rejects.toMatchObject({
    status: 429,
    code: 'too_many_uploads',
    headers: { 'x-should-retry': 'false' },
  });
  at.now += minutes(70);
  await begin(at, { bytes: 1 });
});

test('what is left of an upload is deleted 70 minutes after it was created', async () => {
  const { at, store, recount, claim } = setUp();
  const { upload, fileId } = await begin(at, { bytes: 5_000_000 });
  await add(at, upload.id, 'abc');
  // Somebody died between the bytes of the file and its record.
  store.write(`${owner}/file/${fileId}`, Buffer.from('abc'));
  at.now += minutes(70) - 1;
  recount();
  await claim(0);
  expect(await placesOf(store, owner)).toHaveLength(4);
  at.now += 1;
  recount();
  await claim(0);
  expect(await placesOf(store, owner)).toEqual([]);
});

test('the file of an upload that is over stays', async () => {
  const { at, store, recount, claim } = setUp();
  const { upload, fileId } = await begin(at, { bytes: 3 });
  const part = await add(at, upload.id, 'abc');
  await complete(at, upload.id, [part]);
  // A try to clear up after it has failed.
  store.write(`${owner}/upload/${upload.id}.3`, Buffer.alloc(0));
  store.write(`${owner}/part/${upload.id}.${part}`, Buffer.from('abc'));
  at.now += minutes(70);
  recount();
  await claim(0);
  expect(await placesOf(store, owner)).toEqual([`file/${fileId} true`, `record/${fileId} true`]);
});

test('much that is left is deleted in pieces, and counts until it is', async () => {
  const { at, store, recount, claim } = setUp({ maxOwnerFiles: 1_000 });
  const { upload } = await begin(at, { bytes: 1 });
  for (let number = 0; number < 300; number += 1)
    store.write(`${owner}/part/${upload.id}.part_${String(number).padStart(22, '0')}`, Buffer.alloc(20_000));
  at.now += minutes(70);
  recount();
  await expect(claim(4_000_001)).rejects.toMatchObject(full);
  expect(await placesOf(store, owner)).toHaveLength(46);
  recount();
  await claim(5_000_000);
  expect(await placesOf(store, owner)).toEqual([]);
});
