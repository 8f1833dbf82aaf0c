import { organizationApi, start, type Api } from './api.ts';

let api: Api;

beforeEach(() => {
  api = organizationApi();
});

test('a project is created, shown, renamed and archived', async () => {
  const { ask } = api;
  const created = await ask('POST /projects', { name: 'Search', residency: null, external_key_id: null });
  const { id } = created.body;
  const project = {
    object: 'organization.project',
    id,
    name: 'Search',
    created_at: start,
    archived_at: null,
    status: 'active',
  };
  expect(id).toMatch(/^proj_[0-9A-Za-z]{12}$/);
  expect([created.status, created.body]).toEqual([200, project]);
  expect((await ask(`GET /projects/${id}`)).body).toEqual(project);
  expect((await ask(`POST /projects/${id}`, {})).body).toEqual(project);
  expect((await ask(`POST /projects/${id}`, { name: null })).body).toEqual(project);
  expect((await ask(`POST /projects/${id}`, { name: 'Find' })).body).toEqual({ ...project, name: 'Find' });
  const archived = { ...project, name: 'Find', archived_at: start, status: 'archived' };
  expect((await ask(`POST /projects/${id}/archive`)).body).toEqual(archived);
  expect((await ask(`POST /projects/${id}/archive`)).body).toEqual(archived);
  expect((await ask(`POST /projects/${id}`, { name: 'Back' })).body.error).toMatchObject({ code: 'project_archived' });
  expect((await api.directory.keys.audit({ limit: 9, order: 'asc' })).items.map(({ type }) => type)).toEqual([
    'project.created',
    'project.updated',
    'project.archived',
  ]);
});

test('projects are listed in pages, archived ones on demand', async () => {
  const { ask } = api;
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) ids.push((await ask('POST /projects', { name })).body.id);
  const [a, b, c] = ids;
  const pageOf = async (query: string) => {
    const { data, ...page } = (await ask(`GET /projects${query}`)).body;
    return { ids: data.map(({ id }: { id: string }) => id), ...page };
  };
  expect(await pageOf('')).toEqual({ object: 'list', ids: [a, b, c], first_id: a, last_id: c, has_more: false });
  expect(await pageOf('?limit=2')).toEqual({ object: 'list', ids: [a, b], first_id: a, last_id: b, has_more: true });
  expect(await pageOf(`?limit=2&after=${b}`)).toMatchObject({ ids: [c], has_more: false });
  await ask(`POST /projects/${a}/archive`);
  expect(await pageOf('')).toMatchObject({ ids: [b, c] });
  expect(await pageOf('?include_archived=false')).toMatchObject({ ids: [b, c] });
  expect(await pageOf('?include_archived=true')).toMatchObject({ ids: [a, b, c] });
  const empty = await pageOf(`?after=${c}`);
  expect(empty).toEqual({ object: 'list', ids: [], first_id: null, last_id: null, has_more: false });
});

test.each([
  ['POST /projects', {}, 'missing_required_parameter', 'name'],
  ['POST /projects', { name: '' }, 'string_below_min_length', 'name'],
  ['POST /projects', { name: 'x'.repeat(257) }, 'string_above_max_length', 'name'],
  ['POST /projects', { name: 5 }, 'invalid_type', 'name'],
  ['POST /projects', { name: 'a\nb' }, 'invalid_value', 'name'],
  ['POST /projects', { name: 'a\ud800' }, 'invalid_value', 'name'],
  ['POST /projects', { name: ' ' }, 'invalid_value', 'name'],
  ['POST /projects', { name: 'a', titel: 'b' }, 'unknown_parameter', 'titel'],
  ['POST /projects', { name: 'a', residency: 'EU_STORAGE_PROCESSING' }, 'unsupported_parameter', 'residency'],
  ['POST /projects', { name: 'a', residency: 'MARS' }, 'invalid_value', 'residency'],
  ['POST /projects', { name: 'a', external_key_id: 'k' }, 'unsupported_parameter', 'external_key_id'],
  ['POST /projects?name=a', { name: 'a' }, 'unknown_parameter', 'name'],
  ['GET /projects?limit=0', undefined, 'integer_below_min_value', 'limit'],
  ['GET /projects?limit=101', undefined, 'integer_above_max_value', 'limit'],
  ['GET /projects?limit=many', undefined, 'invalid_type', 'limit'],
  ['GET /projects?limit=1&limit=2', undefined, 'invalid_type', 'limit'],
  ['GET /projects?limit[]=1', undefined, 'unknown_parameter', 'limit[]'],
  ['GET /projects?include_archived=1', undefined, 'invalid_type', 'include_archived'],
  ['GET /projects?order=desc', undefined, 'unknown_parameter', 'order'],
  ['GET /projects?__proto__=1', undefined, 'unknown_parameter', '__proto__'],
  ['GET /projects?after=proj_000000000000', undefined, 'invalid_cursor', 'after'],
  ['GET /projects?after=proj_zzzzzzzzzzzz', undefined, 'invalid_cursor', 'after'],
  ['GET /projects?after=svc_acct_zzzzzzzzzzzz', undefined, 'invalid_cursor', 'after'],
] as const)('%s %j is a 400 %s of %s', async (operation, body, code, param) => {
  const { status, body: answer } = await api.ask(operation, body);
  expect([status, answer.error]).toEqual([
    400,
    { message: expect.any(String), type: 'invalid_request_error', param, code },
  ]);
});

test('a parameter that a client writes for null has no value', async () => {
  expect((await api.ask('GET /projects?after=&limit=')).status).toBe(200);
});
