import { readFileSync } from 'node:fs';
import type { Rules } from '../../function/auth/rules.ts';
import { unservedOperation } from '../../function/organization/unserved-operations.ts';
import { testApp } from '../support/app.ts';
import { needs } from '../support/skip.ts';
import { organizationApi, registeredToken, start, type Api } from './api.ts';

let api: Api;

beforeEach(() => {
  api = organizationApi();
});

test.each([
  ['GET /users', 404, 'unsupported_endpoint'],
  ['GET /usage/images', 404, 'unsupported_endpoint'],
  ['GET /projects/proj_000000000001/certificates', 404, 'unsupported_endpoint'],
  ['POST /projects/proj_000000000001/data_retention', 404, 'unsupported_endpoint'],
  ['GET /nonsense', 404, 'unknown_url'],
  ['GET /projects/proj_000000000001/nonsense', 404, 'unknown_url'],
  ['GET /projects/proj_000000000001/api_keys/key_1/nonsense', 404, 'unknown_url'],
  ['DELETE /projects/proj_000000000001', 405, 'method_not_allowed'],
  ['GET /reconcile', 405, 'method_not_allowed'],
  ['POST /projects/proj_000000000001/api_keys', 405, 'method_not_allowed'],
])('%s is a %i %s', async (operation, status, code) => {
  expect(await api.ask(operation)).toMatchObject({ status, body: { error: { code } } });
});

test('a 405 says what is allowed', async () => {
  const allowed = async (operation: string) => (await api.ask(operation)).headers.get('allow');
  expect(await allowed('DELETE /projects')).toBe('GET, POST');
  expect(await allowed('GET /projects/x/archive')).toBe('POST');
  expect(await allowed('PUT /projects')).toBe('GET, POST, DELETE');
});

test('no other spelling of an id reaches a record', async () => {
  const { project, account, key } = await api.team('a');
  const bare = project.slice('proj_'.length);
  const spellings = [
    bare,
    `PROJ_${bare}`,
    `proj_${bare}x`,
    `proj_${bare.slice(1)}`,
    'proj_000000000000',
    `proj_${bare}.`,
    `${project};x`,
    `${project},x`,
    `%70roj_${bare}`,
    `%2570roj_${bare}`,
    `x%2f..%2f${project}`,
    key,
    account,
  ];
  for (const spelling of spellings)
    expect([spelling, (await api.ask(`GET /projects/${spelling}`)).status]).toEqual([spelling, 404]);
  const keys = `/projects/${project}/api_keys`;
  for (const spelling of [key.slice('key_'.length), `${key}0`, `key_${project}`, `%6bey_${key.slice(4)}`])
    expect([spelling, (await api.ask(`GET ${keys}/${spelling}`)).status]).toEqual([spelling, 404]);
});

test.each(['/openai/v1', '', '//v1/'])('%s/organization is another path to it', async (base) => {
  const headers = { authorization: `Bearer ${api.directory.adminKey}` };
  expect((await api.open(`${base}/organization/projects`, { headers })).status).toBe(200);
});

test('HEAD is answered like GET, without a body', async () => {
  expect(await api.ask('HEAD /projects')).toMatchObject({ status: 200, body: undefined });
});

test('the log has the operation and the key by the end of its id, and neither bodies nor secrets', async () => {
  const { value, key } = await api.team('a name of a project');
  await api.ask('GET /v1/whoami', undefined, value);
  const text = JSON.stringify(api.log);
  expect(api.log.map(({ method, endpoint }) => `${method} ${endpoint}`)).toEqual([
    'POST /v1/organization/projects',
    'POST /v1/organization/projects/:project/service_accounts',
    'POST /v1/organization/projects/:project/service_accounts/:account/api_keys',
    'GET /v1/whoami',
  ]);
  expect(api.log.at(-1)?.caller).toBe(`key-${key.slice(-12)}`);
  for (const secret of [value, api.directory.adminKey, value.slice(-43), 'a name of a project'])
    expect(text).not.toContain(secret);
});

test('a stack without keys of its own says how to have them', async () => {
  const { send } = testApp({});
  const { status, text } = await send('/v1/organization/projects');
  expect([status, JSON.parse(text).error]).toMatchObject([
    404,
    { code: 'unsupported_endpoint', message: expect.stringContaining('set bedrock-gateway:gatewayKeys to true') },
  ]);
});

test('whoami tells every caller who they are', async () => {
  const { project, value, key } = await api.team('a', ['keys.manage'], start + 60);
  const who = async (token?: string) => (await api.ask('GET /v1/whoami', undefined, token)).body;
  const rest = {
    object: 'whoami',
    project_id: null,
    models: null,
    model_permissions: null,
    rate_limits: [],
    caller_rate_limit: null,
    spend_limit: null,
    expires_at: null,
  };
  expect(await who()).toEqual({ ...rest, id: 'key-000000000001', method: 'gateway-key', scopes: ['admin'] });
  expect(await who(value)).toEqual({
    ...rest,
    id: `key-${key.slice(-12)}`,
    method: 'gateway-key',
    project_id: project,
    scopes: ['keys.manage'],
    expires_at: start + 60,
  });
  const usual = ['inference', 'models.read'];
  expect(await who(registeredToken)).toEqual({ ...rest, id: 'listed', method: 'registered', scopes: usual });
});

