import { createdAtOf, fileExpiry, isFileId, newFileId, readFile } from '../../function/storage/files.ts';
import { memoryStore } from '../support/memory-store.ts';

const settings = {
  retentionDays: 30,
  maxFileMegabytes: 512,
  maxOwnerMegabytes: 10_240,
  maxOwnerFiles: 1_000,
  bedrockKeys: false,
  storeByDefault: false,
};

test('ids carry their time and sort by it, and have 89 random bits', () => {
  const now = Date.UTC(2026, 10, 29);
  const ids = [newFileId(now, 'f'.repeat(32)), newFileId(now + 1, '0'.repeat(32))];
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.every(isFileId)).toBe(true);
  expect(ids.map(createdAtOf)).toEqual([now / 1_000, now / 1_000]);
});

test.each([
  [undefined, 30 * 86_400],
  [3_600, 3_600],
  [2_592_000, 2_592_000],
  [2_592_001, 2_592_000],
])('a file that is to end after %s seconds ends after %i', (asked, seconds) => {
  expect(fileExpiry(1_000, settings, asked)).toBe(1_000 + seconds);
});

test('a file whose record is gone does not exist, even if its bytes stay', async () => {
  const store = memoryStore();
  const id = `file-${'0'.repeat(22)}`;
  store.write(`caller-a/file/${id}`, Buffer.from('x'));
  await expect(readFile({ store, owner: 'caller-a', now: 0 }, id)).rejects.toMatchObject({ status: 404 });
});
