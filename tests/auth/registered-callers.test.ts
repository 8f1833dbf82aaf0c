import { createHash } from 'node:crypto';
import { inActiveProject } from '../../function/auth/active-project.ts';
import type { Token } from '../../function/auth/authenticate.ts';
import type { FindProject } from '../../function/auth/projects.ts';
import { registeredCallers } from '../../function/auth/registered-callers.ts';

const sha256 = createHash('sha256').update('secret').digest('hex');
const token: Token = { text: 'secret', sha256 };
const rules = { project: { rateLimits: { fast: { requestsPerMinute: 3 } } } };
const projects: Record<string, Awaited<ReturnType<FindProject>>> = {
  ActiveActive: { state: 'active', name: 'search', rules },
  ArchivedArch: { state: 'archived', name: 'old' },
};
const finder = (id = '') => Promise.resolve(projects[id]);

function identify(project: string | undefined) {
  const caller = { id: 'batch', sha256, ...(project !== undefined && { project: `proj_${project}` }) };
  return registeredCallers([caller], (found) => inActiveProject(found, finder(found.project))).authenticate(token, 0);
}

test('a registered caller with a project has its rules', async () => {
  await expect(identify('ActiveActive')).resolves.toEqual({
    id: 'batch',
    method: 'registered',
    isProven: true,
    project: 'ActiveActive',
    projectName: 'search',
    rules,
    cacheKey: sha256,
  });
});

test.each(['ArchivedArch', 'UnknownUnkno'])(
  'a caller of the project %s, which is not active, is refused',
  async (id) => {
    await expect(identify(id)).rejects.toMatchObject({ status: 403, code: 'project_not_active' });
  },
);

test('a caller without a project is known at once', () => {
  expect(identify(undefined)).toEqual({ id: 'batch', method: 'registered', isProven: true, cacheKey: sha256 });
});

test('a caller with a project is never let in where nobody knows projects', () => {
  const listed = registeredCallers([{ id: 'batch', sha256, project: 'proj_ActiveActive' }]);
  expect(() => listed.authenticate(token, 0)).toThrow('without projects');
});
