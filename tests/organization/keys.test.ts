import { organizationApi, start, type Api } from './api.ts';

let api: Api;

beforeEach(() => {
  api = organizationApi();
});

test('a key is shown, updated and deleted', async () => {
  const { project, account, key, value } = await api.team('search');
  const one = `/projects/${project}/api_keys/${key}`;
  const shown = {
    object: 'organization.project.api_key',
    id: key,
    name: 'search',
    redacted_value: `sk-test…${value.slice(-4)}`,
    created_at: start,
    expires_at: null,
    last_used_at: null,
    scopes: ['inference', 'models.read'],
    owner_project_access: 'active',
    owner: {
      type: 'service_account',
      service_account: { id: account, name: 'search', role: 'none', created_at: start },
    },
  };
  expect((await api.ask(`GET ${one}`)).body).toEqual(shown);
  expect((await api.ask(`GET /projects/${project}/api_keys`)).body).toEqual({
    object: 'list',
    data: [shown],
    first_id: key,
    last_id: key,
    has_more: false,
  });
  expect((await api.ask(`POST ${one}`, {})).body).toEqual(shown);
  const scopes = ['keys.manage', 'inference'];
  expect((await api.ask(`POST ${one}`, { scopes: [...scopes, 'inference'] })).body).toEqual({ ...shown, scopes });
  expect((await api.ask(`POST ${one}`, { scopes: [], expires_in_seconds: 5 })).body).toEqual({
    ...shown,
    expires_at: start + 5,
  });
  const deleted = { object: 'organization.project.api_key.deleted', id: key, deleted: true };
  expect((await api.ask(`DELETE ${one}`)).body).toEqual(deleted);
  for (const operation of [`GET ${one}`, `POST ${one}`, `POST ${one}/rotate`, `DELETE ${one}`])
    expect(await api.ask(operation)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  expect((await api.ask('GET /v1/whoami', undefined, value)).status).toBe(401);
});

test('a rotated key has another secret under its id', async () => {
  const { project, key, value } = await api.team('search');
  const { status, headers, body } = await api.ask(`POST /projects/${project}/api_keys/${key}/rotate`, {
    grace_seconds: 60,
  });
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(body).toMatchObject({ object: 'organization.project.api_key', id: key });
  expect(body.value).not.toBe(value);
  expect(body.redacted_value).toBe(`sk-test…${body.value.slice(-4)}`);
  expect(await api.directory.keys.key(key.slice('key_'.length))).toMatchObject({ previous: { until: start + 60 } });
  expect((await api.ask('GET /v1/whoami', undefined, body.value)).status).toBe(200);
});

test('the pages of a list are full though some keys do not show', async () => {
  const { project } = await api.team('a');
  const accounts = `/projects/${project}/service_accounts`;
  const made: { account: string; key: string }[] = [];
  for (const name of ['b', 'c', 'd', 'e']) {
    const { id, api_key: key } = (await api.ask(`POST ${accounts}`, { name })).body;
    made.push({ account: id, key: key.id });
  }
  await api.ask(`DELETE ${accounts}/${made[1]?.account}`);
  await api.ask(`DELETE ${accounts}/${made[3]?.account}`);
  const first = (await api.ask(`GET /projects/${project}/api_keys?limit=1`)).body;
  expect(first.has_more).toBe(true);
  const second = (await api.ask(`GET /projects/${project}/api_keys?limit=2&after=${first.last_id}`)).body;
  expect(second).toMatchObject({ first_id: made[0]?.key, last_id: made[2]?.key, has_more: false });
});

test('an expired key is not brought back', async () => {
  const { project, key } = await api.team('a', [], start + 5);
  api.directory.change(key.slice('key_'.length), { expiresAt: start });
  const one = `/projects/${project}/api_keys/${key}`;
  for (const operation of [`POST ${one}`, `POST ${one}/rotate`])
    expect(await api.ask(operation, {})).toMatchObject({ status: 400, body: { error: { code: 'api_key_expired' } } });
});

test.each([
  ['', { scopes: ['usage.write'] }, 'invalid_value', 'scopes[0]'],
  ['', { expires_in_seconds: null }, 'invalid_type', 'expires_in_seconds'],
  ['', { expires_at: start + 9 }, 'unknown_parameter', 'expires_at'],
  ['', { name: 'x' }, 'unknown_parameter', 'name'],
  ['/rotate', { grace_seconds: 86_401 }, 'integer_above_max_value', 'grace_seconds'],
  ['/rotate', { grace_seconds: -1 }, 'integer_below_min_value', 'grace_seconds'],
  ['/rotate', { grace: 5 }, 'unknown_parameter', 'grace'],
])('to change a key%s by %j is a 400 %s of %s', async (suffix, body, code, param) => {
  const { project, key } = await api.team('search');
  const { status, body: answer } = await api.ask(`POST /projects/${project}/api_keys/${key}${suffix}`, body);
  expect([status, answer.error]).toMatchObject([400, { code, param }]);
});

test('admin keys are created, listed, shown and deleted', async () => {
  const { ask, directory } = api;
  const { value, ...key } = (await ask('POST /admin_api_keys', { name: 'ops', expires_in_seconds: 60 })).body;
  expect(key).toEqual({
    object: 'organization.admin_api_key',
    id: expect.stringMatching(/^key_0{24}[0-9A-Za-z]{12}$/),
    name: 'ops',
    redacted_value: `sk-test…${value.slice(-4)}`,
    created_at: start,
    expires_at: start + 60,
    last_used_at: null,
    owner: {
      type: 'user',
      object: 'organization.user',
      id: 'organization',
      name: 'organization',
      role: 'owner',
      created_at: start,
    },
  });
  const first = `key_${'0'.repeat(35)}1`;
  const list = (await ask('GET /admin_api_keys', undefined, value)).body;
  expect(list).toMatchObject({ first_id: first, last_id: key.id, data: [{ id: first }, key], has_more: false });
  expect((await ask('GET /admin_api_keys?order=desc&limit=1')).body).toMatchObject({ data: [key], has_more: true });
  expect((await ask(`GET /admin_api_keys/${key.id}`)).body).toEqual(key);
  const deleted = { object: 'organization.admin_api_key.deleted', id: first, deleted: true };
  expect((await ask(`DELETE /admin_api_keys/${first}`)).body).toEqual(deleted);
  expect((await ask('GET /projects', undefined, directory.adminKey)).status).toBe(401);
  expect((await ask(`GET /admin_api_keys/${first}`, undefined, value)).status).toBe(404);
});

test.each([
  [{ name: 'x', scopes: ['inference'] }, 'unknown_parameter', 'scopes'],
  [{ name: 'x', expires_in_seconds: 31_536_001 }, 'integer_above_max_value', 'expires_in_seconds'],
  [{ name: 'x', expires_at: start + 31_536_001 }, 'invalid_value', 'expires_at'],
  [{}, 'missing_required_parameter', 'name'],
])('an admin key of %j is a 400 %s of %s', async (body, code, param) => {
  const { status, body: answer } = await api.ask('POST /admin_api_keys', body);
  expect([status, answer.error]).toMatchObject([400, { code, param }]);
});
