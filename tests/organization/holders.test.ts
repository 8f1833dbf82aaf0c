import { bedrockKey } from '../support/app.ts';
import { organizationApi, registeredToken, start, type Api } from './api.ts';

let api: Api;

beforeEach(() => {
  api = organizationApi();
});

const denied = { status: 403, body: { error: { code: 'insufficient_permissions', type: 'permission_error' } } };
const unknown = { status: 404, body: { error: { code: 'not_found' } } };
const missing = (scope: string) => ({
  status: 403,
  body: {
    error: { message: `You have insufficient permissions for this operation. Missing scopes: ${scope}.` },
  },
});

const forAdmins = [
  'GET /projects',
  'POST /projects',
  'GET /projects/proj_000000000001',
  'POST /projects/proj_000000000001/archive',
  'GET /admin_api_keys',
  'POST /admin_api_keys',
  `DELETE /admin_api_keys/key_${'0'.repeat(35)}1`,
  'GET /audit_logs',
  'POST /reconcile',
  'GET /spend_limit',
  'POST /spend_limit',
  'DELETE /spend_limit',
  'GET /spend_alerts',
  'POST /spend_alerts',
  'GET /projects/proj_000000000001/model_permissions',
  'POST /projects/proj_000000000001/model_permissions',
  'DELETE /projects/proj_000000000001/model_permissions',
  'GET /projects/proj_000000000001/rate_limits',
  'POST /projects/proj_000000000001/rate_limits/rl-000000000001',
  'GET /projects/proj_000000000001/spend_limit',
  'POST /projects/proj_000000000001/spend_limit',
  'DELETE /projects/proj_000000000001/spend_limit',
  'GET /projects/proj_000000000001/spend_alerts',
  'POST /projects/proj_000000000001/spend_alerts',
];

test('other callers have no access', async () => {
  const plain = await api.team('plain', ['inference', 'models.read', 'usage.read']);
  const callers = [bedrockKey(), registeredToken, plain.value];
  for (const operation of forAdmins)
    for (const key of callers) expect(await api.ask(operation, undefined, key)).toMatchObject(missing('admin'));
  for (const key of callers)
    expect(await api.ask(`GET /projects/${plain.project}/api_keys`, undefined, key)).toMatchObject(
      missing('keys.manage'),
    );
});

test.each(forAdmins)('%s is for admin keys, not for keys.manage', async (operation) => {
  const { value } = await api.team('manager', ['keys.manage']);
  expect(await api.ask(operation, undefined, value)).toMatchObject(missing('admin'));
});

test('without a key there is nothing to see', async () => {
  expect((await api.ask('GET /projects', undefined, '')).status).toBe(401);
});

test('keys.manage works in its own project', async () => {
  const { project, account, key, value } = await api.team('own', ['keys.manage', 'inference']);
  const ask = (operation: string, body?: object) => api.ask(operation, body, value);
  const path = `/projects/${project}`;
  const only = { name: 'new', create_service_account_only: true };
  const created = (await ask(`POST ${path}/service_accounts`, only)).body.id;
  const keys = `${path}/service_accounts/${created}/api_keys`;
  const made = (await ask(`POST ${keys}`, { name: 'k', scopes: ['inference'] })).body;
  const one = `${path}/api_keys/${made.id}`;
  for (const operation of [
    `GET ${path}/service_accounts`,
    `GET ${path}/service_accounts/${account}`,
    `POST ${path}/service_accounts/${created}`,
    `GET ${path}/api_keys`,
    `GET ${path}/api_keys/${key}`,
    `POST ${one}`,
    `POST ${one}/rotate`,
    `DELETE ${one}`,
    `DELETE ${path}/service_accounts/${created}`,
    `DELETE ${path}/api_keys/${key}`,
  ])
    expect([operation, (await ask(operation)).status]).toEqual([operation, 200]);
  expect((await ask(`GET ${path}/api_keys`)).status).toBe(401);
});

