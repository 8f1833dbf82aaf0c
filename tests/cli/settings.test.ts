import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cli, fakeGateway, type FakeGateway } from './support.ts';

let gateway: FakeGateway;
let home: string;
let file: string;

beforeAll(async () => {
  gateway = await fakeGateway();
  gateway.answer({ object: 'list', data: [] });
  home = await mkdtemp(path.join(os.tmpdir(), 'cli-'));
  file = path.join(home, '.config/bedrock-gateway/config.json');
  await mkdir(path.dirname(file), { recursive: true });
});
afterAll(async () => {
  await gateway.close();
  await rm(home, { recursive: true });
});
afterEach(() => rm(file, { force: true }));

/** Writes the config file. */
async function configure(settings: unknown, mode = 0o600): Promise<void> {
  await writeFile(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
  await chmod(file, mode);
}

/** The key that a command line sends; what it says instead where it sends none. */
async function sent(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<string> {
  gateway.answer({ object: 'list', data: [], id: 'x', method: 'y', scopes: [], models: null });
  const { err } = await cli(args, { env, home, ...(input !== undefined && { input }) });
  return gateway.seen[0]?.headers.authorization?.replace('Bearer ', '') ?? err;
}

const url = () => ({ BEDROCK_GATEWAY_URL: gateway.baseUrl });

test('the admin key is the first of file, environment, config file and OpenAI’s variable', async () => {
  const keyFile = path.join(home, 'key.txt');
  await writeFile(keyFile, 'from-file\n');
  const openai = { OPENAI_BASE_URL: gateway.baseUrl, OPENAI_ADMIN_KEY: 'from-openai' };
  expect(await sent(['whoami'], openai)).toBe('from-openai');
  await configure({ baseUrl: gateway.baseUrl, adminKey: 'from-config' });
  expect(await sent(['whoami'], openai)).toBe('from-config');
  const all = { ...openai, ...url(), BEDROCK_GATEWAY_ADMIN_KEY: 'from-env' };
  expect(await sent(['whoami'], all)).toBe('from-env');
  expect(await sent(['whoami', '--key-file', keyFile], all)).toBe('from-file');
  expect(await sent(['whoami', '--key-file', '-'], all, 'from-input\n')).toBe('from-input');
});

test('models are called with the API key, and else with the admin key', async () => {
  const admin = { ...url(), BEDROCK_GATEWAY_ADMIN_KEY: 'admin' };
  expect(await sent(['models'], { ...admin, BEDROCK_GATEWAY_API_KEY: 'api' })).toBe('api');
  expect(await sent(['models'], admin)).toBe('admin');
  expect(await sent(['whoami'], { ...url(), BEDROCK_GATEWAY_API_KEY: 'api' })).toContain('an admin key is missing');
});

test('keys are only sent to the server that they are meant for', async () => {
  await configure({ baseUrl: 'https://openai.example.com/v1', adminKey: 'from-config' });
  expect(await sent(['whoami'], url())).toContain('only sent to the baseUrl in that file');
  const openai = { OPENAI_BASE_URL: 'https://api.openai.com/v1', OPENAI_API_KEY: 'from-openai' };
  expect(await sent(['models'], { ...openai, ...url() })).toContain('an API key is missing');
});

test.each<[string, unknown, number, RegExp]>([
  ['others can read', { adminKey: 'secret-key' }, 0o640, /mode 640.*\nRun: chmod 600 \/\S+config\.json/],
  ['others can write', { adminKey: 'secret-key' }, 0o602, /chmod 600/],
  ['is no JSON', '{"adminKey": secret-key', 0o600, /not a JSON object/],
  ['has a list', ['secret-key'], 0o600, /not a JSON object/],
  ['has an unknown setting', { adminkey: 'secret-key' }, 0o600, /"adminkey"\nDid you mean "adminKey"\?/],
  ['has a number', { adminKey: 7 }, 0o600, /"adminKey" must be a non-empty string/],
  ['is long', JSON.stringify({ adminKey: 'secret-key'.repeat(7_000) }), 0o600, /longer than 64 KB/],
])('a config file that %s is refused', async (_what, settings, mode, message) => {
  await configure(settings, mode);
  const { code, err } = await cli(['whoami'], { home });
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err).not.toContain('secret-key');
  expect((await cli(['models', '--help'], { home })).code).toBe(0);
});

test('a config file that is named must be there', async () => {
  expect((await cli(['whoami'], { home, env: { BEDROCK_GATEWAY_CONFIG: '/nowhere.json' } })).err).toContain('(ENOENT)');
  expect((await cli(['whoami'], { home })).err).toContain("the gateway's base URL is missing");
});

test.each<[string, RegExp]>([
  ['http://openai.example.com/v1', /plain http to openai\.example\.com.*\nUse https, or pass --insecure-http/],
  ['http://127.0.0.1.example.com/v1', /plain http/],
  ['http://localhost.example.com', /plain http/],
  ['ftp://example.com', /must be an http or https URL/],
  ['//user:secret@example.com', /must be an http or https URL, not '\/\/…@example\.com'/],
  ['https://user:secret@example.com/v1', /must not contain a user, a query or a fragment/],
  ['https://example.com/v1?key=secret', /must not contain a user, a query or a fragment/],
])('the base URL %s is refused', async (baseUrl, message) => {
  const { code, err } = await cli(['whoami', '--base-url', baseUrl], { env: { BEDROCK_GATEWAY_ADMIN_KEY: 'k' } });
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err).not.toContain('secret');
});

test('a base URL without a path gets /v1, and loses slashes', async () => {
  const env = { BEDROCK_GATEWAY_ADMIN_KEY: 'k' };
  for (const baseUrl of [gateway.baseUrl.replace('/v1', ''), `${gateway.baseUrl}//`]) {
    gateway.answer({});
    await cli(['whoami', '--base-url', baseUrl], { env });
    expect(gateway.seen[0]?.operation).toBe('GET /v1/whoami');
  }
});

test.each([
  ['two words', 'k k'],
  ['a line break', 'secret\nx-header: 1'],
  ['other letters', 'schlüssel'],
  ['nothing', '  '],
])('a key of %s is refused without being quoted', async (_what, key) => {
  const { code, err } = await cli(['whoami'], { env: { ...url(), BEDROCK_GATEWAY_ADMIN_KEY: key } });
  expect(code).toBe(2);
  expect(err).toMatch(/BEDROCK_GATEWAY_ADMIN_KEY/);
  expect(err).not.toContain(key.trim() || 'nothing to look for');
});
