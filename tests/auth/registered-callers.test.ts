import { createHash } from 'node:crypto';
import { inActiveProject } from '../../function/auth/active-project.ts';
import type { Token } from '../../function/auth/authenticate.ts';
import type { FindProject } from '../../function/auth/projects.ts';
import { registeredCallers } from '../../function/auth/registered-callers.ts';
import { shortTermKey } from './keys.ts';

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

test('a registered token that is a short-term Bedrock key is refused from its end on, however often it was used before', () => {
  const text = shortTermKey({ account: '123456789012', region: 'us-east-1' });
  const hashed = createHash('sha256').update(text).digest('hex');
  const listed = registeredCallers([{ id: 'batch', sha256: hashed }]);
  const use = (at: number) => listed.authenticate({ text, sha256: hashed }, at);
  const end = Date.UTC(2026, 10, 20, 11);
  const fields = { account: '123456789012', keyRegion: 'us-east-1', bedrock: { kind: 'bearer', token: text } };
  expect(use(end - 2)).toMatchObject(fields);
  expect(use(end - 1)).toMatchObject(fields);
  expect(() => use(end)).toThrow('expired at 2026-11-20T11:00:00.000Z');
  expect(use(end - 1)).toMatchObject(fields);
});

test('each registered caller has the account of their own key', () => {
  const texts = ['111111111111', '222222222222'].map((account) => shortTermKey({ account }));
  const tokens = texts.map((text): Token => ({ text, sha256: createHash('sha256').update(text).digest('hex') }));
  const listed = registeredCallers(tokens.map(({ sha256: each }, at) => ({ id: `app-${at}`, sha256: each })));
  const callers = [...tokens, ...tokens].map((each) => listed.authenticate(each, Date.UTC(2026, 10, 20, 10)));
  const [one, two] = [{ account: '111111111111' }, { account: '222222222222' }];
  expect(callers).toMatchObject([one, two, one, two]);
});

test('a caller without a project is known at once', () => {
  expect(identify(undefined)).toEqual({ id: 'batch', method: 'registered', isProven: true, cacheKey: sha256 });
});

test('a caller with a project is never let in where nobody knows projects', () => {
  const listed = registeredCallers([{ id: 'batch', sha256, project: 'proj_ActiveActive' }]);
  expect(() => listed.authenticate(token, 0)).toThrow('without projects');
});