test('another project does not exist for it, under any path', async () => {
  const own = await api.team('own', ['keys.manage', 'inference', 'models.read']);
  const other = await api.team('other');
  const [mine, theirs] = [`/projects/${own.project}`, `/projects/${other.project}`];
  for (const operation of [
    `GET ${theirs}/service_accounts`,
    `POST ${theirs}/service_accounts`,
    `GET ${theirs}/service_accounts/${other.account}`,
    `DELETE ${theirs}/service_accounts/${other.account}`,
    `POST ${theirs}/service_accounts/${other.account}/api_keys`,
    `GET ${theirs}/api_keys`,
    `GET ${theirs}/api_keys/${other.key}`,
    `POST ${theirs}/api_keys/${other.key}/rotate`,
    `DELETE ${theirs}/api_keys/${own.key}`,
    `GET ${mine}/service_accounts/${other.account}`,
    `DELETE ${mine}/service_accounts/${other.account}`,
    `POST ${mine}/service_accounts/${other.account}/api_keys`,
    `GET ${mine}/api_keys/${other.key}`,
    `POST ${mine}/api_keys/${other.key}`,
    `POST ${mine}/api_keys/${other.key}/rotate`,
    `DELETE ${mine}/api_keys/${other.key}`,
    `DELETE ${mine}/api_keys/key_${'0'.repeat(35)}1`,
  ]) {
    const body = operation.endsWith('service_accounts') ? { name: 'x' } : undefined;
    expect([
      operation,
      await api.ask(operation, operation.startsWith('POST') ? body : undefined, own.value),
    ]).toMatchObject([operation, unknown]);
  }
  expect(await api.ask(`GET ${mine}/api_keys?after=${other.key}`, undefined, own.value)).toMatchObject({ status: 400 });
  expect(await api.ask(`GET ${mine}/service_accounts?after=${other.account}`, undefined, own.value)).toMatchObject({
    status: 400,
  });
  expect((await api.ask('GET /v1/whoami', undefined, other.value)).status).toBe(200);
});

test('it grants nothing that it lacks', async () => {
  const { project, account, value } = await api.team('own', ['keys.manage']);
  const keys = `/projects/${project}/service_accounts/${account}/api_keys`;
  for (const scopes of [undefined, [], ['inference'], ['keys.manage', 'usage.read']])
    expect(await api.ask(`POST ${keys}`, { ...(scopes && { scopes }) }, value)).toMatchObject(denied);
  expect(await api.ask(`POST /projects/${project}/service_accounts`, { name: 'x' }, value)).toMatchObject(denied);
  const made = await api.ask(`POST ${keys}`, { scopes: ['keys.manage'] }, value);
  expect(made.status).toBe(200);
  const widened = await api.ask(`POST /projects/${project}/api_keys/${made.body.id}`, { scopes: ['inference'] }, value);
  expect(widened).toMatchObject({ ...denied, body: { error: { param: 'scopes' } } });
  const accounts = (await api.ask(`GET /projects/${project}/service_accounts`)).body.data;
  expect(accounts).toHaveLength(1);
});

test('a stronger key is out of its reach', async () => {
  const { project, account, value } = await api.team('own', ['keys.manage', 'inference']);
  const accounts = `/projects/${project}/service_accounts`;
  const stronger = (await api.ask(`POST ${accounts}`, { name: 'x', scopes: ['usage.read'] })).body;
  const one = `/projects/${project}/api_keys/${stronger.api_key.id}`;
  for (const operation of [`POST ${one}`, `POST ${one}/rotate`, `DELETE ${one}`, `DELETE ${accounts}/${stronger.id}`])
    expect([operation, await api.ask(operation, undefined, value)]).toMatchObject([operation, denied]);
  expect((await api.ask(`DELETE ${accounts}/${account}`, undefined, value)).status).toBe(200);
});

test('a key that gets stronger in the meantime is out of its reach as well', async () => {
  const { project, account, value } = await api.team('own', ['keys.manage', 'inference']);
  const keys = `/projects/${project}/service_accounts/${account}/api_keys`;
  const { id } = (await api.ask(`POST ${keys}`, { scopes: ['inference'] }, value)).body;
  const one = `/projects/${project}/api_keys/${id}`;
  for (const operation of [`POST ${one}`, `POST ${one}/rotate`, `DELETE ${one}`]) {
    api.directory.change(id.slice('key_'.length), { scopes: ['inference'] });
    api.directory.beforeNextWrite(() =>
      api.directory.change(id.slice('key_'.length), { scopes: ['inference', 'usage.read'] }),
    );
    const body = operation === `POST ${one}` ? { scopes: ['inference'] } : undefined;
    expect([operation, await api.ask(operation, body, value)]).toMatchObject([operation, denied]);
  }
});

