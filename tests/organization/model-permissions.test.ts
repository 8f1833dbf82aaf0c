import { organizationApi, type Api } from './api.ts';

const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';

let api: Api;
let path: string;
let project: string;

beforeEach(async () => {
  api = organizationApi({
    'gpt-4o': { target: 'bedrock:us.anthropic.claude-sonnet-5' },
    'gpt-4o-mini': { target: 'openai:gpt-4o-mini' },
    'claude-*': { target: 'bedrock:us.anthropic.claude-sonnet-5' },
  });
  project = (await api.ask('POST /projects', { name: 'Search' })).body.id;
  path = `/projects/${project}/model_permissions`;
});

const permissions = (mode: string, model_ids: readonly string[]) => ({
  object: 'project.model_permissions',
  mode,
  model_ids,
});
const unlimited = permissions('deny_list', []);

test('they are set, shown, replaced and deleted', async () => {
  const { ask } = api;
  expect((await ask(`GET ${path}`)).body).toEqual(unlimited);
  const allowed = await ask(`POST ${path}`, { mode: 'allow_list', model_ids: ['gpt-4o'] });
  expect([allowed.status, allowed.body]).toEqual([200, permissions('allow_list', ['gpt-4o'])]);
  expect((await ask(`GET ${path}`)).body).toEqual(allowed.body);
  const denied = permissions('deny_list', ['us.amazon.nova-pro-v1:0', profile]);
  expect((await ask(`POST ${path}`, { mode: 'deny_list', model_ids: denied.model_ids })).body).toEqual(denied);
  expect((await ask(`GET ${path}`)).body).toEqual(denied);
  const deleted = (isDeleted: boolean) => ({ object: 'project.model_permissions.deleted', deleted: isDeleted });
  expect((await ask(`DELETE ${path}`)).body).toEqual(deleted(true));
  expect((await ask(`GET ${path}`)).body).toEqual(unlimited);
  expect((await ask(`DELETE ${path}`)).body).toEqual(deleted(false));
});

test('each change is one entry of the audit log, and no change is none', async () => {
  const { ask } = api;
  const allowed = { mode: 'allow_list', model_ids: ['gpt-4o'] };
  for (const operation of ['POST', 'POST', 'DELETE', 'DELETE'])
    await ask(`${operation} ${path}`, operation === 'POST' ? allowed : undefined);
  const { body } = await ask('GET /audit_logs?event_types[]=project.updated');
  expect(body.data).toMatchObject([
    {
      project: { id: project },
      'project.updated': {
        id: project,
        changes_requested: { model_permissions: { mode: 'deny_list', model_ids: [] } },
      },
    },
    { 'project.updated': { id: project, changes_requested: { model_permissions: allowed } } },
  ]);
});

test('other rules of the project stay as they are', async () => {
  const id = project.slice('proj_'.length);
  const actor = { keyId: 'k', requestId: 'r' };
  const { keys } = api.directory;
  const audit = { type: 'project.updated', details: { id } };
  await keys.changeRules(id, () => ({ rules: { spendLimit: 500 }, audit }), actor);
  await api.ask(`POST ${path}`, { mode: 'allow_list', model_ids: [] });
  expect(await keys.rules(id)).toEqual({ spendLimit: 500, models: { mode: 'allow_list', ids: [] } });
  await api.ask(`DELETE ${path}`);
  expect(await keys.rules(id)).toEqual({ spendLimit: 500 });
});

test('a name that is sent twice is kept once', async () => {
  const sent = { mode: 'deny_list', model_ids: ['gpt-4o', 'claude-*', 'gpt-4o', 'claude-5'] };
  const { body } = await api.ask(`POST ${path}`, sent);
  expect(body.model_ids).toEqual(['gpt-4o', 'claude-*', 'claude-5']);
});

test('200 of the longest names are kept', async () => {
  const name = (at: number) => `claude-${String(at).padEnd(249, 'x')}`;
  const model_ids = Array.from({ length: 200 }, (_, at) => name(at));
  const { status, body } = await api.ask(`POST ${path}`, { mode: 'allow_list', model_ids });
  expect([status, body.model_ids]).toEqual([200, model_ids]);
});

const names = (length: number, name = 'gpt-4o') => ({ mode: 'deny_list', model_ids: Array(length).fill(name) });

