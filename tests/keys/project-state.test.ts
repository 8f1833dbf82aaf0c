import { projectStates } from '../../function/keys/project-state.ts';
import { unavailable } from '../../function/keys/store.ts';
import { fakeTable } from './fake-table.ts';
import { now, project, projectId } from './records.ts';

test.each([
  ['an active project', [project], projectId, 'active'],
  ['an archived project', [{ ...project, state: 'archived' as const }], projectId, 'archived'],
  ['no project', [], projectId, 'unknown'],
  ['text that is no id', [project], `${projectId}#`, 'unknown'],
])('%s is told from others', async (_name, records, id, state) => {
  expect(await projectStates(fakeTable(records), () => now)(id)).toBe(state);
});

test('a state is read once in 60 seconds', async () => {
  const table = fakeTable([project]);
  let at = now;
  const state = projectStates(table, () => at);
  await state(projectId);
  at += 59_999;
  await state(projectId);
  expect(table.reads).toHaveLength(1);
  at += 1;
  await state(projectId);
  expect(table.reads).toHaveLength(2);
});

test('a table that does not answer is a 503', async () => {
  const table = fakeTable([project]);
  table.before = () => Promise.reject(unavailable());
  await expect(projectStates(table, () => now)(projectId)).rejects.toMatchObject({ status: 503 });
});