test('it may neither change itself nor the key that made it', async () => {
  const { project, account, key, value } = await api.team('own', ['keys.manage', 'inference']);
  const keys = `/projects/${project}/service_accounts/${account}/api_keys`;
  const child = (await api.ask(`POST ${keys}`, { scopes: ['keys.manage', 'inference'] }, value)).body;
  const maker = `/projects/${project}/api_keys/${key}`;
  const itself = `/projects/${project}/api_keys/${child.id}`;
  for (const operation of [
    `POST ${maker}`,
    `POST ${maker}/rotate`,
    `DELETE ${maker}`,
    `DELETE /projects/${project}/service_accounts/${account}`,
    `POST ${itself}`,
    `POST ${itself}/rotate`,
  ])
    expect([operation, await api.ask(operation, undefined, child.value)]).toMatchObject([operation, denied]);
  expect((await api.ask(`DELETE ${itself}`, undefined, child.value)).status).toBe(200);
});

test('what it makes or rotates ends no later than itself', async () => {
  const { project, account, value } = await api.team('own', ['keys.manage', 'inference'], start + 100);
  const keys = `/projects/${project}/service_accounts/${account}/api_keys`;
  const create = (body: object) => api.ask(`POST ${keys}`, { scopes: ['inference'], ...body }, value);
  expect((await create({})).body.expires_at).toBe(start + 100);
  expect((await create({ expires_in_seconds: 50 })).body.expires_at).toBe(start + 50);
  const { id } = (await create({ expires_at: start + 100 })).body;
  for (const body of [{ expires_in_seconds: 101 }, { expires_at: start + 101 }])
    expect(await create(body)).toMatchObject({ ...denied, body: { error: { param: 'expires_in_seconds' } } });
  const one = `/projects/${project}/api_keys/${id}`;
  expect(await api.ask(`POST ${one}`, { expires_in_seconds: 101 }, value)).toMatchObject(denied);
  expect((await api.ask(`POST ${one}/rotate`, {}, value)).status).toBe(200);
  const lasting = (await api.ask(`POST ${keys}`, { scopes: ['inference'] })).body.id;
  expect(await api.ask(`POST /projects/${project}/api_keys/${lasting}/rotate`, {}, value)).toMatchObject(denied);
});

test('rights that were taken from it lately are not handed on', async () => {
  const { project, account, key, value } = await api.team('own', ['keys.manage', 'inference']);
  const { directory } = api;
  const stale = directory.authenticator.authenticate.bind(directory.authenticator);
  const id = key.slice('key_'.length);
  directory.authenticator.authenticate = (token, now) => {
    directory.change(id, { scopes: ['keys.manage', 'inference'] });
    const caller = stale(token, now);
    directory.change(id, { scopes: ['inference'] });
    return caller;
  };
  const keys = `/projects/${project}/service_accounts/${account}/api_keys`;
  expect(await api.ask(`POST ${keys}`, {}, value)).toMatchObject(missing('keys.manage'));
});

test.each([
  [undefined, 200],
  [['gpt-4o'], 403],
])('a caller with a JWT for the models %j gets %i for a key that reaches all of them', async (models, status) => {
  const { project, account } = await api.team('own');
  const { directory } = api;
  const known = directory.authenticator.authenticate.bind(directory.authenticator);
  const caller = {
    id: 'jwt-0123456789abcdef',
    method: 'jwt',
    isProven: true,
    cacheKey: 'c',
    project: project.slice('proj_'.length),
    scopes: ['inference', 'keys.manage'],
    expiresAt: start + 60,
    ...(models && { models }),
  } as const;
  directory.authenticator.authenticate = (token, now) => (token.text === 'a.b.c' ? caller : known(token, now));
  const keys = `/projects/${project}/service_accounts/${account}/api_keys`;
  const made = await api.ask(`POST ${keys}`, { scopes: ['inference'] }, 'a.b.c');
  expect([made.status, made.body.expires_at]).toEqual([status, status === 200 ? start + 60 : undefined]);
  expect((await api.ask(`POST ${keys}`, { scopes: ['keys.manage'] }, 'a.b.c')).status).toBe(200);
  const [entry] = (await api.ask('GET /audit_logs')).body.data;
  expect(entry.actor).toEqual({ type: 'session', session: { user: { id: 'jwt-0123456789abcdef' } } });
});
