import { organizationApi, start, type Api } from './api.ts';

let api: Api;
let project: string;

beforeEach(async () => {
  api = organizationApi();
  project = (await api.ask('POST /projects', { name: 'Search' })).body.id;
});

test('a service account comes with a key, which is shown once', async () => {
  const { status, headers, body } = await api.ask(`POST /projects/${project}/service_accounts`, {
    name: 'crawler',
    scopes: ['inference'],
    expires_in_seconds: 60,
  });
  const { id, api_key: key, ...account } = body;
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(id).toMatch(/^svc_acct_[0-9A-Za-z]{12}$/);
  const object = 'organization.project.service_account';
  expect(account).toEqual({ object, name: 'crawler', role: 'member', created_at: start });
  expect(key).toEqual({
    object: 'organization.project.service_account.api_key',
    id: expect.stringMatching(/^key_[0-9A-Za-z]{36}$/),
    name: 'Secret Key',
    value: expect.stringMatching(/^sk-test-[0-9A-Za-z]{36}-[0-9A-Za-z]{43}$/),
    created_at: start,
    expires_at: start + 60,
  });
  expect((await api.ask('GET /v1/whoami', undefined, key.value)).body).toMatchObject({
    project_id: project,
    scopes: ['inference'],
    expires_at: start + 60,
  });
  const shown = await api.ask(`GET /projects/${project}/api_keys/${key.id}`);
  expect(JSON.stringify(shown.body)).not.toContain(key.value.slice(-43));
});

test('an account without a key is renamed, gets another role, and is deleted', async () => {
  const path = `/projects/${project}/service_accounts`;
  const only = { name: 'bot', create_service_account_only: true, expires_in_seconds: null };
  const { api_key: key, ...account } = (await api.ask(`POST ${path}`, only)).body;
  const one = `${path}/${account.id}`;
  expect([key, account.role]).toEqual([null, 'none']);
  expect((await api.ask(`GET ${one}`)).body).toEqual(account);
  expect((await api.ask(`POST ${one}`, {})).body).toEqual(account);
  expect((await api.ask(`POST ${one}`, { name: 'Bot' })).body).toEqual({ ...account, name: 'Bot' });
  expect((await api.ask(`POST ${one}`, { role: 'owner' })).body).toEqual({ ...account, name: 'Bot', role: 'owner' });
  expect((await api.ask(`GET ${path}`)).body).toMatchObject({ data: [{ id: account.id }], has_more: false });
  expect((await api.ask(`DELETE ${one}`)).body).toEqual({
    object: 'organization.project.service_account.deleted',
    id: account.id,
    deleted: true,
  });
  for (const method of ['GET', 'POST', 'DELETE'])
    expect((await api.ask(`${method} ${one}`)).body.error).toMatchObject({ code: 'not_found' });
  expect((await api.ask(`GET ${path}`)).body.data).toEqual([]);
});

test('the keys of a deleted account are gone with it', async () => {
  const { account, key, value, project: own } = await api.team('a');
  await api.ask(`DELETE /projects/${own}/service_accounts/${account}`);
  expect((await api.ask('GET /v1/whoami', undefined, value)).status).toBe(401);
  for (const access of ['', '?owner_project_access=inactive', '?owner_project_access=any'])
    expect((await api.ask(`GET /projects/${own}/api_keys${access}`)).body).toMatchObject({ data: [], has_more: false });
  const one = `/projects/${own}/api_keys/${key}`;
  for (const operation of [`GET ${one}`, `POST ${one}`, `POST ${one}/rotate`, `DELETE ${one}`])
    expect([operation, (await api.ask(operation)).status]).toEqual([operation, 404]);
});

test('no account is left where its key cannot be made', async () => {
  const { keys } = api.directory;
  keys.createKey = () => Promise.reject(new Error('the user pool is down'));
  const made = await api.ask(`POST /projects/${project}/service_accounts`, { name: 'bot' });
  expect([made.status, made.body.error.code]).toEqual([500, 'internal_error']);
  expect((await api.ask(`GET /projects/${project}/service_accounts`)).body.data).toEqual([]);
});

test('nothing is created in an archived project, but what is there can be deleted', async () => {
  const team = await api.team('a');
  const path = `/projects/${team.project}`;
  await api.ask(`POST ${path}/archive`);
  const archived = { status: 400, body: { error: { code: 'project_archived' } } };
  const account = `${path}/service_accounts/${team.account}`;
  for (const operation of [
    `POST ${path}/service_accounts`,
    `POST ${account}`,
    `POST ${account}/api_keys`,
    `POST ${path}/api_keys/${team.key}`,
    `POST ${path}/api_keys/${team.key}/rotate`,
  ]) {
    const named = operation.endsWith('service_accounts') ? { name: 'x' } : {};
    expect(await api.ask(operation, named)).toMatchObject(archived);
  }
  expect((await api.ask(`GET ${path}/service_accounts`)).body.data).toHaveLength(1);
  const listed = async (access: string) =>
    (await api.ask(`GET ${path}/api_keys?owner_project_access=${access}`)).body.data.map(
      (each: { owner_project_access: string }) => each.owner_project_access,
    );
  expect(await listed('active')).toEqual([]);
  expect(await listed('inactive')).toEqual(['inactive']);
  expect(await listed('any')).toEqual(['inactive']);
  expect((await api.ask(`DELETE ${path}/api_keys/${team.key}`)).status).toBe(200);
  expect((await api.ask(`DELETE ${account}`)).status).toBe(200);
});

test.each([
  [{ name: 'x', create_service_account_only: true, scopes: ['inference'] }, 'invalid_value', 'scopes'],
  [{ name: 'x', create_service_account_only: true, expires_in_seconds: 5 }, 'invalid_value', 'expires_in_seconds'],
  [{ name: 'x', expires_in_seconds: 0 }, 'integer_below_min_value', 'expires_in_seconds'],
  [{ name: 'x', expires_in_seconds: 1.5 }, 'invalid_type', 'expires_in_seconds'],
  [{ name: 'x', expires_in_seconds: '60' }, 'invalid_type', 'expires_in_seconds'],
  [{ name: 'x', expires_in: 60 }, 'unknown_parameter', 'expires_in'],
  [{ name: 'x', expires_at: start }, 'invalid_value', 'expires_at'],
  [{ name: 'x', expires_at: start + 9, expires_in_seconds: 9 }, 'invalid_value', 'expires_at'],
  [{ name: 'x', scopes: ['inference', 'admin'] }, 'invalid_value', 'scopes[1]'],
  [{ name: 'x', scopes: 'inference' }, 'invalid_type', 'scopes'],
  [{ name: 'x', role: 'owner' }, 'unknown_parameter', 'role'],
])('an account of %j is a 400 %s of %s, and is not created', async (body, code, param) => {
  const path = `/projects/${project}/service_accounts`;
  const { status, body: answer } = await api.ask(`POST ${path}`, body);
  expect([status, answer.error]).toMatchObject([400, { code, param }]);
  expect((await api.ask(`GET ${path}`)).body.data).toEqual([]);
});