test('whoami tells what is set for the project, but no model that it may not use', async () => {
  const { ask, team, directory } = organizationApi({
    'gpt-4o': { target: 'bedrock:us.anthropic.claude-sonnet-5' },
    'claude-*': { target: 'bedrock:us.anthropic.claude-sonnet-5' },
    mini: { target: 'openai:gpt-4o-mini' },
  });
  const { project, value } = await team('a');
  const who = async () => {
    const { model_permissions, rate_limits, spend_limit } = (await ask('GET /v1/whoami', undefined, value)).body;
    return { model_permissions, rate_limits, spend_limit };
  };
  const limit = { requestsPerMinute: 5 };
  const set = {
    models: { mode: 'deny_list', ids: ['gpt-4o'] },
    rateLimits: {
      'gpt-4o': limit,
      'claude-*': limit,
      mini: { ...limit, tokensPerMinute: 7, requestsPerDay: 9 },
      gone: limit,
    },
    spendLimit: 500,
  } as const;
  const change = (rules: Rules) =>
    directory.keys.changeRules(
      project.slice('proj_'.length),
      () => ({ rules, audit: { type: 'project.updated', details: {} } }),
      { keyId: 'k', requestId: 'r' },
    );
  await change(set);
  const mini = { model: 'mini', max_requests_per_1_minute: 5, max_tokens_per_1_minute: 7, max_requests_per_1_day: 9 };
  const spend_limit = { threshold_amount: 500, currency: 'USD', interval: 'month' };
  expect(await who()).toEqual({
    model_permissions: { mode: 'deny_list', model_ids: null },
    rate_limits: [mini],
    spend_limit,
  });
  await change({ ...set, models: { mode: 'allow_list', ids: ['mini', 'claude-*'] } });
  const none = 2_147_483_647;
  const claude = {
    model: 'claude-*',
    max_requests_per_1_minute: 5,
    max_tokens_per_1_minute: none,
    max_requests_per_1_day: none,
  };
  expect(await who()).toEqual({
    model_permissions: { mode: 'allow_list', model_ids: ['mini', 'claude-*'] },
    rate_limits: [claude, mini],
    spend_limit,
  });
});

test('whoami tells keys of projects what the config sets for each key', async () => {
  const { ask, team } = organizationApi({}, { perKey: { tokensPerMinute: 7 }, perJwtCaller: { tokensPerMinute: 8 } });
  const { value } = await team('a');
  const own = async (token?: string) => (await ask('GET /v1/whoami', undefined, token)).body.caller_rate_limit;
  const none = 2_147_483_647;
  expect(await own(value)).toEqual({
    max_requests_per_1_minute: none,
    max_tokens_per_1_minute: 7,
    max_requests_per_1_day: none,
  });
  // Admin keys and callers without a project have no limits.
  expect([await own(), await own(registeredToken)]).toEqual([null, null]);
});

test('reconcile tells what it did', async () => {
  expect(await api.ask('POST /reconcile')).toMatchObject({
    status: 200,
    body: { object: 'organization.reconcile', checked: 0, repaired: 0, failed: 0, finished: true, next: null },
  });
  expect((await api.ask('POST /reconcile', { after: '000000000000' })).body).toMatchObject({ finished: true });
  expect((await api.ask('POST /reconcile', { after: 'x' })).body.error).toMatchObject({ code: 'invalid_cursor' });
  expect((await api.ask('POST /reconcile', { force: true })).status).toBe(400);
  const headers = { authorization: `Bearer ${api.directory.adminKey}` };
  const late = await api.open('/v1/organization/reconcile', { method: 'POST', headers, until: 8_000 });
  expect(await late.json()).toMatchObject({ checked: 0, finished: false });
});

const { OPENAPI_DOCUMENT: document } = process.env;

needs(document !== undefined, "OPENAPI_DOCUMENT (OpenAI's OpenAPI document) is not set")("OpenAI's document", () => {
  test('has no operation of this API that is neither served nor said not to be', async () => {
    const { paths } = JSON.parse(readFileSync(document ?? '', 'utf8'));
    const all = Object.keys(paths).filter((path) => path.startsWith('/organization/'));
    expect(all.length).toBeGreaterThan(50);
    for (const path of all) {
      const below = path.slice('/organization'.length).replaceAll(/\{\w+\}/g, 'x');
      if (unservedOperation(below) !== undefined) continue;
      for (const method of Object.keys(paths[path]).filter((name) => name !== 'parameters')) {
        const { status, body } = await api.ask(`${method.toUpperCase()} ${below}`);
        expect([path, status, body.error?.code]).not.toEqual([path, 404, 'unknown_url']);
        expect([path, status]).not.toEqual([path, 405]);
      }
    }
  });
});
