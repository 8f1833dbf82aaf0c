import { commands } from '../../../cli/commands/index.ts';
import { cli, fakeGateway, nowSeconds, type FakeGateway } from '../support.ts';

let gateway: FakeGateway;
let env: Record<string, string>;

beforeAll(async () => {
  gateway = await fakeGateway();
  env = { BEDROCK_GATEWAY_URL: gateway.baseUrl, BEDROCK_GATEWAY_ADMIN_KEY: 'k', BEDROCK_GATEWAY_PROJECT: 'proj_1' };
});
afterAll(() => gateway.close());

/** The arguments of a command line in which only spaces separate words, but for those in single quotes. */
const words = (line: string): string[] =>
  Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, word]) => quoted ?? word ?? '');

const unlimited = 2_147_483_647;
const channel = { type: 'email', recipients: ['a@example.com'] };
const account = '/v1/organization/projects/proj_1/service_accounts';
const keys = '/v1/organization/projects/proj_1/api_keys';

test.each<[line: string, operation: string, body?: object]>([
  ["projects create 'search and more'", 'POST /v1/organization/projects', { name: 'search and more' }],
  ['projects get proj_2', 'GET /v1/organization/projects/proj_2'],
  ['projects rename proj_2 ranking', 'POST /v1/organization/projects/proj_2', { name: 'ranking' }],
  ['projects archive proj_2 --yes', 'POST /v1/organization/projects/proj_2/archive'],
  ['accounts create crawler --no-key', `POST ${account}`, { name: 'crawler', create_service_account_only: true }],
  [
    'accounts create crawler --scope inference --scope models.read,keys.manage --expires-in 30d',
    `POST ${account}`,
    { name: 'crawler', scopes: ['inference', 'models.read', 'keys.manage'], expires_in_seconds: 2_592_000 },
  ],
  ['accounts get svc_acct_1 -p proj_2', 'GET /v1/organization/projects/proj_2/service_accounts/svc_acct_1'],
  ['accounts update svc_acct_1 --role owner', `POST ${account}/svc_acct_1`, { role: 'owner' }],
  ['accounts delete svc_acct_1 -y', `DELETE ${account}/svc_acct_1`],
  ['keys create --account svc_acct_1', `POST ${account}/svc_acct_1/api_keys`, {}],
  [
    'keys create laptop --account svc_acct_1 --expires-at 2026-12-31',
    `POST ${account}/svc_acct_1/api_keys`,
    { name: 'laptop', expires_at: 1_798_675_200 },
  ],
  ['keys create ops --admin', 'POST /v1/organization/admin_api_keys', { name: 'ops' }],
  ['keys get key_1', `GET ${keys}/key_1`],
  ['keys get key_1 --admin', 'GET /v1/organization/admin_api_keys/key_1'],
  ['keys update key_1 --expires-in 90d', `POST ${keys}/key_1`, { expires_in_seconds: 7_776_000 }],
  ['keys rotate key_1 --grace 1h', `POST ${keys}/key_1/rotate`, { grace_seconds: 3_600 }],
  ['keys rotate key_1 --yes', `POST ${keys}/key_1/rotate`, { grace_seconds: 0 }],
  ['keys delete key_1 --yes', `DELETE ${keys}/key_1`],
  ['keys delete key_1 --yes --admin', 'DELETE /v1/organization/admin_api_keys/key_1'],
  ['permissions get', 'GET /v1/organization/projects/proj_1/model_permissions'],
  [
    'permissions allow gpt-4o us.amazon.nova-lite-v1:0',
    'POST /v1/organization/projects/proj_1/model_permissions',
    { mode: 'allow_list', model_ids: ['gpt-4o', 'us.amazon.nova-lite-v1:0'] },
  ],
  [
    'permissions deny gpt-4o',
    'POST /v1/organization/projects/proj_1/model_permissions',
    { mode: 'deny_list', model_ids: ['gpt-4o'] },
  ],
  ['permissions remove --yes', 'DELETE /v1/organization/projects/proj_1/model_permissions'],
  ['spend get', 'GET /v1/organization/projects/proj_1/spend_limit'],
  [
    'spend set 12.5 --organization',
    'POST /v1/organization/spend_limit',
    { threshold_amount: 1_250, currency: 'USD', interval: 'month' },
  ],
  ['spend remove --organization --yes', 'DELETE /v1/organization/spend_limit'],
  [
    'alerts create $200 --email a@example.com',
    'POST /v1/organization/projects/proj_1/spend_alerts',
    { threshold_amount: 20_000, currency: 'USD', interval: 'month', notification_channel: channel },
  ],
  ['alerts delete alert_1 --organization --yes', 'DELETE /v1/organization/spend_alerts/alert_1'],
  [
    'usage completions',
    `GET /v1/organization/usage/completions?start_time=${nowSeconds - 604_800}&bucket_width=1d&limit=31`,
  ],
  [
    'usage completions --since 2h --until 1h --bucket 1m --by key,model --model gpt-4o --project proj_2 --key key_1',
    `GET /v1/organization/usage/completions?start_time=${nowSeconds - 7_200}&end_time=${nowSeconds - 3_600}&bucket_width=1m&group_by=api_key_id&group_by=model&project_ids=proj_2&api_key_ids=key_1&models=gpt-4o&limit=1440`,
  ],
  [
    'usage embeddings --since 2026-11-01',
    'GET /v1/organization/usage/embeddings?start_time=1793491200&bucket_width=1d&limit=31',
  ],
  [
    'usage costs --since 2026-11-01 --by model',
    'GET /v1/organization/costs?start_time=1793491200&bucket_width=1d&group_by=line_item&limit=180',
  ],
  ['projects list', 'GET /v1/organization/projects?limit=100'],
  ['projects list --archived --limit 7', 'GET /v1/organization/projects?include_archived=true&limit=7'],
  ['accounts list', `GET ${account}?limit=100`],
  ['keys list', `GET ${keys}?limit=100`],
  ['keys list --admin', 'GET /v1/organization/admin_api_keys?limit=100'],
  ['limits list', 'GET /v1/organization/projects/proj_1/rate_limits?limit=100'],
  ['alerts list --organization', 'GET /v1/organization/spend_alerts?limit=100'],
  [
    'audit list --since 1h --type api_key.created,api_key.deleted --actor key_1 --resource key_2 --project proj_2',
    `GET /v1/organization/audit_logs?effective_at[gte]=${nowSeconds - 3_600}&event_types[]=api_key.created&event_types[]=api_key.deleted&project_ids[]=proj_2&actor_ids[]=key_1&resource_ids[]=key_2&limit=100`,
  ],
  ['files list', 'GET /v1/files?limit=100'],
  ['files list --purpose batch --limit 2', 'GET /v1/files?purpose=batch&limit=2'],
  ['files get file-1', 'GET /v1/files/file-1'],
  ['files content file-1', 'GET /v1/files/file-1/content'],
  ['files delete file-1 --yes', 'DELETE /v1/files/file-1'],
  ['request /chat/completions --body-id file-1', 'POST /v1/chat/completions'],
  ['request /model/a%2Fb/converse --body-id file-1', 'POST /v1/model/a/b/converse'],
  ['models', 'GET /v1/models'],
  ['whoami', 'GET /v1/whoami'],
  ['reconcile', 'POST /v1/organization/reconcile'],
])('%s asks for %s', async (line, operation, body) => {
  gateway.answer({ id: 'id_1', value: 'sk-text', api_key: { value: 'sk-text' }, data: [], deleted: true });
  const { code, err } = await cli(words(line), { env });
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  const [seen] = gateway.seen;
  expect({ operation: seen?.operation, body: seen?.body }).toEqual({ operation, body });
  expect(gateway.seen).toHaveLength(1);
});

