import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root, sharedGateway, type Served } from '../support/gateway.ts';
import { cli } from './support.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let gateway: Served;
let env: Record<string, string>;

beforeAll(async () => {
  gateway = await sharedGateway();
  env = { BEDROCK_GATEWAY_URL: gateway.baseUrl, BEDROCK_GATEWAY_ADMIN_KEY: gateway.adminKey ?? '' };
});

const said = (content: string): object[] => [{ role: 'user', content }];
const bin = path.join(root, 'cli/bin.mjs');

/** Standard output of the command, run as a process of its own. */
async function command(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], { env: { ...process.env, ...env } });
  return stdout.trim();
}

/** What the command prints with `--json`. */
async function json(...args: readonly string[]) {
  const { code, out, err } = await cli([...args, '--json'], { env });
  expect({ args, code, err }).toEqual({ args, code: 0, err: '' });
  return JSON.parse(out);
}

test('a project, a service account and a key are made, and a model answers to the key', async () => {
  const project = await command('projects', 'create', 'search', '--quiet');
  const account = await command('accounts', 'create', 'crawler', '--no-key', '--quiet', '--project', project);
  const key = await command('keys', 'create', '--account', account, '--quiet', '--project', project);
  expect([project, account, key]).toEqual([
    expect.stringMatching(/^proj_\w+$/),
    expect.stringMatching(/^svc_acct_\w+$/),
    expect.stringMatching(/^sk-\S+$/),
  ]);
  env = { ...env, BEDROCK_GATEWAY_API_KEY: key, BEDROCK_GATEWAY_PROJECT: project };
  expect(await command('chat', '--model', gateway.model, 'Say', 'hello.')).toContain('Say hello.');
});

test('everything can be listed, changed and ended', async () => {
  const account = await json('accounts', 'create', 'indexer', '--scope', 'inference', '--expires-in', '1h');
  const key = account.api_key.id;
  const projects = await json('projects', 'list');
  expect(projects.data.map(({ id }: { id: string }) => id)).toContain(env['BEDROCK_GATEWAY_PROJECT']);
  expect((await json('accounts', 'list')).data).toHaveLength(2);
  expect((await json('keys', 'list')).data).toHaveLength(2);
  expect((await json('keys', 'list', '--admin')).data).not.toHaveLength(0);
  expect(await json('keys', 'update', key, '--scope', 'usage.read')).toMatchObject({ id: key, scopes: ['usage.read'] });
  expect((await json('keys', 'rotate', key, '--grace', '1m')).value).not.toBe(account.api_key.value);
  expect(await json('keys', 'delete', key, '--yes')).toMatchObject({ id: key, deleted: true });
  expect(await json('accounts', 'update', account.id, '--name', 'ranker')).toMatchObject({ name: 'ranker' });
  expect(await json('accounts', 'delete', account.id, '--yes')).toMatchObject({ deleted: true });
  expect((await json('models')).data.map(({ id }: { id: string }) => id)).toContain(gateway.model);
  expect(await json('whoami')).toMatchObject({ method: 'gateway-key', scopes: ['admin'] });
  expect((await json('audit', 'list', '--type', 'api_key.deleted', '--resource', key)).data).toHaveLength(1);
  expect(await json('reconcile')).toMatchObject({ failed: 0 });
});

test('a project is held to permissions, limits and spending, and its usage is reported', async () => {
  expect(await json('permissions', 'deny', gateway.embeddingModel)).toMatchObject({ mode: 'deny_list' });
  expect(await json('permissions', 'get')).toMatchObject({ model_ids: [gateway.embeddingModel] });
  expect(await json('permissions', 'remove', '--yes')).toMatchObject({ deleted: true });
  const limit = { model: gateway.model, max_requests_per_1_day: 1_000 };
  expect(await json('limits', 'set', gateway.model, '--requests-per-day', '1000')).toMatchObject(limit);
  expect((await json('limits', 'list')).data).toContainEqual(expect.objectContaining(limit));
  expect(await json('spend', 'set', '12.50')).toMatchObject({ threshold_amount: 1_250 });
  expect(await json('spend', 'get')).toMatchObject({ threshold_amount: 1_250 });
  expect(await json('spend', 'remove', '--yes')).toMatchObject({ deleted: true });
  const { id } = await json('alerts', 'create', '10', '--email', 'a@example.com');
  expect(await json('alerts', 'update', id, '--amount', '20')).toMatchObject({ id, threshold_amount: 2_000 });
  expect((await json('alerts', 'list')).data).toHaveLength(1);
  expect(await json('alerts', 'delete', id, '--yes')).toMatchObject({ deleted: true });
  const used = await json('usage', 'completions', '--by', 'model', '--project', env['BEDROCK_GATEWAY_PROJECT'] ?? '');
  expect(used.data.flatMap(({ results }: { results: object[] }) => results)).toEqual([
    expect.objectContaining({ model: gateway.model, num_model_requests: 1 }),
  ]);
  for (const report of ['embeddings', 'costs']) expect(await json('usage', report)).toMatchObject({ object: 'page' });
});

test('files are stored, listed, read and deleted, and a model request is sent from one', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cli-files-'));
  try {
    const [file, body] = [path.join(folder, 'request.json'), { model: gateway.model, messages: said('Say files.') }];
    await writeFile(file, JSON.stringify(body));
    const id = await command('files', 'upload', file, '--expires-in', '1h', '--quiet');
    expect(id).toMatch(/^file-\w{22}$/);
    expect(await json('files', 'get', id)).toMatchObject({ id, filename: 'request.json', purpose: 'user_data' });
    expect((await json('files', 'list')).data).toHaveLength(1);
    expect(JSON.parse(await command('files', 'content', id))).toEqual(body);
    expect(await command('request', '/chat/completions', '--body-id', id)).toContain('Say files.');
    expect(await json('files', 'delete', id, '--yes')).toMatchObject({ id, deleted: true });
    await writeFile(file, JSON.stringify({ ...body, stream: true }));
    const events = (await command('request', '/chat/completions', '--body-file', file)).split('\n');
    expect(events.length).toBeGreaterThan(2);
    expect(JSON.parse(events[0] ?? '')).toMatchObject({ object: 'chat.completion.chunk' });
    expect((await json('files', 'list')).data).toEqual([]);
    await writeFile(file, Buffer.alloc(4_000_001));
    const large = await command('files', 'upload', file, '--quiet');
    expect(await json('files', 'get', large)).toMatchObject({ bytes: 4_000_001, filename: 'request.json' });
    expect(await command('files', 'delete', large, '--yes')).toBe(`Deleted ${large}.`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the command reads from pipes, and ends when its reader goes', async () => {
  const script = `printf %s "$BEDROCK_GATEWAY_ADMIN_KEY" | "$0" "$1" models --key-file - | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script, process.execPath, bin], {
    env: { ...process.env, ...env, BEDROCK_GATEWAY_API_KEY: '' },
  });
  expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^MODEL +OWNER +CREATED\n$/), stderr: '' });
});
