import { organizationApi, start, type Api } from './api.ts';

let api: Api;

beforeEach(() => {
  api = organizationApi();
});

const admin = `key_${'0'.repeat(35)}1`;

/** The types of the entries that a query finds, and whether there are more. */
async function found(query: string): Promise<unknown[]> {
  const { status, body } = await api.ask(`GET /audit_logs${query}`);
  return status === 200 ? [body.data.map(({ type }: { type: string }) => type), body.has_more] : [body.error.param];
}

test('every change is in the log, with who did it', async () => {
  const { project, account, key, value } = await api.team('a', ['keys.manage']);
  await api.ask(`POST /projects/${project}/service_accounts/${account}`, { role: 'member' }, value);
  await api.ask('POST /admin_api_keys', { name: 'ops' });
  const { data } = (await api.ask('GET /audit_logs')).body;
  const byAdmin = { type: 'api_key', api_key: { id: admin, type: 'user' } };
  const byKey = { type: 'api_key', api_key: { id: key, type: 'service_account', service_account: { id: account } } };
  const id = expect.stringMatching(/^audit_log-[0-9A-Za-z]{12}$/);
  const entry = { id, effective_at: start };
  const ours = { ...entry, project: { id: project } };
  expect(data).toEqual([
    {
      ...entry,
      type: 'api_key.created',
      actor: byAdmin,
      'api_key.created': { id: expect.stringMatching(/^key_0{24}/), data: { scopes: ['admin'] } },
    },
    {
      ...ours,
      type: 'service_account.updated',
      actor: byKey,
      'service_account.updated': { id: account, changes_requested: { role: 'member' } },
    },
    {
      ...ours,
      type: 'api_key.created',
      actor: byAdmin,
      'api_key.created': { id: key, data: { scopes: ['keys.manage'] } },
    },
    {
      ...ours,
      type: 'service_account.created',
      actor: byAdmin,
      'service_account.created': { id: account, data: { role: 'none' } },
    },
    {
      ...ours,
      type: 'project.created',
      actor: byAdmin,
      'project.created': { id: project, data: { name: 'a', title: 'a' } },
    },
  ]);
});

test('it is paged in both directions', async () => {
  await api.team('a');
  const first = (await api.ask('GET /audit_logs?limit=1')).body;
  expect([first.data[0].type, first.has_more]).toEqual(['api_key.created', true]);
  const next = await found(`?limit=2&after=${first.last_id}`);
  expect(next).toEqual([['service_account.created', 'project.created'], false]);
  const last = (await api.ask('GET /audit_logs')).body.last_id;
  expect(await found(`?limit=1&before=${last}`)).toEqual([['service_account.created'], true]);
  expect(await found(`?before=${last}`)).toEqual([['api_key.created', 'service_account.created'], false]);
});

test('it is filtered', async () => {
  const { project, account, key, value } = await api.team('a', ['keys.manage']);
  await api.ask(`POST /projects/${project}/service_accounts/${account}`, { name: 'A' }, value);
  await api.ask('POST /projects', { name: 'b' });
  const all = [
    'project.created',
    'service_account.updated',
    'api_key.created',
    'service_account.created',
    'project.created',
  ];
  const cases: [string, string[]][] = [
    ['event_types[]=project.created', ['project.created', 'project.created']],
    [
      'event_types=project.created&event_types=api_key.created',
      ['project.created', 'api_key.created', 'project.created'],
    ],
    [`project_ids[]=${project}`, all.slice(1)],
    [`actor_ids[]=${key}`, ['service_account.updated']],
    [`actor_ids[]=${account}`, ['service_account.updated']],
    [`actor_ids[]=${account}&actor_ids[]=${admin}`, all],
    [`resource_ids[]=${account}`, ['service_account.updated', 'service_account.created']],
    [`resource_ids[]=${key}`, ['api_key.created']],
    [`effective_at[gte]=${start}&effective_at[lte]=${start}`, all],
    [`effective_at[gt]=${start}`, []],
    [`effective_at[lt]=${start}`, []],
    ['actor_emails[]=a@example.com', []],
    ['tenant_only=true', []],
    ['tenant_only=false', all],
  ];
  for (const [query, types] of cases) expect([query, await found(`?${query}`)]).toEqual([query, [types, false]]);
  expect(await found('?event_types[]=project.created&limit=1')).toEqual([['project.created'], true]);
});

test('a search that its time does not suffice for returns what it has found, or says where to go on', async () => {
  const { keys, adminKey } = api.directory;
  const actor = { keyId: admin.slice('key_'.length), requestId: 'request-1' };
  const { id: oldest } = await keys.createProject('oldest', actor);
  await keys.archiveProject(oldest, actor);
  for (let made = 0; made < 1_000; made += 1) await keys.createProject('p', actor);
  const { id: newest } = await keys.createProject('newest', actor);
  const search = async (query: string) => {
    const headers = { authorization: `Bearer ${adminKey}` };
    const response = await api.open(`/v1/organization/audit_logs?${query}`, { headers, until: 8_000 });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const some = await search(`project_ids[]=proj_${newest}`);
  expect([some.status, some.body.data.length, some.body.has_more]).toEqual([200, 1, true]);
  const { status, body } = await search('event_types[]=project.archived');
  expect([status, body.error.code, body.error.param]).toEqual([400, 'search_incomplete', 'after']);
  const [, cursor] = /send (after=audit_log-\w{12}) with the same filters/.exec(body.error.message) ?? [];
  const rest = (await search(`event_types[]=project.archived&${cursor}`)).body;
  expect(rest.data.map(({ project }: { project: object }) => project)).toEqual([{ id: `proj_${oldest}` }]);
  expect(rest.has_more).toBe(false);
});

test.each([
  ['event_types[]=project.exploded', 'event_types[0]'],
  ['effective_at[gt]=now', 'effective_at.gt'],
  ['effective_at[since]=1', 'effective_at.since'],
  ['effective_at=1', 'effective_at'],
  ['actor=x', 'actor'],
  ['after=audit_log-1', 'after'],
  ['after=proj_000000000001', 'after'],
  ['before=audit_log-1', 'before'],
  ['before=audit_log-000000000001&after=audit_log-000000000001', 'before'],
])('a query %s is refused by the name of %s', async (query, param) => {
  expect(await found(`?${query}`)).toEqual([param]);
});