test('whoami shows what is set for the project of the key', async () => {
  const answer = { id: 'key-1', method: 'gateway-key', project_id: 'proj_1', scopes: ['inference'], models: null };
  gateway.answer({
    ...answer,
    model_permissions: { mode: 'allow_list', model_ids: ['gpt-4o', 'claude-*'] },
    rate_limits: [{ model: 'gpt-4o' }],
    caller_rate_limit: {
      max_requests_per_1_minute: 60,
      max_tokens_per_1_minute: unlimited,
      max_requests_per_1_day: 1_000,
    },
    spend_limit: { threshold_amount: 50_050, currency: 'USD', interval: 'month' },
  });
  const { out } = await cli(words('whoami'), { env });
  expect(out).toContain(
    'Project may use  gpt-4o, claude-*\nRate limits for  gpt-4o\nIts own limit    60 requests a minute, 1000 requests a day\nSpend limit      500.50 USD a month\n',
  );
  gateway.answer({
    ...answer,
    model_permissions: { mode: 'deny_list', model_ids: null },
    rate_limits: [],
    caller_rate_limit: null,
    spend_limit: null,
  });
  const denied = (await cli(words('whoami'), { env })).out;
  expect(denied).toContain('Project may use  every model that is not denied to it\n');
  expect(denied).not.toMatch(/rate limits|own limit|spend/i);
});

test('limits set finds the row of a model', async () => {
  const rows = [
    { id: 'rl-1', model: 'gpt-4' },
    { id: 'rl-2', model: 'gpt-4o' },
  ];
  const changed = { ...rows[1], max_requests_per_1_minute: 60, max_tokens_per_1_minute: unlimited };
  gateway.answer({ data: rows, has_more: false }, changed);
  const line = 'limits set gpt-4o --requests-per-minute 60 --tokens-per-minute unlimited';
  const { out } = await cli(words(line), { env });
  expect(gateway.seen[1]).toMatchObject({
    operation: 'POST /v1/organization/projects/proj_1/rate_limits/rl-2',
    body: { max_requests_per_1_minute: 60, max_tokens_per_1_minute: unlimited },
  });
  expect(out).toBe(
    'Model                gpt-4o\nRequests per minute  60\nTokens per minute    unlimited\nRequests per day     –\n',
  );
  gateway.answer({ data: rows, has_more: false });
  const { code, err } = await cli(words('limits set gpt-4p --requests-per-day 1'), { env });
  expect({ code, err }).toEqual({
    code: 1,
    err: "Error: no rate limits for the model 'gpt-4p'\nDid you mean 'gpt-4'?\n",
  });
});