test.each([
  [{}, 'missing_required_parameter', 'mode'],
  [{ mode: 'deny_list' }, 'missing_required_parameter', 'model_ids'],
  [{ mode: 'denylist', model_ids: [] }, 'invalid_value', 'mode'],
  [{ mode: 'deny_list', model_ids: 'gpt-4o' }, 'invalid_type', 'model_ids'],
  [{ mode: 'deny_list', model_ids: [5] }, 'invalid_type', 'model_ids[0]'],
  [{ mode: 'deny_list', model_ids: [], model: 'x' }, 'unknown_parameter', 'model'],
  [names(201), 'array_above_max_length', 'model_ids'],
  [names(1, ''), 'string_below_min_length', 'model_ids[0]'],
  [names(1, `claude-${'x'.repeat(250)}`), 'string_above_max_length', 'model_ids[0]'],
  [{ mode: 'deny_list', model_ids: ['gpt-4o', 'gpt-5'] }, 'invalid_value', 'model_ids[1]'],
  [names(1, 'claude-3*'), 'invalid_value', 'model_ids[0]'],
  [names(1, 'constructor'), 'invalid_value', 'model_ids[0]'],
  [names(1, 'claude-\u00e9'), 'invalid_value', 'model_ids[0]'],
  [names(1, 'bedrock:us.anthropic.claude-sonnet-5'), 'invalid_value', 'model_ids[0]'],
  [names(1, 'US.ANTHROPIC.CLAUDE-SONNET-5'), 'invalid_value', 'model_ids[0]'],
])('%j is a 400 %s of %s', async (body, code, param) => {
  const { status, body: answer } = await api.ask(`POST ${path}`, body);
  expect([status, answer.error]).toMatchObject([400, { code, param, type: 'invalid_request_error' }]);
});

test.each([
  [
    'gpt-5',
    "this gateway has no model of this name. Use names of GET /v1/models, or Amazon Bedrock's model IDs and ARNs.",
  ],
  ['gpt-*', 'a pattern must be one that bedrock-gateway:models in the config of the stack has.'],
])('what is wrong with the name %s is said', async (name, why) => {
  const { body } = await api.ask(`POST ${path}`, { mode: 'allow_list', model_ids: [name] });
  expect(body.error.message).toBe(`Invalid value for 'model_ids[0]': ${why}`);
});

test('they are for admin keys and active projects only', async () => {
  const { ask } = api;
  const allowed = { mode: 'allow_list', model_ids: ['gpt-4o'] };
  const { project: own, value } = await api.team('a', ['keys.manage', 'usage.read']);
  for (const operation of ['GET', 'POST', 'DELETE']) {
    const answer = await ask(
      `${operation} /projects/${own}/model_permissions`,
      operation === 'POST' ? allowed : undefined,
      value,
    );
    expect([operation, answer.status]).toEqual([operation, 403]);
    const unknown = await ask(
      `${operation} /projects/proj_zzzzzzzzzzzz/model_permissions`,
      operation === 'POST' ? allowed : undefined,
    );
    expect([operation, unknown.status, unknown.body.error.code]).toEqual([operation, 404, 'not_found']);
  }
  await ask(`POST /projects/${project}/archive`);
  expect((await ask(`POST ${path}`, allowed)).body.error.code).toBe('project_archived');
  expect((await ask(`DELETE ${path}`)).body.error.code).toBe('project_archived');
  expect((await ask(`GET ${path}`)).body).toEqual(unlimited);
});

test('they hold for every key of the project with the next request that reads it, and for no other project', async () => {
  const { ask } = api;
  const team = await api.team('a');
  const other = await api.team('b');
  const own = `/projects/${team.project}/model_permissions`;
  const seen = async (key: string) =>
    (await ask('GET /v1/models', undefined, key)).body.data.map(({ id }: { id: string }) => id);
  const chat = async (model: string, key = team.value) =>
    (await ask('POST /v1/chat/completions', { model, messages: [{ role: 'user', content: 'x' }] }, key)).body.error
      .code;
  await ask(`POST ${own}`, { mode: 'allow_list', model_ids: ['gpt-4o-mini', 'claude-*'] });
  expect(await seen(team.value)).toEqual(['gpt-4o-mini']);
  expect(await chat('gpt-4o')).toBe('model_not_allowed');
  await ask(`POST ${own}`, { mode: 'deny_list', model_ids: ['claude-*'] });
  expect(await seen(team.value)).toEqual(['gpt-4o-mini']);
  for (const model of ['gpt-4o', 'claude-5', 'us.anthropic.claude-sonnet-5'])
    expect(await chat(model)).toBe('model_not_allowed');
  expect(await seen(other.value)).toEqual(['gpt-4o', 'gpt-4o-mini']);
  expect(await seen(api.directory.adminKey)).toEqual(['gpt-4o', 'gpt-4o-mini']);
  await ask(`DELETE ${own}`);
  expect(await seen(team.value)).toEqual(['gpt-4o', 'gpt-4o-mini']);
});
