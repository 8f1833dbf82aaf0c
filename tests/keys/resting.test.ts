import { unavailable } from '../../function/keys/store.ts';
import { resting } from '../../function/keys/resting.ts';
import { fakeTable } from './fake-table.ts';
import { now, project, projectId } from './records.ts';

const places = [{ pk: 'organization', sk: `project#${projectId}` }];

test('a table that has failed is not asked for a second, and then again', async () => {
  const table = fakeTable([project]);
  let at = now;
  const { read } = resting(table, () => at);
  expect(await read(places)).toHaveLength(1);
  table.before = () => Promise.reject(unavailable());
  const refused = { status: 503, code: 'key_store_unavailable', headers: { 'retry-after': '1' } };
  await expect(read(places)).rejects.toMatchObject(refused);
  table.before = () => Promise.resolve();
  at += 999;
  await expect(read(places)).rejects.toMatchObject(refused);
  expect(table.reads).toHaveLength(2);
  at += 1;
  expect(await read(places)).toHaveLength(1);
});

test('a clock that was set back does not make the rest longer', async () => {
  const table = fakeTable([project]);
  let at = now;
  const { read } = resting(table, () => at);
  table.before = () => Promise.reject(unavailable());
  await expect(read(places)).rejects.toMatchObject({ status: 503 });
  table.before = () => Promise.resolve();
  at -= 1;
  expect(await read(places)).toHaveLength(1);
});
