import { randomBytes } from 'node:crypto';
import type { Token } from '../../function/auth/authenticate.ts';
import type { Caller } from '../../function/auth/caller.ts';
import { ApiError } from '../../function/errors.ts';
import { keyAuthenticator } from '../../function/keys/gateway-keys.ts';
import { accountPlace, itemOf, keyPlace, projectPlace, rulesPlace } from '../../function/keys/items.ts';
import { keyReader, type KeyRecords } from '../../function/keys/key-records.ts';
import { base62, keyText, secretText } from '../../function/keys/key-text.ts';
import { unavailable } from '../../function/keys/store.ts';
import { fakeTable } from './fake-table.ts';
import {
  account,
  accountId,
  adminKey,
  adminKeyId,
  deployment,
  firstKeyId,
  key,
  keyId,
  now,
  nowSeconds,
  project,
  projectId,
  secretOf,
  sha256Of,
  stack,
  textOf,
} from './records.ts';

const tokenOf = (text: string): Token => ({ text, sha256: sha256Of(text) });

/** An authenticator over records that a test may change, and the ids that it has read. */
function withRecords(records: Partial<KeyRecords> = { key, project, account }) {
  const reads: string[] = [];
  const store: { records: Partial<KeyRecords>; error?: Error } = { records };
  const keys = keyAuthenticator({
    stack,
    log: () => undefined,
    read: async (id) => {
      reads.push(id);
      await Promise.resolve();
      if (store.error) throw store.error;
      const { key: found, ...others } = store.records;
      return found?.id === id ? { key: found, ...others } : undefined;
    },
  });
  return { reads, store, use: (text: string, at = now) => keys.authenticate(tokenOf(text), at) };
}

