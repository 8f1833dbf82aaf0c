import { testApp } from '../support/app.ts';
import { memoryDirectory, type MemoryDirectory } from '../support/key-directory.ts';
import { organizationApi, start, type Api } from '../organization/api.ts';

const now = () => start * 1_000;
const actor = { keyId: `${'0'.repeat(35)}1`, requestId: 'setup' };

/** A function of a stack with keys of its own that has just started, and a project of it. */
async function issuing() {
  const memory = memoryDirectory(now);
  const authenticators = [memory.started()];
  const app = testApp({ services: { authenticators, keys: memory.keys, now } });
  const { id: projectId } = await memory.keys.createProject('a', actor);
  const account = await memory.keys.createAccount({ projectId, name: 'app', role: 'none' }, actor);
  const place = { projectId, accountId: account?.id ?? '', name: 'k', kind: 'project', scopes: [] } as const;
  const issue = async (more: { expiresAt?: number } = {}) => {
    const issued = await memory.keys.createKey({ ...place, ...more }, actor);
    return { id: issued?.record.id ?? '', value: issued?.value ?? '' };
  };
  const ask = async (path: string, key: string, init: RequestInit = {}) => {
    const response = await app.open(path, { ...init, headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { memory, app, issue, ask };
}

/** Another digit in the place of one. */
function other(text: string, at: number): string {
  const place = text.length + at;
  return text.slice(0, place) + (text[place] === 'a' ? 'b' : 'a') + text.slice(place + 1);
}

test('guesses at rate neither get in nor lock anybody out, and cost one read for an id', async () => {
  const { memory, issue, ask } = await issuing();
  const { value } = await issue();
  memory.reads.length = 0;
  // Another secret, or the id of a key that there is not.
  const guesses = Array.from({ length: 500 }, (_, index) => {
    const unknown = value.replace(/.{12}-(?=\w{43}$)/, `${String(index).padStart(12, 'z')}-`);
    return [other(value, -1 - (index % 43)), unknown, unknown];
  }).flat();
  const asked = guesses.map(async (guess, index) => {
    const [bad, good] = await Promise.all([ask('/v1/whoami', guess), index % 10 === 0 && ask('/v1/whoami', value)]);
    return [bad.status, good === false ? 200 : good.status];
  });
  expect(new Set((await Promise.all(asked)).map(String))).toEqual(new Set(['401,200']));
  expect(memory.reads).toHaveLength(1 + 500);
});

describe('no endpoint takes a key that is not good', () => {
  const requests: readonly (readonly [string, RequestInit?])[] = [
    ['/v1/models'],
    ['/v1/models/m'],
    ['/v1/whoami'],
    ['/v1/organization/projects'],
    ['/v1/organization/reconcile', { method: 'POST' }],
    ['/v1/chat/completions', { method: 'POST', body: '{}' }],
    ['/v1/completions', { method: 'POST', body: '{}' }],
    ['/v1/embeddings', { method: 'POST', body: '{}' }],
    ['/foundation-models'],
    ['/inference-profiles'],
    ['/model/m/converse', { method: 'POST', body: '{}' }],
    ['/model/m/converse-stream', { method: 'POST', body: '{}' }],
    ['/model/m/invoke', { method: 'POST', body: '{}' }],
    ['/model/m/count-tokens', { method: 'POST', body: '{}' }],
    ['/guardrail/g/version/1/apply', { method: 'POST', body: '{}' }],
  ];

  const spoils: readonly (readonly [
    string,
    (memory: MemoryDirectory, key: { id: string; value: string }) => unknown,
  ])[] = [
    ['revoked', ({ keys }, { id }) => keys.revokeKey(id, actor)],
    ['expired', ({ change }, { id }) => change(id, { expiresAt: start })],
    [
      'of a deleted account',
      ({ keys }, { id }) => keys.deleteAccount({ projectId: id.slice(0, 12), id: id.slice(12, 24) }, actor),
    ],
    ['of an archived project', ({ keys }, { id }) => keys.archiveProject(id.slice(0, 12), actor)],
    ['rotated', ({ keys }, { id }) => keys.rotateKey(id, 0, actor)],
  ];

  const texts: readonly (readonly [string, (value: string) => string])[] = [
    ['of another stack', (value) => value.replace('sk-test-', 'sk-other-')],
    ['with a wrong secret', (value) => other(value, -1)],
    ['of another id', (value) => other(value, -45)],
    ['of another account', (value) => other(value, -57)],
    ['of another project', (value) => other(value, -69)],
    ['that claims to be an admin key', (value) => value.replace(/-\w{36}-/, `-${'0'.repeat(35)}1-`)],
    ['without its end', (value) => value.slice(0, -1)],
    ['of 8 kB', (value) => value + 'a'.repeat(8_192)],
    ['of 60 kB', (value) => value + 'a'.repeat(60_000)],
    ['with a letter that is not ASCII', (value) => value.replace(/.$/, 'é')],
    ['with a byte of 0xFF in its id', (value) => value.replace(/-\w/, '-ÿ')],
    ['twice', (value) => `${value},${value}`],
    ['with another behind it', (value) => `${value}, Bearer x`],
    ['in upper case', (value) => value.toUpperCase()],
    ['encoded', (value) => value.replaceAll('-', '%2D')],
  ];

  const cases = [
    ...spoils.map(([name, spoil]) => ({ name, spoil, textOf: (value: string) => value })),
    ...texts.map(([name, textOf]) => ({ name, spoil: () => undefined, textOf })),
  ];

  test.each(cases)('$name', async ({ spoil, textOf }) => {
    const { memory, issue, ask, app } = await issuing();
    const key = await issue();
    await spoil(memory, key);
    const text = textOf(key.value);
    for (const [path, init] of requests) {
      const answer = await ask(path, text, init);
      // AWS's clients know no 401: for them it is a 403.
      const isOpenAi = path.startsWith('/v1/');
      expect([path, answer.status]).toEqual([path, isOpenAi ? 401 : 403]);
      const visible = JSON.stringify([[...answer.headers], answer.text, app.log.splice(0)]);
      for (const secret of [text, key.value.slice(-43), key.value.slice(-43, -1)])
        expect(visible).not.toContain(secret);
    }
  });
});

describe('an id of another place', () => {
  let api: Api;
  let mine: Awaited<ReturnType<Api['team']>>;
  let theirs: Awaited<ReturnType<Api['team']>>;
  beforeAll(async () => {
    api = organizationApi();
    mine = await api.team('mine');
    theirs = await api.team('theirs');
  });

  test.each<[string, (own: string) => string]>([
    ['GET', (own) => `${own}/service_accounts/${theirs.account}`],
    ['POST', (own) => `${own}/service_accounts/${theirs.account}`],
    ['DELETE', (own) => `${own}/service_accounts/${theirs.account}`],
    ['POST', (own) => `${own}/service_accounts/${theirs.account}/api_keys`],
    ['POST', (own) => `${own}/service_accounts/${mine.key}/api_keys`],
    ['GET', (own) => `${own}/api_keys/${theirs.key}`],
    ['POST', (own) => `${own}/api_keys/${theirs.key}`],
    ['POST', (own) => `${own}/api_keys/${theirs.key}/rotate`],
    ['DELETE', (own) => `${own}/api_keys/${theirs.key}`],
    ['GET', (own) => `${own}/api_keys/key_${'0'.repeat(35)}1`],
    ['DELETE', (own) => `${own}/api_keys/key_${'0'.repeat(35)}1`],
    ['GET', () => `/projects/${mine.account}`],
    ['POST', () => `/projects/${mine.key}/archive`],
    ['GET', () => `/projects/proj_${'0'.repeat(12)}/api_keys`],
    ['POST', () => `/projects/proj_${'0'.repeat(12)}/service_accounts/svc_acct_${'0'.repeat(12)}/api_keys`],
    ['GET', () => `/admin_api_keys/${mine.key}`],
    ['DELETE', () => `/admin_api_keys/${mine.key}`],
  ])('is not found by an admin key either: %s', async (method, path) => {
    const own = `/projects/${mine.project}`;
    const answer = await api.ask(`${method} ${path(own)}`);
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    expect((await api.ask('GET /v1/whoami', undefined, theirs.value)).status).toBe(200);
  });

  test.each<[string, () => string]>([
    ['accounts', () => `/projects/${mine.project}/service_accounts?after=${theirs.account}`],
    ['accounts, by a key', () => `/projects/${mine.project}/service_accounts?after=${mine.key}`],
    ['keys', () => `/projects/${mine.project}/api_keys?after=${theirs.key}`],
    ['keys, by an admin key', () => `/projects/${mine.project}/api_keys?after=key_${'0'.repeat(35)}1`],
    ['admin keys', () => `/admin_api_keys?after=${mine.key}`],
    ['projects', () => `/projects?after=${mine.account}`],
    ['audit logs', () => `/audit_logs?after=${mine.project}`],
    ['audit logs, backwards', () => `/audit_logs?before=${mine.key}`],
  ])('is no cursor in a list of %s', async (_name, path) => {
    expect((await api.ask(`GET ${path()}`)).status).toBe(400);
  });
});

test("the deployment's own admin key, once deleted, is over for every function that starts later", async () => {
  const api = organizationApi();
  const first = `/admin_api_keys/key_${'0'.repeat(35)}1`;
  const { value } = (await api.ask('POST /admin_api_keys', { name: 'ops' })).body;
  expect((await api.ask(`DELETE ${first}`, undefined, value)).status).toBe(200);
  // What `up` gives the functions is as before; the mark in the table counts.
  expect((await api.ask('GET /projects')).status).toBe(401);
  const later = testApp({ services: { authenticators: [api.directory.started()], now } });
  const headers = { authorization: `Bearer ${api.directory.adminKey}` };
  expect((await later.open('/v1/whoami', { headers })).status).toBe(401);
  expect((await api.ask(`GET ${first}`, undefined, value)).status).toBe(404);
});
