import OpenAI, { AuthenticationError, NotFoundError, PermissionDeniedError } from 'openai';
import { usageUpdates } from '../../function/metering/usage-rows.ts';
import { fakeReports } from '../metering/fake-reports.ts';
import { fakeUsageTable } from '../metering/fake-usage-table.ts';
import { testApp } from '../support/app.ts';
import { checkedFetch } from '../support/checked.ts';
import { memoryDirectory } from '../support/key-directory.ts';
import { serveApp, type ServedApp } from '../support/served-app.ts';

const directory = memoryDirectory();
const usage = fakeUsageTable();
const checked = checkedFetch();
const { open } = testApp({
  catalog: { models: { 'gpt-4o': { target: 'openai:gpt-4o' } } },
  services: {
    keys: directory.keys,
    usage: fakeReports(usage, () => Date.now()),
    authenticators: [directory.authenticator],
  },
});
let served: ServedApp;
let organization: OpenAI['admin']['organization'];

const clientWith = (adminAPIKey: string) =>
  new OpenAI({ baseURL: served.baseUrl, apiKey: 'unused', adminAPIKey, maxRetries: 0, fetch: checked.fetch });

beforeAll(async () => {
  served = await serveApp(open);
  organization = clientWith(directory.adminKey).admin.organization;
});
afterAll(async () => {
  await served.close();
  // Every answer was one of OpenAI's objects, by the schemas of its document.
  checked.verify();
});