test('alerts update keeps what no flag names', async () => {
  const before = { id: 'alert_1', threshold_amount: 500, notification_channel: { ...channel, subject_prefix: 'AI' } };
  gateway.answer(before);
  await cli(words('alerts update alert_1 --email b@example.com'), { env });
  expect(gateway.seen.map(({ operation }) => operation)).toEqual([
    'GET /v1/organization/projects/proj_1/spend_alerts/alert_1',
    'POST /v1/organization/projects/proj_1/spend_alerts/alert_1',
  ]);
  expect(gateway.seen[1]?.body).toEqual({
    threshold_amount: 500,
    currency: 'USD',
    interval: 'month',
    notification_channel: { type: 'email', recipients: ['b@example.com'], subject_prefix: 'AI' },
  });
});

test('reconcile asks for one part after another, and adds them up', async () => {
  const reply = { checked: 9, repaired: 2, failed: 0 };
  const unfinished = { ...reply, finished: false };
  gateway.answer(
    { ...unfinished, next: null },
    { ...unfinished, next: 'a' },
    { ...unfinished, repaired: 0, next: 'b' },
    { ...reply, finished: true, next: null },
  );
  expect(await cli(['reconcile'], { env })).toMatchObject({ code: 0, out: 'Checked 36 keys, repaired 6.\n' });
  expect(gateway.seen.map(({ body }) => body)).toEqual([undefined, undefined, { after: 'a' }, { after: 'b' }]);
  gateway.answer({ ...unfinished, repaired: 0, next: null });
  expect(await cli(['reconcile'], { env })).toMatchObject({ code: 1, out: '' });
  gateway.answer({ ...reply, failed: 1, finished: true, next: null });
  expect((await cli(['reconcile'], { env })).err).toContain('1 could not be repaired');
});

test.each<[line: string, message: RegExp]>([
  ['keys list --admin --project proj_1', /either --admin or --project/],
  ['keys create', /the service account is missing\nPass --account/],
  ['keys create --admin', /an admin key must have a name/],
  ['keys create x --admin --scope inference', /admin keys have no scopes/],
  ['keys create x --admin --account svc_acct_1', /do not belong to a service account/],
  ['keys create x --account svc_acct_1 --expires-in 1d --expires-at 2026-12-31', /either --expires-in or --expires-at/],
  ['keys create x --account svc_acct_1 --expires-in soon', /must be a duration such as 30m, 12h or 30d, not 'soon'/],
  ['keys create x --account svc_acct_1 --expires-at 2026-13-31', /must be a time such as 2026-12-31/],
  ['keys update key_1', /nothing to change/],
  ['accounts create x --no-key --scope inference', /--no-key cannot be combined/],
  ['accounts update svc_acct_1', /nothing to change/],
  ['limits set gpt-4o', /nothing to change/],
  ['limits set gpt-4o --requests-per-day -1', /needs a value\nWrite --requests-per-day=-1/],
  ['limits set gpt-4o --requests-per-day 2147483648', /a number or "unlimited"/],
  ['spend set 1,000', /must be an amount in USD/],
  ['spend set 12.345', /must be an amount in USD/],
  ['spend get --organization --project proj_1', /either --project or --organization/],
  ['alerts create 5', /a recipient is missing/],
  ['alerts update alert_1', /nothing to change/],
  ['usage costs --since 1d --until 2d', /--until must be later than --since/],
  ['usage completions --since yesterday', /a duration such as 7d, or a time/],
  ['projects list --limit 0', /a number of at least 1/],
  ['projects get ../admin_api_keys', /is not an ID/],
  ['projects get .', /is not an ID/],
  ['keys get key_1/rotate', /is not an ID/],
  ['chat hello', /the model is missing/],
])('%s is refused before anything is sent', async (line, message) => {
  gateway.answer({});
  const { code, err } = await cli(words(line), { env });
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(gateway.seen).toEqual([]);
});

test('a command without its project says how to name one', async () => {
  const { code, err } = await cli(['keys', 'list'], { env: { ...env, BEDROCK_GATEWAY_PROJECT: '' } });
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringContaining('Pass --project <id>, or set BEDROCK_GATEWAY_PROJECT'),
  });
});

test.each(commands.map((command) => [command.words.join(' '), command] as const))(
  '%s has help with an example that is a command line of its own',
  async (name, { words: own, example }) => {
    const { code, out } = await cli([...own, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`\n  bedrock-gateway ${example}\n`);
    expect(example.startsWith(name)).toBe(true);
    const wide = out.split('\n').filter((line) => line.length > 80 && !line.includes(example));
    expect(wide).toEqual([]);
    gateway.answer({ id: 'id_1', value: 'sk-text', api_key: { value: 'sk-text' }, data: [] });
    const { err } = await cli([...words(example.replaceAll('"', "'")), '--json'], {
      env: { ...env, BEDROCK_GATEWAY_MODEL: 'm' },
    });
    expect(err).not.toMatch(/does not take|does not expect|needs|unknown/);
  },
);
