import OpenAI, { AuthenticationError, NotFoundError, PermissionDeniedError } from 'openai';
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