async function all<Item>(pages: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

test('projects', async () => {
  const { projects } = organization;
  const project = await projects.create({ name: 'Search' });
  expect(project).toMatchObject({
    object: 'organization.project',
    name: 'Search',
    status: 'active',
    archived_at: null,
  });
  expect(await projects.retrieve(project.id)).toEqual(project);
  expect(await projects.update(project.id, { name: 'Find' })).toEqual({ ...project, name: 'Find' });
  expect((await projects.archive(project.id)).status).toBe('archived');
  expect((await all(projects.list())).map(({ id }) => id)).not.toContain(project.id);
  expect((await all(projects.list({ include_archived: true }))).map(({ id }) => id)).toContain(project.id);
});

test('service accounts and their keys', async () => {
  const { projects } = organization;
  const { serviceAccounts, apiKeys } = projects;
  const { id: project_id } = await projects.create({ name: 'Chat' });
  const { api_key: first, ...account } = await serviceAccounts.create(project_id, {
    name: 'web',
    expires_in_seconds: 3_600,
  });
  expect(account).toMatchObject({ object: 'organization.project.service_account', name: 'web', role: 'member' });
  expect(first?.value).toMatch(/^sk-test-/);
  expect(first?.expires_at).toBe((first?.created_at ?? 0) + 3_600);
  expect(await serviceAccounts.retrieve(account.id, { project_id })).toEqual(account);
  const renamed = await serviceAccounts.update(account.id, { project_id, name: 'site', role: 'owner' });
  expect(renamed).toEqual({ ...account, name: 'site', role: 'owner' });
  expect(await all(serviceAccounts.list(project_id))).toEqual([renamed]);

  const key = await serviceAccounts.apiKeys.create(account.id, {
    project_id,
    name: 'ci',
    scopes: ['inference'],
    expires_in_seconds: null,
  });
  expect(key).toMatchObject({ object: 'organization.project.service_account.api_key', name: 'ci', expires_at: null });
  const shown = await apiKeys.retrieve(key.id, { project_id });
  expect(shown).toMatchObject({
    object: 'organization.project.api_key',
    owner: { type: 'service_account', service_account: { id: account.id, role: 'owner' } },
    owner_project_access: 'active',
  });
  const updated = await apiKeys.update(key.id, { project_id, scopes: [], expires_in_seconds: 60 });
  expect(updated.expires_at).toBeGreaterThan(key.created_at);
  expect((await all(apiKeys.list(project_id))).map(({ id }) => id)).toEqual([first?.id, key.id]);
  expect(await apiKeys.delete(key.id, { project_id })).toMatchObject({ id: key.id, deleted: true });
  expect(await serviceAccounts.delete(account.id, { project_id })).toMatchObject({ id: account.id, deleted: true });
  expect(await all(apiKeys.list(project_id, { owner_project_access: 'active' }))).toEqual([]);
  await expect(serviceAccounts.retrieve(account.id, { project_id })).rejects.toThrow(NotFoundError);
});

test('the models of a project', async () => {
  const { projects } = organization;
  const { id } = await projects.create({ name: 'Models' });
  const { modelPermissions } = projects;
  const nothing = { object: 'project.model_permissions', mode: 'deny_list', model_ids: [] };
  expect(await modelPermissions.retrieve(id)).toEqual(nothing);
  const model_ids = ['us.amazon.nova-pro-v1:0', 'gpt-4o'];
  const allowed = await modelPermissions.update(id, { mode: 'allow_list', model_ids });
  expect(allowed).toEqual({ object: 'project.model_permissions', mode: 'allow_list', model_ids });
  expect(await modelPermissions.retrieve(id)).toEqual(allowed);
  expect(await modelPermissions.delete(id)).toEqual({ object: 'project.model_permissions.deleted', deleted: true });
  expect(await modelPermissions.retrieve(id)).toEqual(nothing);
});

test('the rate limits of a project', async () => {
  const { projects } = organization;
  const { id: project_id } = await projects.create({ name: 'Limits' });
  const { rateLimits } = projects;
  const rows = await all(rateLimits.listRateLimits(project_id, { limit: 2 }));
  const row = rows.find(({ model }) => model === 'gpt-4o');
  const unlimited = 2_147_483_647;
  expect(row).toMatchObject({ object: 'project.rate_limit', max_tokens_per_1_minute: unlimited });
  const updated = await rateLimits.updateRateLimit(row?.id ?? '', { project_id, max_requests_per_1_minute: 7 });
  expect(updated).toEqual({ ...row, max_requests_per_1_minute: 7 });
  expect(await all(rateLimits.listRateLimits(project_id))).toContainEqual(updated);
});

test('admin keys', async () => {
  const { adminAPIKeys } = organization;
  const { value, ...key } = await adminAPIKeys.create({ name: 'ops', expires_in_seconds: 600 });
  expect(await adminAPIKeys.retrieve(key.id)).toEqual(key);
  const own = clientWith(value).admin.organization.adminAPIKeys;
  expect((await all(own.list({ limit: 1, order: 'desc' }))).map(({ name }) => name)).toEqual(['ops', 'Deployment']);
  expect(await own.delete(key.id)).toMatchObject({ id: key.id, deleted: true });
  await expect(own.retrieve(key.id)).rejects.toThrow(AuthenticationError);
});

test('the audit log', async () => {
  const { projects, auditLogs } = organization;
  const { id } = await projects.create({ name: 'Audit' });
  await projects.archive(id);
  const entries = await all(
    auditLogs.list({ project_ids: [id], event_types: ['project.created', 'project.archived'] }),
  );
  expect(entries.map(({ type }) => type)).toEqual(['project.archived', 'project.created']);
  expect(entries[1]?.['project.created']).toMatchObject({ id });
  expect(await all(auditLogs.list({ effective_at: { gt: 4_000_000_000 } }))).toEqual([]);
});

test("lists are read to their end by the client's own iterator", async () => {
  const { projects, auditLogs } = organization;
  const { id } = await projects.create({ name: 'Pages' });
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) await projects.serviceAccounts.create(id, { name });
  const accounts = await all(projects.serviceAccounts.list(id, { limit: 2 }));
  expect(accounts.map(({ name }) => name)).toEqual(names);
  expect(await all(projects.apiKeys.list(id, { limit: 2 }))).toHaveLength(5);
  expect(await all(auditLogs.list({ limit: 3, project_ids: [id] }))).toHaveLength(11);
  expect((await all(projects.list({ limit: 1 }))).map(({ name }) => name)).toContain('Pages');
});

const month = { currency: 'USD', interval: 'month' } as const;

test('spend limits', async () => {
  const { projects, spendLimit } = organization;
  const { id } = await projects.create({ name: 'Limits' });
  const limit = { threshold_amount: 500, ...month };
  const ofProject = { object: 'project.spend_limit', ...limit, enforcement: { status: 'inactive' } };
  expect(await projects.spendLimit.update(id, limit)).toEqual(ofProject);
  expect(await projects.spendLimit.retrieve(id)).toEqual(ofProject);
  expect(await projects.spendLimit.delete(id)).toMatchObject({ deleted: true });
  await expect(projects.spendLimit.retrieve(id)).rejects.toThrow(NotFoundError);
  expect(await spendLimit.update(limit)).toEqual({ ...ofProject, object: 'organization.spend_limit' });
  expect(await spendLimit.retrieve()).toEqual({ ...ofProject, object: 'organization.spend_limit' });
  expect(await spendLimit.delete()).toMatchObject({ deleted: true });
});

