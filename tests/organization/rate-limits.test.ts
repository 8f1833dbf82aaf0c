import { organizationApi, type Api } from './api.ts';

const target = 'bedrock:us.anthropic.claude-sonnet-5';
const unlimited = 2_147_483_647;

let api: Api;
let project: string;
let path: string;

beforeEach(async () => {
  api = organizationApi({ 'gpt-4o': { target }, 'claude-*': { target }, constructor: { target } });
  project = (await api.ask('POST /projects', { name: 'Search' })).body.id;
  path = `/projects/${project}/rate_limits`;
});

const row = (model: string, id: string, more: object = {}) => ({
  object: 'project.rate_limit',
  id,
  model,
  max_requests_per_1_minute: unlimited,
  max_tokens_per_1_minute: unlimited,
  max_requests_per_1_day: unlimited,
  ...more,
});
const gpt4o = 'rl-oqaa9w0bm-cPGr-CGEksXm';
const claude = 'rl-_bO0WFTnz3oW6BlgIzrJx_';
const builtIn = 'rl-48FwOr-Kaz3wTdMOGE_gK7';

test('every name of the catalog has a row, unlimited to begin with', async () => {
  const { body } = await api.ask(`GET ${path}`);
  expect(body).toEqual({
    object: 'list',
    data: [row('gpt-4o', gpt4o), row('claude-*', claude), row('constructor', builtIn)],
    first_id: gpt4o,
    last_id: builtIn,
    has_more: false,
  });
});

test('limits are set one by one, shown, and taken away by the number for no limit', async () => {
  const { ask, directory } = api;
  const rules = () => directory.keys.rules(project.slice('proj_'.length));
  const first = await ask(`POST ${path}/${gpt4o}`, { max_requests_per_1_minute: 5, max_tokens_per_1_minute: 0 });
  const limited = { max_requests_per_1_minute: 5, max_tokens_per_1_minute: 0 };
  expect([first.status, first.body]).toEqual([200, row('gpt-4o', gpt4o, limited)]);
  await ask(`POST ${path}/${gpt4o}`, { max_requests_per_1_day: 70, max_tokens_per_1_minute: unlimited });
  await ask(`POST ${path}/${builtIn}`, { max_requests_per_1_day: 1 });
  expect(await rules()).toEqual({
    rateLimits: { 'gpt-4o': { requestsPerMinute: 5, requestsPerDay: 70 }, constructor: { requestsPerDay: 1 } },
  });
  const { body } = await ask(`GET ${path}`);
  expect(body.data).toEqual([
    row('gpt-4o', gpt4o, { max_requests_per_1_minute: 5, max_requests_per_1_day: 70 }),
    row('claude-*', claude),
    row('constructor', builtIn, { max_requests_per_1_day: 1 }),
  ]);
  const none = { max_requests_per_1_minute: unlimited, max_requests_per_1_day: unlimited };
  await ask(`POST ${path}/${gpt4o}`, none);
  await ask(`POST ${path}/${builtIn}`, none);
  expect(await rules()).toEqual({});
});

test('each change is one entry of the audit log, and no change is none', async () => {
  const { ask } = api;
  await ask(`POST ${path}/${gpt4o}`, { max_requests_per_1_minute: 5 });
  await ask(`POST ${path}/${gpt4o}`, { max_requests_per_1_minute: 5 });
  await ask(`POST ${path}/${gpt4o}`, {});
  const { body } = await ask(`GET /audit_logs?event_types[]=rate_limit.updated&resource_ids[]=${gpt4o}`);
  expect(body.data).toMatchObject([
    {
      type: 'rate_limit.updated',
      project: { id: project },
      'rate_limit.updated': { id: gpt4o, changes_requested: { max_requests_per_1_minute: 5 } },
    },
  ]);
});

test.each([
  ['?limit=2', [gpt4o, claude], true],
  [`?limit=2&after=${gpt4o}`, [claude, builtIn], false],
  [`?before=${builtIn}&limit=1`, [claude], true],
  [`?before=${builtIn}`, [gpt4o, claude], false],
])('a page of the list: %s', async (query, ids, hasMore) => {
  const { body } = await api.ask(`GET ${path}${query}`);
  expect([body.data.map(({ id }: { id: string }) => id), body.has_more]).toEqual([ids, hasMore]);
});

test.each([
  [{ max_images_per_1_minute: 5 }, 'unsupported_parameter', 'max_images_per_1_minute'],
  [{ batch_1_day_max_input_tokens: 5 }, 'unsupported_parameter', 'batch_1_day_max_input_tokens'],
  [{ max_requests: 5 }, 'unknown_parameter', 'max_requests'],
  [{ max_requests_per_1_minute: -1 }, 'integer_below_min_value', 'max_requests_per_1_minute'],
  [{ max_tokens_per_1_minute: 2_147_483_648 }, 'integer_above_max_value', 'max_tokens_per_1_minute'],
  [{ max_tokens_per_1_minute: '5' }, 'invalid_type', 'max_tokens_per_1_minute'],
])('%o is refused', async (body, code, param) => {
  const answer = await api.ask(`POST ${path}/${gpt4o}`, body);
  expect([answer.status, answer.body.error]).toMatchObject([400, { code, param }]);
});

test.each(['?after=rl-x', '?before=rl-x', `?before=${gpt4o}&after=${gpt4o}`, '?limit=101', '?order=desc'])(
  'the query %s is refused',
  async (query) => {
    expect((await api.ask(`GET ${path}${query}`)).status).toBe(400);
  },
);

test('unknown rows and projects, and archived ones', async () => {
  const { ask } = api;
  const limit = { max_requests_per_1_minute: 5 };
  expect((await ask(`POST ${path}/rl-unknown`, limit)).status).toBe(404);
  expect((await ask(`POST ${path}/gpt-4o`, limit)).status).toBe(404);
  expect((await ask('GET /projects/proj_000000000001/rate_limits')).status).toBe(404);
  await ask(`POST /projects/${project}/archive`);
  expect((await ask(`POST ${path}/${gpt4o}`, limit)).body.error.code).toBe('project_archived');
  expect((await ask(`GET ${path}`)).status).toBe(200);
});

test('only admin keys see and set limits', async () => {
  const { value } = await api.team('Keys', ['keys.manage', 'usage.read']);
  expect((await api.ask(`GET ${path}`, undefined, value)).status).toBe(403);
  expect((await api.ask(`POST ${path}/${gpt4o}`, { max_requests_per_1_minute: 5 }, value)).status).toBe(403);
});
