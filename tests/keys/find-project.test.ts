import { projectFinder } from '../../function/keys/find-project.ts';
import { itemOf, rulesPlace } from '../../function/keys/items.ts';
import { unavailable } from '../../function/keys/store.ts';
import { fakeTable } from './fake-table.ts';
import { now, project, projectId } from './records.ts';

test.each([
  ['an active project', [project], projectId, { state: 'active', name: 'Search' }],
  [
    'an archived project',
    [{ ...project, state: 'archived' as const }],
    projectId,
    { state: 'archived', name: 'Search' },
  ],
  ['no project', [], projectId, undefined],
  ['text that is no id', [project], `${projectId}#`, undefined],
])('%s is told from others', async (_name, records, id, found) => {
  expect(await projectFinder(fakeTable(records), () => now)(id)).toEqual(found);
});

test('a project is found with its rules and those of the organization', async () => {
  const table = fakeTable([project]);
  const ofProject = { projectId, spendLimit: 500, version: 2 };
  for (const record of [ofProject, { spendLimit: 900, version: 1 }]) {
    const place = rulesPlace('projectId' in record ? projectId : undefined);
    table.items.set(`${place.pk} ${place.sk}`, itemOf(place, record));
  }
  expect(await projectFinder(table, () => now)(projectId)).toEqual({
    state: 'active',
    name: 'Search',
    rules: { project: ofProject, organization: { spendLimit: 900, version: 1 } },
  });
});

test('a project is read once in 60 seconds', async () => {
  const table = fakeTable([project]);
  let at = now;
  const find = projectFinder(table, () => at);
  await find(projectId);
  at += 59_999;
  await find(projectId);
  expect(table.reads).toHaveLength(1);
  at += 1;
  await find(projectId);
  expect(table.reads).toHaveLength(2);
});

test('a table that does not answer is a 503', async () => {
  const table = fakeTable([project]);
  table.before = () => Promise.reject(unavailable());
  await expect(projectFinder(table, () => now)(projectId)).rejects.toMatchObject({ status: 503 });
});