async function refusalOf(use: () => ReturnType<ReturnType<typeof withRecords>['use']>): Promise<ApiError> {
  try {
    await use();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const incorrect =
  'Incorrect API key provided. This gateway has issued no such key: copy the whole key again, or ask for a new one.';

test('a good key is known with its project, its scopes and its id', async () => {
  const { use } = withRecords();
  expect(await use(textOf('s'))).toEqual({
    id: 'key-VbT0Hmi00003',
    method: 'gateway-key',
    isProven: true,
    project: 'VbT0Hmi00001',
    projectName: 'Search',
    keyId,
    scopes: ['inference', 'models.read'],
    cacheKey: sha256Of(textOf('s')),
  } satisfies Caller);
});

test('an admin key has no project', async () => {
  const { use } = withRecords({ key: adminKey });
  expect(await use(textOf('a', adminKeyId))).toEqual({
    id: 'key-VbT0Hmi00004',
    method: 'gateway-key',
    isProven: true,
    keyId: adminKeyId,
    scopes: ['admin'],
    cacheKey: sha256Of(textOf('a', adminKeyId)),
  } satisfies Caller);
});

test('a caller ends with the key', async () => {
  const { use } = withRecords({ key: { ...key, expiresAt: nowSeconds + 1 }, project, account });
  expect(await use(textOf('s'))).toMatchObject({ expiresAt: nowSeconds + 1 });
});

test.each([
  ['nothing', ''],
  ['a Bedrock key', `ABSK${secretOf('s')}`],
  ['an OpenAI key', `sk-proj-${secretOf('s')}`],
  ['a key of a stack whose name begins like this one', `sk-acme-de-${keyId}`],
  ['non-ASCII text', 'sk-ä'],
  ['8 kB of hyphens', '-'.repeat(8_192)],
])('%s is not judged and not read', (_name, text) => {
  const { use, reads } = withRecords();
  expect([use(text), reads]).toEqual([undefined, []]);
});

const damaged =
  'Incorrect API key provided. It looks like a key of this gateway, but is damaged: copy the whole key again.';
const foreign = 'Incorrect API key provided. It is a key of another gateway: use one that this gateway has issued.';

test.each([
  ['a key without its end', textOf('s').slice(0, -1), damaged],
  ['a key with more at its end', `${textOf('s')}s`, damaged],
  ['a key with another letter', textOf('s').replace('VbT0', 'Vb_0'), damaged],
  ['a key with a letter that is not ASCII', textOf('s').replace('VbT0', 'Vbä0'), damaged],
  ['a key of 8 kB', textOf('s'.repeat(190)), damaged],
  ['a key of another stack', textOf('s', keyId, 'other'), foreign],
  ['a key of a stack whose name begins like this one', textOf('s', keyId, 'acme-dev-2'), foreign],
  ['a key of a stack whose name this one begins like', textOf('s', keyId, 'acme'), foreign],
  ['a key of a stack in other case', textOf('s', keyId, 'Acme-dev'), foreign],
])('%s is refused before any read', async (_name, text, message) => {
  const { use, reads } = withRecords();
  const error = await refusalOf(() => use(text));
  expect([error.status, error.code, error.message, reads]).toEqual([401, 'invalid_api_key', message, []]);
});

test('a wrong secret and an unknown id are answered alike, at the first use and later', async () => {
  const { use, reads } = withRecords();
  const unknown = keyId.replace('00003', '00009');
  for (const id of [keyId, unknown, keyId, unknown]) {
    const error = await refusalOf(() => use(textOf('x', id)));
    expect(error).toEqual(new ApiError(incorrect, { status: 401, code: 'invalid_api_key' }));
    expect([error.code, error.headers, error.param]).toEqual(['invalid_api_key', {}, null]);
  }
  expect(reads).toEqual([keyId, unknown]);
});

test.each([
  ['revoked', { key: { ...key, state: 'revoked' }, project, account }, 'This key was revoked: use another one.'],
  [
    'expired',
    { key: { ...key, expiresAt: nowSeconds }, project, account },
    'This key expired at 2026-11-20T10:30:00.000Z: use another one.',
  ],
  [
    'of a deleted account',
    { key, project, account: { ...account, state: 'deleted' } },
    'The service account of this key was deleted: use a key of another one.',
  ],
  [
    'of an account without a record',
    { key, project },
    'The service account of this key was deleted: use a key of another one.',
  ],
  [
    'of an archived project',
    { key, project: { ...project, state: 'archived' }, account },
    'The project of this key was archived: use a key of another one.',
  ],
  [
    'of a project without a record',
    { key, account },
    'The project of this key was archived: use a key of another one.',
  ],
] satisfies [string, Partial<KeyRecords>, string][])(
  'a key that is %s is refused, and says so only to its holder',
  async (_name, records, why) => {
    const { use } = withRecords(records);
    const error = await refusalOf(() => use(textOf('s')));
    expect([error.status, error.code, error.message]).toEqual([
      401,
      'invalid_api_key',
      `Incorrect API key provided. ${why}`,
    ]);
    expect((await refusalOf(() => use(textOf('x')))).message).toBe(incorrect);
  },
);

describe('after a rotation', () => {
  const rotated = { ...key, sha256: sha256Of(secretOf('n')), previous: { sha256: key.sha256, until: nowSeconds + 30 } };

  test('both secrets are good until the grace time of the old one is over', async () => {
    const { use } = withRecords({ key: { ...rotated, expiresAt: nowSeconds + 100 }, project, account });
    expect(await use(textOf('n'))).toMatchObject({ expiresAt: nowSeconds + 100 });
    expect(await use(textOf('s'))).toMatchObject({ expiresAt: nowSeconds + 30 });
    expect(await use(textOf('s'), now + 29_999)).toMatchObject({ keyId });
    expect((await refusalOf(() => use(textOf('s'), now + 30_000))).message).toBe(
      'Incorrect API key provided. This key was rotated, and its old secret is not good any more: use the new one.',
    );
    expect(await use(textOf('n'), now + 30_000)).toMatchObject({ keyId });
  });

  test('the old secret ends with the key where that is sooner', async () => {
    const { use } = withRecords({ key: { ...rotated, expiresAt: nowSeconds + 10 }, project, account });
    expect(await use(textOf('s'))).toMatchObject({ expiresAt: nowSeconds + 10 });
  });

  test('a secret that is neither is wrong', async () => {
    const { use } = withRecords({ key: rotated, project, account });
    expect((await refusalOf(() => use(textOf('x')))).message).toBe(incorrect);
  });

  test('the old secret of a revoked key is not good in its grace time', async () => {
    const { use } = withRecords({ key: { ...rotated, state: 'revoked' }, project, account });
    expect((await refusalOf(() => use(textOf('s')))).message).toContain('This key was revoked');
  });
});

describe('the cache', () => {
  test('answers at once where the key was read within 60 seconds', async () => {
    const { use, reads } = withRecords();
    expect(use(textOf('s'))).toBeInstanceOf(Promise);
    await use(textOf('s'));
    reads.length = 0;
    expect(use(textOf('s'), now + 59_999)).toMatchObject({ keyId });
    expect(reads).toEqual([]);
    expect(await use(textOf('s'), now + 60_000)).toMatchObject({ keyId });
    expect(reads).toEqual([keyId]);
  });

  test('does not keep a key for longer because the clock was set back', async () => {
    const { use, store } = withRecords();
    await use(textOf('s'));
    store.records = { ...store.records, key: { ...key, state: 'revoked' } };
    expect((await refusalOf(() => use(textOf('s'), now - 1))).message).toContain('This key was revoked');
  });

  test('forgets a revoked key within 60 seconds', async () => {
    const { use, store } = withRecords();
    await use(textOf('s'));
    store.records = { ...store.records, key: { ...key, state: 'revoked' } };
    expect(use(textOf('s'), now + 59_999)).toMatchObject({ keyId });
    expect((await refusalOf(() => use(textOf('s'), now + 60_000))).message).toContain('This key was revoked');
  });

  test('checks the expiry with each use', async () => {
    const { use } = withRecords({ key: { ...key, expiresAt: nowSeconds + 30 }, project, account });
    await use(textOf('s'));
    expect(use(textOf('s'), now + 29_999)).toMatchObject({ keyId });
    expect(() => use(textOf('s'), now + 30_000)).toThrow('This key expired at 2026-11-20T10:30:30.000Z');
  });

  test('remembers no wrong secret, and locks nobody out for one', async () => {
    const { use, reads } = withRecords();
    await refusalOf(() => use(textOf('x')));
    expect(use(textOf('s'))).toMatchObject({ keyId });
    expect(() => use(textOf('x'))).toThrow(incorrect);
    expect(use(textOf('s'))).toMatchObject({ keyId });
    expect(reads).toEqual([keyId]);
  });

  test('compares the secret with every use, whichever was right before', async () => {
    const rotated = {
      ...key,
      sha256: sha256Of(secretOf('n')),
      previous: { sha256: key.sha256, until: nowSeconds + 30 },
    };
    const { use, reads } = withRecords({ key: rotated, project, account });
    const [current, previous] = [textOf('n'), textOf('s')];
    await use(current);
    for (const at of [now, now + 1, now + 2]) {
      expect(use(current, at)).toMatchObject({ keyId, cacheKey: sha256Of(current) });
      expect(() => use(textOf('x'), at)).toThrow(incorrect);
      expect(use(previous, at)).toMatchObject({ expiresAt: nowSeconds + 30, cacheKey: sha256Of(previous) });
      expect(() => use(textOf('x'), at)).toThrow(incorrect);
    }
    // Used twice in a row, so that it is the use before this one.
    expect(use(previous, now + 29_999)).toMatchObject({ keyId });
    expect(() => use(previous, now + 30_000)).toThrow('This key was rotated');
    expect(use(current, now + 30_000)).not.toHaveProperty('expiresAt');
    expect(reads).toEqual([keyId]);
  });

  test('lets no secret in for another key whose secret was right', async () => {
    const otherId = keyId.replace('00003', '00009');
    const keys = keyAuthenticator({
      stack,
      log: () => undefined,
      read: (id) =>
        Promise.resolve({
          key: { ...key, id, sha256: sha256Of(secretOf(id === keyId ? 's' : 'o')) },
          project,
          account,
        }),
    });
    await keys.authenticate(tokenOf(textOf('s')), now);
    await keys.authenticate(tokenOf(textOf('o', otherId)), now);
    expect(() => keys.authenticate(tokenOf(textOf('s', otherId)), now)).toThrow(incorrect);
    expect(() => keys.authenticate(tokenOf(textOf('o')), now)).toThrow(incorrect);
    expect(keys.authenticate(tokenOf(textOf('s')), now)).toMatchObject({ keyId });
  });

  test('takes no secret that is used again for better than its records', async () => {
    const { use, store } = withRecords();
    await use(textOf('s'));
    expect(use(textOf('s'))).toMatchObject({ scopes: ['inference', 'models.read'] });
    store.records = { key: { ...key, sha256: sha256Of(secretOf('n')), version: 2 }, project, account };
    expect((await refusalOf(() => use(textOf('s'), now + 60_000))).message).toBe(incorrect);
    expect(use(textOf('n'), now + 60_000)).toMatchObject({ keyId });
    expect(() => use(textOf('s'), now + 60_000)).toThrow(incorrect);
  });

  test('reads an id that no key has once in 60 seconds', async () => {
    const { use, reads, store } = withRecords({});
    await refusalOf(() => use(textOf('s')));
    expect(() => use(textOf('s'), now + 59_999)).toThrow(incorrect);
    expect(reads).toEqual([keyId]);
    store.records = { key, project, account };
    expect(await use(textOf('s'), now + 60_000)).toMatchObject({ keyId });
  });

  test('holds no more than 10,000 unknown ids, which push out no key', async () => {
    const { use, reads } = withRecords();
    await use(textOf('s'));
    const idOf = (at: number) => keyId.slice(0, 24) + base62(BigInt(at), 12);
    const guess = (at: number) => refusalOf(() => use(textOf('x', idOf(at))));
    for (let at = 0; at < 10_001; at += 1) await guess(at);
    reads.length = 0;
    await guess(10_000);
    await guess(1);
    expect(reads).toEqual([]);
    await guess(0);
    expect(reads).toEqual([idOf(0)]);
    expect(use(textOf('s'))).toMatchObject({ keyId });
  });

  test('holds no more than 10,000 keys, the oldest out first', async () => {
    const reads: string[] = [];
    const keys = keyAuthenticator({
      stack,
      log: () => undefined,
      read: async (id) => {
        reads.push(id);
        return Promise.resolve({ key: { ...key, id }, project, account });
      },
    });
    const use = (at: number) =>
      keys.authenticate(tokenOf(textOf('s', keyId.slice(0, 24) + base62(BigInt(at), 12))), now);
    for (let at = 0; at < 10_001; at += 1) await use(at);
    reads.length = 0;
    expect(use(10_000)).not.toBeInstanceOf(Promise);
    expect(use(1)).not.toBeInstanceOf(Promise);
    expect(use(0)).toBeInstanceOf(Promise);
    expect(reads).toHaveLength(1);
  });

  test('shares one read between requests for one id, each with its own secret', async () => {
    const { use, reads } = withRecords();
    const results = await Promise.allSettled([textOf('s'), textOf('x'), textOf('s')].map(async (text) => use(text)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(reads).toEqual([keyId]);
  });

  test('does not wait for a read that began more than 60 seconds ago', async () => {
    const { use, reads } = withRecords();
    await Promise.all([use(textOf('s')), use(textOf('s'), now + 60_000)]);
    expect(reads).toEqual([keyId, keyId]);
  });
});

test('a store that is down is a 503 for every key, and is asked again by the next request', async () => {
  const { use, store, reads } = withRecords();
  store.error = unavailable();
  const errors = await Promise.all([textOf('s'), textOf('x')].map((text) => refusalOf(() => use(text))));
  for (const error of errors) {
    expect([error.status, error.code, error.headers]).toEqual([503, 'key_store_unavailable', { 'retry-after': '1' }]);
  }
  delete store.error;
  expect(await use(textOf('s'))).toMatchObject({ keyId });
  expect(reads).toEqual([keyId, keyId]);
});

test('a store that goes down does not make good what is 60 seconds old', async () => {
  const { use, store } = withRecords();
  await use(textOf('s'));
  store.error = unavailable();
  expect((await refusalOf(() => use(textOf('s'), now + 60_000))).status).toBe(503);
});

test('hashes of another length equal nothing', async () => {
  for (const sha256 of ['', 'abcd', sha256Of(secretOf('s')).slice(2), `${sha256Of(secretOf('s'))}00`]) {
    const { use } = withRecords({
      key: { ...key, sha256, previous: { sha256, until: nowSeconds + 9 } },
      project,
      account,
    });
    expect((await refusalOf(() => use(textOf('s')))).message).toBe(incorrect);
  }
});

test('no guess of a thousand gets in', async () => {
  const { use } = withRecords();
  for (let tries = 0; tries < 1_000; tries += 1) {
    const guess = keyText({ stack, keyId, secret: secretText(randomBytes(32)) });
    expect((await refusalOf(() => use(guess))).message).toBe(incorrect);
  }
});

test('no refusal contains any part of a secret', async () => {
  const { use } = withRecords({ key: { ...key, state: 'revoked' }, project, account });
  const texts = [textOf('s'), textOf('x'), textOf('s', keyId, 'other'), textOf('s').slice(0, -1)];
  const errors = await Promise.all(texts.map((text) => refusalOf(() => use(text))));
  expect(JSON.stringify(errors.map((error) => [error.message, Object.entries(error)]))).not.toMatch(/ssss|xxxx/);
});

describe('read from the table', () => {
  let lines: object[] = [];
  const authenticator = (table: ReturnType<typeof fakeTable>, generation = 1) =>
    keyAuthenticator({
      stack,
      read: keyReader(table, { ...deployment, adminGeneration: generation }),
      log: (line) => lines.push(line),
    });
  beforeEach(() => {
    lines = [];
  });

  test('a key takes one read of its records and its rules', async () => {
    const table = fakeTable([key, project, account]);
    expect(await authenticator(table).authenticate(tokenOf(textOf('s')), now)).toMatchObject({ keyId });
    expect(table.reads).toEqual([
      [
        { pk: 'project#VbT0Hmi00001', sk: 'key#VbT0Hmi00002VbT0Hmi00003' },
        { pk: 'organization', sk: 'project#VbT0Hmi00001' },
        { pk: 'project#VbT0Hmi00001', sk: 'account#VbT0Hmi00002' },
        { pk: 'project#VbT0Hmi00001', sk: 'rules' },
        { pk: 'organization', sk: 'rules' },
      ],
    ]);
  });

  test('an admin key takes one read of one record', async () => {
    const table = fakeTable([adminKey]);
    const caller = await authenticator(table).authenticate(tokenOf(textOf('a', adminKeyId)), now);
    expect(caller).toMatchObject({ keyId: adminKeyId, scopes: ['admin'] });
    expect(table.reads).toEqual([[{ pk: 'project#000000000000', sk: 'key#000000000000VbT0Hmi00004' }]]);
  });

  test('the first admin key is good while the table has no record of it', async () => {
    const use = authenticator(fakeTable([])).authenticate(tokenOf(textOf('d', firstKeyId)), now);
    expect(await use).toMatchObject({ keyId: firstKeyId, scopes: ['admin'] });
  });

  test('the first admin key stays revoked', async () => {
    const revoked = { ...adminKey, id: firstKeyId, sha256: deployment.adminSha256, state: 'revoked' as const };
    const use = async () => authenticator(fakeTable([revoked])).authenticate(tokenOf(textOf('d', firstKeyId)), now);
    await expect(use()).rejects.toThrow('This key was revoked');
  });

  test('a first admin key of another generation is unknown, even where the table has it', async () => {
    const left = { ...adminKey, id: firstKeyId, sha256: deployment.adminSha256 };
    const table = fakeTable([left]);
    const use = async () => authenticator(table, 2).authenticate(tokenOf(textOf('d', firstKeyId)), now);
    await expect(use()).rejects.toThrow(incorrect);
    expect(table.reads).toEqual([]);
  });

  const other = 'VbT0Hmi00009';
  const [ofKey, ofProject, ofAccount, ofRules] = [
    keyPlace(keyId),
    projectPlace(projectId),
    accountPlace({ projectId, id: accountId }),
    rulesPlace(projectId),
  ];

  test.each([
    ['a key under the id of another one', ofKey, { ...key, id: keyId.replace('00003', '00009') }],
    ['a key of another account', ofKey, { ...key, id: keyId.replace('00002', '00009') }],
    ['a key of another project', ofKey, { ...key, id: keyId.replace('00001', '00009') }],
    ['an admin key among those of a project', ofKey, { ...key, kind: 'admin', scopes: ['admin'] }],
    ['a key with the scope of admin keys', ofKey, { ...key, scopes: ['inference', 'admin'] }],
    ['a key with no known scope', ofKey, { ...key, scopes: ['everything'] }],
    ['a key in no known state', ofKey, { ...key, state: 'suspended' }],
    ['a project of another id', ofProject, { ...project, id: other }],
    ['a project in no known state', ofProject, { ...project, state: 'paused' }],
    ['an account of another id', ofAccount, { ...account, id: other }],
    ['an account of another project', ofAccount, { ...account, projectId: other }],
    ['the rules of another project', ofRules, { projectId: other, version: 1 }],
    ['rules that cannot be read', ofRules, { projectId, spendLimit: 'much', version: 1 }],
  ])('%s makes no key good: a 401 that says nothing, and a log line with ids alone', async (_name, place, record) => {
    const table = fakeTable([key, project, account]);
    table.items.set(`${place.pk} ${place.sk}`, itemOf(place, record));
    const keys = authenticator(table);
    for (const letter of ['s', 'x']) {
      const error = await refusalOf(() => keys.authenticate(tokenOf(textOf(letter)), now));
      expect([error.status, error.code, error.message]).toEqual([401, 'invalid_api_key', incorrect]);
    }
    const problem = expect.stringMatching(/^The key table holds a malformed record: [a-z ]+ [\w#-]+\.$/);
    expect(lines).toEqual([{ problem }, { problem }]);
    table.items.set(`${place.pk} ${place.sk}`, itemOf(place, agreeing[place.sk] ?? { projectId, version: 1 }));
    expect(await keys.authenticate(tokenOf(textOf('s')), now)).toMatchObject({ keyId });
  });

  const agreeing: Readonly<Record<string, object>> = {
    [ofKey.sk]: key,
    [ofProject.sk]: project,
    [ofAccount.sk]: account,
  };

  test('a key of the admin project that is no admin key in the table is nobody’s', async () => {
    const table = fakeTable([{ ...adminKey, kind: 'project', scopes: ['inference'] }]);
    const use = async () => authenticator(table).authenticate(tokenOf(textOf('a', adminKeyId)), now);
    await expect(use()).rejects.toThrow(incorrect);
    expect(lines).toEqual([{ problem: 'The key table holds a malformed record: key key#000000000000VbT0Hmi00004.' }]);
  });
});