test('spend alerts', async () => {
  const { projects, spendAlerts } = organization;
  const { id: project_id } = await projects.create({ name: 'Alerts' });
  const body = (threshold_amount: number) => ({
    threshold_amount,
    ...month,
    notification_channel: { type: 'email' as const, recipients: ['finance@example.com'] },
  });
  const made = [];
  for (const cents of [1, 2, 3]) made.push(await projects.spendAlerts.create(project_id, body(cents)));
  expect(await all(projects.spendAlerts.list(project_id, { limit: 2 }))).toEqual(made);
  const [first, , last] = made;
  const id = first?.id ?? '';
  expect((await projects.spendAlerts.list(project_id, { before: last?.id ?? '' })).data).toEqual(made.slice(0, 2));
  expect(await projects.spendAlerts.retrieve(id, { project_id })).toEqual(first);
  expect(await projects.spendAlerts.update(id, { project_id, ...body(9) })).toMatchObject({ id, threshold_amount: 9 });
  expect(await projects.spendAlerts.delete(id, { project_id })).toMatchObject({ id, deleted: true });
  const ours = await spendAlerts.create(body(4));
  expect(ours.object).toBe('organization.spend_alert');
  expect(await spendAlerts.retrieve(ours.id)).toEqual(ours);
  expect(await spendAlerts.update(ours.id, body(5))).toEqual({ ...ours, threshold_amount: 5 });
  expect((await all(spendAlerts.list())).map((each) => each.id)).toEqual([ours.id]);
  expect(await spendAlerts.delete(ours.id)).toMatchObject({ id: ours.id, deleted: true });
});

test('usage and costs', async () => {
  const { projects, usage: reports } = organization;
  const { id } = await projects.create({ name: 'Usage' });
  const now = Date.now();
  const start_time = Math.floor(now / 1_000) - 3 * 86_400;
  const projectId = id.slice('proj_'.length);
  for (const operation of ['completions', 'embeddings'] as const) {
    const used = { requests: 2, inputTokens: 5, outputTokens: 1, cost: 1_000_000 };
    const request = { operation, projectId, callerId: 'crawler', model: 'gpt', at: now };
    for (const update of usageUpdates(request, used)) await usage.update(update);
  }
  const asked = { start_time, project_ids: [id], group_by: ['project_id' as const], limit: 2 };
  const first = await reports.completions(asked);
  expect([first.data.length, first.has_more]).toEqual([2, true]);
  const second = await reports.completions({ ...asked, page: first.next_page ?? '' });
  expect([second.data.length, second.has_more]).toEqual([2, false]);
  const grouped = { project_id: id, num_model_requests: 2, input_tokens: 5 };
  expect(second.data.at(-1)?.results).toMatchObject([grouped]);
  const embedded = await reports.embeddings({ ...asked, group_by: ['project_id', 'model'], limit: 4 });
  expect(embedded.data.at(-1)?.results).toMatchObject([{ ...grouped, model: 'gpt' }]);
  const costs = await reports.costs({ start_time, project_ids: [id] });
  expect(costs.data.at(-1)?.results).toMatchObject([{ amount: { value: 0.002, currency: 'usd' } }]);
  await expect(reports.images({ start_time })).rejects.toThrow(NotFoundError);
});

test('refusals are errors of the client', async () => {
  const { projects } = organization;
  const { id } = await projects.create({ name: 'Errors' });
  const { api_key: key } = await projects.serviceAccounts.create(id, { name: 'plain' });
  const plain = clientWith(key?.value ?? '').admin.organization;
  await expect(plain.projects.list()).rejects.toThrow(PermissionDeniedError);
  await expect(projects.create({ name: '' })).rejects.toMatchObject({ status: 400, param: 'name' });
  await expect(organization.users.retrieve('user_1')).rejects.toMatchObject({
    status: 404,
    code: 'unsupported_endpoint',
  });
});
