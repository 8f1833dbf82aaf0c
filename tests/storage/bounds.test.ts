import { createBounds } from '../../function/storage/bounds.ts';
import { memoryStore } from '../support/memory-store.ts';

const owner = 'caller-a';
const settings = {
  retentionDays: 30,
  maxFileMegabytes: 2,
  maxOwnerMegabytes: 3,
  maxOwnerFiles: 3,
  bedrockKeys: false,
  storeByDefault: false,
};

function setUp() {
  let at = 0;
  const store = memoryStore();
  const bounds = createBounds(store, settings, () => at);
  const claim = (bytes: number, files = 1) => bounds.claim(owner, { files, bytes, param: 'file' });
  return { store, bounds, claim, pass: (ms: number) => (at += ms) };
}

test('one file of exactly the limit is taken, and none of one byte more', async () => {
  const { claim } = setUp();
  await claim(2_000_000);
  await expect(claim(2_000_001)).rejects.toMatchObject({ status: 413, code: 'file_too_large' });
});

test('all files together may have exactly the limit, what is on its way included', async () => {
  const { claim, store } = setUp();
  store.write(`${owner}/part/u.1`, Buffer.alloc(500_000));
  store.write(`${owner}/staging/u`, Buffer.alloc(500_000));
  store.write('caller-b/file/file-1', Buffer.alloc(3_000_000));
  await claim(1_999_999);
  await claim(1);
  await expect(claim(1)).rejects.toMatchObject({ status: 413, code: 'storage_full' });
});

test('there may be so many files, and a 429 for one more is not worth another try', async () => {
  const { claim } = setUp();
  for (const bytes of [0, 1, 2]) await claim(bytes);
  await expect(claim(0)).rejects.toMatchObject({
    status: 429,
    code: 'too_many_files',
    headers: { 'x-should-retry': 'false' },
  });
  // A part of an upload is no file yet.
  await claim(1, 0);
});

test('what other environments store is noticed after ten seconds', async () => {
  const { claim, store, pass } = setUp();
  await claim(0);
  for (const id of ['1', '2', '3']) store.write(`${owner}/file/file-${id}`, Buffer.alloc(1));
  pass(9_999);
  await claim(0);
  pass(1);
  await expect(claim(0)).rejects.toMatchObject({ status: 429 });
});

test('what was deleted makes room at once', async () => {
  const { claim, bounds } = setUp();
  await claim(2_000_000);
  await expect(claim(2_000_000)).rejects.toMatchObject({ status: 413 });
  bounds.forget(owner);
  await claim(2_000_000);
});
