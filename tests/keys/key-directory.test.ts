import { randomBytes } from 'node:crypto';
import type { Token } from '../../function/auth/authenticate.ts';
import { ApiError } from '../../function/errors.ts';
import type { Actor, KeyDirectory } from '../../function/keys/directory.ts';
import { keyAuthenticator } from '../../function/keys/gateway-keys.ts';
import { itemOf, keyPlace, projectPlace } from '../../function/keys/items.ts';
import { createKeyDirectory } from '../../function/keys/key-directory.ts';
import { keyReader } from '../../function/keys/key-records.ts';
import type { KeyRecord } from '../../function/keys/records.ts';
import { merged } from '../../function/keys/reconcile.ts';
import { unavailable } from '../../function/keys/store.ts';
import { fakePool, type FakePool } from './fake-pool.ts';
import { fakeTable, type FakeTable } from './fake-table.ts';
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
import { virtualTime, type VirtualTime } from './virtual-time.ts';

const actor: Actor = { keyId: adminKeyId, requestId: 'request-1' };
const whole = { isOver: () => false };

interface World {
  readonly table: FakeTable;
  readonly pool: FakePool;
  readonly time: VirtualTime;
  readonly lines: object[];
  readonly directory: KeyDirectory;
  readonly good: (text: string) => Promise<boolean>;
}

/** A directory over records in memory, and whether a key is good by what the table has then. */
function world(records: Parameters<typeof fakeTable>[0] = [project, account, key, adminKey]): World {
  const table = fakeTable(records);
  const pool = fakePool(records.flatMap((record) => ('kind' in record ? [record] : [])));
  const time = virtualTime(now);
  const lines: object[] = [];
  const directory = createKeyDirectory({
    stack: deployment,
    table,
    pool,
    now: time.now,
    bytes: randomBytes,
    retry: { random: Math.random, wait: time.wait },
    log: (fields) => lines.push(fields),
  });
  const good = async (text: string) => {
    const { authenticate } = {
      authenticate: keyAuthenticator({ stack, read: keyReader(table, deployment), log: () => undefined }),
    };
    const token: Token = { text, sha256: sha256Of(text) };
    try {
      return (await authenticate.authenticate(token, time.now())) !== undefined;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
  };
  return { table, pool, time, lines, directory, good };
}

const page = { limit: 20, order: 'asc' } as const;

const newKey = { projectId, accountId, name: 'batch', kind: 'project', scopes: ['inference'] } as const;

describe('projects', () => {
  test('are created, renamed and archived, each with an audit record', async () => {
    const { directory, table } = world([]);
    const created = await directory.createProject('Search', actor);
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9A-Za-z]{12}$/),
      name: 'Search',
      state: 'active',
      createdAt: nowSeconds,
      version: 1,
    });
    const { id } = created;
    expect(await directory.project(id)).toEqual(created);
    expect(await directory.renameProject(id, 'Find', actor)).toEqual({ ...created, name: 'Find', version: 2 });
    const archived = { ...created, name: 'Find', state: 'archived', archivedAt: nowSeconds, version: 3 };
    expect(await directory.archiveProject(id, actor)).toEqual(archived);
    expect(await directory.archiveProject(id, actor)).toEqual(archived);
    expect(await directory.project(id)).toEqual(archived);
    const common = { effectiveAt: nowSeconds, actorKeyId: adminKeyId, requestId: 'request-1', projectId: id };
    expect(table.audit().map(({ id: _id, ...record }) => record)).toEqual(
      expect.arrayContaining([
        { ...common, type: 'project.created', details: { id, data: { name: 'Search', title: 'Search' } } },
        { ...common, type: 'project.updated', details: { id, changes_requested: { title: 'Find' } } },
        { ...common, type: 'project.archived', details: { id } },
      ]),
    );
    expect(table.audit()).toHaveLength(3);
  });

  test('that are archived cannot be renamed', async () => {
    const { directory } = world([{ ...project, state: 'archived' }]);
    await expect(directory.renameProject(projectId, 'Find', actor)).rejects.toMatchObject({
      status: 400,
      code: 'project_archived',
    });
  });

  test.each(['VbT0Hmi0000x', 'x', '', `${projectId}#`])('of the id %j do not exist', async (id) => {
    const { directory, table } = world([project]);
    const found = [directory.project(id), directory.renameProject(id, 'x', actor), directory.archiveProject(id, actor)];
    expect(await Promise.all(found)).toEqual([undefined, undefined, undefined]);
    expect(table.writes).toEqual([]);
  });
});

describe('service accounts', () => {
  test('are created, changed and deleted, each with an audit record', async () => {
    const { directory, table } = world([project]);
    const created = await directory.createAccount({ projectId, name: 'indexer', role: 'member' }, actor);
    expect(created).toMatchObject({ projectId, name: 'indexer', role: 'member', state: 'active', version: 1 });
    const id = created?.id ?? '';
    const place = { projectId, id };
    expect(await directory.updateAccount(place, { role: 'owner' }, actor)).toMatchObject({ role: 'owner', version: 2 });
    expect(await directory.updateAccount(place, { name: 'x' }, actor)).toMatchObject({ name: 'x', role: 'owner' });
    expect(await directory.deleteAccount(place, actor)).toMatchObject({ state: 'deleted', version: 4 });
    expect(await directory.deleteAccount(place, actor)).toBeUndefined();
    expect(await directory.updateAccount(place, { name: 'y' }, actor)).toBeUndefined();
    expect(await directory.account(projectId, id)).toMatchObject({ state: 'deleted' });
    expect(await directory.accounts(projectId, page)).toEqual({ items: [], hasMore: false });
    expect(table.audit().map(({ type, details }) => [type, details])).toEqual(
      expect.arrayContaining([
        ['service_account.created', { id, data: { role: 'member' } }],
        ['service_account.updated', { id, changes_requested: { role: 'owner' } }],
        ['service_account.updated', { id, changes_requested: {} }],
        ['service_account.deleted', { id }],
      ]),
    );
  });

  test.each([[[]], [[{ ...project, state: 'archived' as const }]]])(
    'are not created without an active project',
    async (records) => {
      const { directory, table } = world(records);
      expect(await directory.createAccount({ projectId, name: 'x', role: 'member' }, actor)).toBeUndefined();
      expect(table.audit()).toEqual([]);
    },
  );
});

describe('keys', () => {
  test('are made in the pool and in the table, and are good at once', async () => {
    const { directory, table, pool, good, lines } = world([project, account]);
    const { record, value } = (await directory.createKey({ ...newKey, expiresAt: nowSeconds + 60 }, actor)) ?? {};
    expect(value).toMatch(new RegExp(`^sk-acme-dev-${projectId}${accountId}[0-9A-Za-z]{12}-[0-9A-Za-z]{43}$`));
    const secret = value?.slice(-43) ?? '';
    expect(record).toEqual({
      id: value?.slice(12, 48),
      name: 'batch',
      kind: 'project',
      sha256: sha256Of(secret),
      redacted: `sk-acme-dev…${secret.slice(-4)}`,
      scopes: ['inference'],
      state: 'active',
      createdAt: nowSeconds,
      expiresAt: nowSeconds + 60,
      createdBy: adminKeyId,
      version: 1,
    });
    const id = record?.id ?? '';
    expect(await good(value ?? '')).toBe(true);
    expect(pool.mirror(id)).toEqual({
      sha256: sha256Of(secret),
      state: 'active',
      scopes: ['inference'],
      expiresAt: nowSeconds + 60,
      version: 1,
    });
    expect(table.audit()).toMatchObject([
      { type: 'api_key.created', projectId, details: { id, data: { scopes: ['inference'] } } },
    ]);
    expect(lines).toEqual([{ change: 'api_key.created', id, actorKeyId: adminKeyId, requestId: 'request-1' }]);
    expect(JSON.stringify([...table.items.values(), ...pool.users.values(), lines])).not.toContain(secret);
  });

  test('without scopes have those of inference', async () => {
    const { directory } = world();
    const { record } = (await directory.createKey({ ...newKey, scopes: [] }, actor)) ?? {};
    expect(record?.scopes).toEqual(['inference', 'models.read']);
    expect(await directory.updateKey(keyId, { scopes: [] }, actor)).toMatchObject({
      scopes: ['inference', 'models.read'],
    });
  });

  test('of the project kind never become admin keys', async () => {
    const { directory, pool, table } = world();
    await expect(directory.createKey({ ...newKey, scopes: ['admin'] }, actor)).rejects.toThrow('malformed record');
    await expect(directory.updateKey(keyId, { scopes: ['admin'] }, actor)).rejects.toThrow('malformed record');
    expect(
      await directory.createKey({ ...newKey, projectId: '000000000000', accountId: '000000000000' }, actor),
    ).toBeUndefined();
    expect([pool.users.size, table.writes]).toEqual([2, []]);
  });

  test('of the admin kind belong to no project', async () => {
    const { directory, table, good } = world([]);
    const { record, value } = (await directory.createKey({ ...newKey, kind: 'admin' }, actor)) ?? {};
    expect(record).toMatchObject({ id: expect.stringMatching(/^0{24}/), kind: 'admin', scopes: ['admin'] });
    expect(await good(value ?? '')).toBe(true);
    expect(table.audit()).toEqual([expect.not.objectContaining({ projectId: expect.anything() })]);
  });

  test.each([
    ['no project', [account]],
    ['an archived project', [{ ...project, state: 'archived' as const }, account]],
    ['no account', [project]],
    ['a deleted account', [project, { ...account, state: 'deleted' as const }]],
  ])('are not made for %s', async (_name, records) => {
    const { directory, pool, table } = world(records);
    expect(await directory.createKey(newKey, actor)).toBeUndefined();
    expect([pool.users.size, table.writes]).toEqual([0, []]);
  });

  test('whose project is archived meanwhile are marked in the pool, and are never good', async () => {
    const { directory, pool, table } = world([project, account]);
    pool.before = async () => {
      pool.before = () => Promise.resolve();
      await directory.archiveProject(projectId, actor);
    };
    expect(await directory.createKey(newKey, actor)).toBeUndefined();
    expect([...pool.users.keys()].map((id) => pool.mirror(id)?.state)).toEqual(['revoked']);
    expect([...table.items.keys()].filter((name) => name.includes('key#'))).toEqual([]);
  });

  test('are not in the table where the pool does not answer', async () => {
    const { directory, pool, table } = world([project, account]);
    pool.before = () => Promise.reject(unavailable());
    await expect(directory.createKey(newKey, actor)).rejects.toMatchObject({ status: 503 });
    expect(table.writes).toEqual([]);
  });

  test('are marked in the pool where the table does not answer', async () => {
    const { directory, pool, table } = world([project, account]);
    table.before = (operation) => (operation === 'write' ? Promise.reject(unavailable()) : Promise.resolve());
    await expect(directory.createKey(newKey, actor)).rejects.toMatchObject({ status: 503 });
    expect([...pool.users.keys()].map((id) => pool.mirror(id)?.state)).toEqual(['revoked']);
  });

  test('are rotated: the old secret is good for its grace time', async () => {
    const { directory, time, good, pool, table } = world();
    const { record, value = '' } = (await directory.rotateKey(keyId, 60, actor)) ?? {};
    expect(record).toMatchObject({
      id: keyId,
      version: 2,
      previous: { sha256: key.sha256, until: nowSeconds + 60 },
      redacted: `sk-acme-dev…${value.slice(-4)}`,
    });
    expect([await good(textOf('s')), await good(value)]).toEqual([true, true]);
    await time.run(time.wait(60_000));
    expect([await good(textOf('s')), await good(value)]).toEqual([false, true]);
    expect(pool.mirror(keyId)).toMatchObject({ sha256: sha256Of(value.slice(-43)), version: 2 });
    expect(table.audit()).toMatchObject([
      { type: 'api_key.updated', projectId, details: { id: keyId, changes_requested: {} } },
    ]);
  });

  test('are rotated without a grace time: all older secrets are over', async () => {
    const { directory, good } = world();
    const one = (await directory.rotateKey(keyId, 600, actor))?.value ?? '';
    const two = await directory.rotateKey(keyId, 0, actor);
    expect(two?.record).not.toHaveProperty('previous');
    expect(await Promise.all([textOf('s'), one, two?.value ?? ''].map(good))).toEqual([false, false, true]);
  });

  test('are revoked for good', async () => {
    const { directory, good, pool, table } = world();
    expect(await directory.revokeKey(keyId, actor)).toMatchObject({ state: 'revoked', version: 2 });
    expect(await good(textOf('s'))).toBe(false);
    expect(pool.mirror(keyId)).toMatchObject({ state: 'revoked', version: 2 });
    expect(await directory.key(keyId)).toMatchObject({ state: 'revoked' });
    expect(await directory.rotateKey(keyId, 60, actor)).toBeUndefined();
    expect(await directory.updateKey(keyId, { scopes: ['inference'] }, actor)).toBeUndefined();
    expect(await directory.revokeKey(keyId, actor)).toBeUndefined();
    expect(table.audit()).toMatchObject([{ type: 'api_key.deleted', details: { id: keyId } }]);
  });

  test('get other scopes and another end', async () => {
    const { directory, pool, table } = world();
    const change = { scopes: ['usage.read'], expiresAt: nowSeconds + 5 } as const;
    expect(await directory.updateKey(keyId, change, actor)).toEqual({ ...key, ...change, version: 2 });
    expect(pool.mirror(keyId)).toMatchObject({ ...change, version: 2 });
    expect(table.audit()).toMatchObject([
      { type: 'api_key.updated', details: { id: keyId, changes_requested: { scopes: ['usage.read'] } } },
    ]);
  });

  test.each([
    ['an archived project', [{ ...project, state: 'archived' as const }, account, key]],
    ['a deleted account', [project, { ...account, state: 'deleted' as const }, key]],
  ])('of %s are revoked, but neither changed nor rotated', async (_name, records) => {
    const { directory } = world(records);
    expect(await directory.updateKey(keyId, { scopes: ['inference'] }, actor)).toBeUndefined();
    expect(await directory.rotateKey(keyId, 0, actor)).toBeUndefined();
    expect(await directory.revokeKey(keyId, actor)).toMatchObject({ state: 'revoked' });
  });

  test('are changed in the table also where the pool fails, which the log tells', async () => {
    const { directory, pool, good, lines } = world();
    pool.before = () => Promise.reject(unavailable());
    expect(await directory.revokeKey(keyId, actor)).toMatchObject({ state: 'revoked' });
    expect(await good(textOf('s'))).toBe(false);
    expect(lines.at(-1)).toEqual({ problem: 'UserPoolBehind', keyId, requestId: 'request-1' });
    pool.before = () => Promise.resolve();
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 2, repaired: 1, failed: 0, finished: true });
    expect(pool.mirror(keyId)).toMatchObject({ state: 'revoked', version: 2 });
  });

  test('are changed only as the actor may change the version that is written over', async () => {
    const { directory, table, time } = world();
    const place = keyPlace(keyId);
    const permits = ({ scopes }: KeyRecord) => {
      if (scopes.includes('keys.manage')) throw new ApiError('no', { status: 403 });
      // Another request changes the key between the read and the write.
      const changed = { ...key, scopes: ['keys.manage'], version: 2 };
      table.items.set(`${place.pk} ${place.sk}`, itemOf(place, changed));
    };
    const rotated = time.run(directory.rotateKey(keyId, 0, { ...actor, permits }));
    await expect(rotated).rejects.toMatchObject({ status: 403 });
    expect(await directory.key(keyId)).toMatchObject({ scopes: ['keys.manage'], sha256: key.sha256 });
  });
});

describe("the deployment's admin key", () => {
  test('is first in the list of admin keys, in which it is a cursor as well', async () => {
    const { directory } = world();
    const list = async (query: object) => {
      const { items, hasMore } = await directory.keys('000000000000', { ...page, ...query });
      return [items.map(({ id }) => id), hasMore];
    };
    expect(await list({})).toEqual([[firstKeyId, adminKeyId], false]);
    expect(await list({ limit: 1 })).toEqual([[firstKeyId], true]);
    expect(await list({ after: firstKeyId })).toEqual([[adminKeyId], false]);
    expect(await list({ after: adminKeyId })).toEqual([[], false]);
    expect(await list({ order: 'desc' })).toEqual([[adminKeyId, firstKeyId], false]);
    expect(await list({ order: 'desc', limit: 1 })).toEqual([[adminKeyId], true]);
    expect(await list({ order: 'desc', after: adminKeyId })).toEqual([[firstKeyId], false]);
    expect(await list({ order: 'desc', after: firstKeyId })).toEqual([[], false]);
  });

  test('is revoked by a record, which stays', async () => {
    const { directory, good, pool } = world();
    expect(await good(textOf('d', firstKeyId))).toBe(true);
    expect(await directory.revokeKey(firstKeyId, actor)).toMatchObject({
      id: firstKeyId,
      state: 'revoked',
      version: 1,
    });
    expect(await good(textOf('d', firstKeyId))).toBe(false);
    expect(pool.mirror(firstKeyId)).toMatchObject({ state: 'revoked' });
    expect((await directory.keys('000000000000', page)).items.map(({ id }) => id)).toEqual([adminKeyId]);
    expect(await directory.revokeKey(firstKeyId, actor)).toBeUndefined();
  });

  test('is neither rotated nor changed', async () => {
    const { directory } = world();
    const refusal = { status: 400, code: 'deployment_key' };
    await expect(directory.rotateKey(firstKeyId, 0, actor)).rejects.toMatchObject(refusal);
    await expect(directory.updateKey(firstKeyId, { expiresAt: 1 }, actor)).rejects.toMatchObject(refusal);
  });
});

describe('rules', () => {
  const limited = (spendLimit: number) => () => ({
    rules: { spendLimit },
    audit: { type: 'project.updated', details: { id: projectId, spendLimit } },
  });

  test('are empty until something is set', async () => {
    const { directory } = world();
    expect(await directory.rules(projectId)).toEqual({});
    expect(await directory.rules(undefined)).toEqual({});
  });

  test('are changed with an audit record', async () => {
    const { directory, table, time } = world();
    expect(await directory.changeRules(projectId, limited(500), actor)).toEqual({ spendLimit: 500 });
    await time.run(time.wait(1));
    expect(await directory.changeRules(projectId, ({ spendLimit = 0 }) => limited(spendLimit + 1)(), actor)).toEqual({
      spendLimit: 501,
    });
    expect(await directory.rules(projectId)).toEqual({ spendLimit: 501 });
    expect(table.audit()).toMatchObject([
      { type: 'project.updated', projectId, details: { spendLimit: 500 } },
      { type: 'project.updated', projectId, details: { spendLimit: 501 } },
    ]);
  });

  test('of the organization are records of their own', async () => {
    const { directory, table } = world();
    await directory.changeRules(undefined, limited(900), actor);
    expect(await directory.rules(undefined)).toEqual({ spendLimit: 900 });
    expect(await directory.rules(projectId)).toEqual({});
    expect(table.audit()[0]).not.toHaveProperty('projectId');
  });

  test('are refused where they are larger than an item of DynamoDB, and then nothing is written', async () => {
    const { directory, table } = world();
    const models = (count: number) =>
      ({
        rules: {
          models: { mode: 'deny_list', ids: Array.from({ length: count }, (_, at) => String(at).padStart(99, 'é')) },
        },
        audit: { type: 'project.updated', details: { id: projectId } },
      }) as const;
    const before = await directory.changeRules(projectId, () => models(10), actor);
    const large = directory.changeRules(projectId, () => models(3_000), actor);
    await expect(large).rejects.toMatchObject({ status: 400, code: 'record_too_large' });
    expect([table.writes.length, await directory.rules(projectId)]).toEqual([1, before]);
    // The audit record has a list of its own.
    const audit = { type: 'project.updated', details: { id: projectId, ids: models(3_000).rules.models.ids } };
    const audited = directory.changeRules(projectId, () => ({ ...models(11), audit }), actor);
    await expect(audited).rejects.toMatchObject({ code: 'record_too_large' });
    expect([table.writes.length, table.audit().length]).toEqual([1, 1]);
  });

  test('that stay as they are leave no audit record', async () => {
    const { directory, table } = world();
    expect(await directory.changeRules(projectId, () => undefined, actor)).toEqual({});
    expect(table.audit()).toEqual([]);
  });

  test('of a project that is archived, or does not exist, are not changed', async () => {
    const { directory } = world([{ ...project, state: 'archived' }]);
    expect(await directory.changeRules(projectId, limited(1), actor)).toBeUndefined();
    expect(await directory.changeRules('VbT0Hmi00009', limited(1), actor)).toBeUndefined();
  });

  test('of a project that is archived meanwhile are not changed', async () => {
    const { directory, table, time } = world();
    const place = projectPlace(projectId);
    const archiving = () => {
      table.items.set(`${place.pk} ${place.sk}`, itemOf(place, { ...project, state: 'archived', version: 2 }));
      return limited(1)();
    };
    expect(await time.run(directory.changeRules(projectId, archiving, actor))).toBeUndefined();
    expect(await directory.rules(projectId)).toEqual({});
  });

  test('that two requests change at once keep both changes', async () => {
    const { directory, time } = world();
    const add = (id: string) =>
      directory.changeRules(
        projectId,
        ({ models }) => {
          const ids = [...(models?.ids ?? []), id];
          return {
            rules: { models: { mode: 'deny_list', ids } },
            audit: { type: 'project.updated', details: { id: projectId } },
          };
        },
        actor,
      );
    await time.run(Promise.all(['a', 'b', 'c'].map(add)));
    expect([...((await directory.rules(projectId)).models?.ids ?? [])].sort()).toEqual(['a', 'b', 'c']);
  });

  test('come with the key, in one read', async () => {
    const { directory, table } = world();
    await directory.changeRules(projectId, limited(500), actor);
    await directory.changeRules(undefined, limited(900), actor);
    table.reads.length = 0;
    expect(await keyReader(table, deployment)(keyId)).toMatchObject({
      rules: { project: { spendLimit: 500 }, organization: { spendLimit: 900 } },
    });
    expect(table.reads).toHaveLength(1);
  });
});

describe('lists', () => {
  const idOf = (at: number) => `VbT0Hmi1000${at}`;
  const projects = Array.from({ length: 7 }, (_, at) => ({
    ...project,
    id: idOf(at),
    ...(at % 3 === 1 && { state: 'archived' as const }),
  }));

  test.each([
    ['asc', true, '0123456'],
    ['desc', true, '6543210'],
    ['asc', false, '02356'],
    ['desc', false, '65320'],
  ] as const)(
    'of projects, %s, with archived ones: %s, have every one once',
    async (order, includeArchived, digits) => {
      const { directory } = world(projects);
      for (const limit of [1, 2, 3, 100]) {
        let found = '';
        let after: string | undefined;
        let hasMore = true;
        while (hasMore) {
          const next = await directory.projects({
            limit,
            order,
            includeArchived,
            ...(after !== undefined && { after }),
          });
          expect(next.items.length).toBe(Math.min(limit, digits.length - found.length));
          found += next.items.map(({ id }) => id.at(-1)).join('');
          after = next.items.at(-1)?.id;
          ({ hasMore } = next);
        }
        expect(found).toBe(digits);
      }
    },
  );

  test('go on behind a record that was deleted meanwhile', async () => {
    const { directory } = world([project, account, key]);
    await directory.createKey(newKey, actor);
    await directory.revokeKey(keyId, actor);
    const { items } = await directory.keys(projectId, { ...page, after: keyId });
    expect(items).toMatchObject([{ name: 'batch' }]);
    expect((await directory.keys(projectId, page)).items).toEqual(items);
  });

  test('of keys leave out those of deleted accounts', async () => {
    const { directory } = world([project, account, key]);
    expect((await directory.keys(projectId, page)).items).toEqual([key]);
    await directory.deleteAccount({ projectId, id: accountId }, actor);
    expect((await directory.keys(projectId, page)).items).toEqual([]);
  });

  test('of audit records are in the order of time', async () => {
    const { directory, time } = world();
    await directory.renameProject(projectId, 'a', actor);
    await time.run(time.wait(5));
    await directory.archiveProject(projectId, actor);
    const types = async (order: 'asc' | 'desc') =>
      (await directory.audit({ ...page, order })).items.map(({ type }) => type);
    expect(await types('asc')).toEqual(['project.updated', 'project.archived']);
    expect(await types('desc')).toEqual(['project.archived', 'project.updated']);
    const [first] = (await directory.audit({ ...page, limit: 1 })).items;
    expect((await directory.audit({ ...page, after: first?.id ?? '' })).items).toMatchObject([
      { type: 'project.archived' },
    ]);
  });

  const foreign = `VbT0Hmi00009${keyId.slice(12)}`;
  test.each([
    [
      'projects',
      'VbT0Hmi0000x',
      (directory: KeyDirectory, after: string) => directory.projects({ ...page, after, includeArchived: true }),
    ],
    [
      'accounts',
      'VbT0Hmi0000x',
      (directory: KeyDirectory, after: string) => directory.accounts(projectId, { ...page, after }),
    ],
    [
      'keys',
      keyId.slice(0, -1),
      (directory: KeyDirectory, after: string) => directory.keys(projectId, { ...page, after }),
    ],
    ['keys', foreign, (directory: KeyDirectory, after: string) => directory.keys(projectId, { ...page, after })],
    ['keys', firstKeyId, (directory: KeyDirectory, after: string) => directory.keys(projectId, { ...page, after })],
    [
      'admin keys',
      keyId,
      (directory: KeyDirectory, after: string) => directory.keys('000000000000', { ...page, after }),
    ],
    [
      'audit records',
      '../organization',
      (directory: KeyDirectory, after: string) => directory.audit({ ...page, after }),
    ],
  ])('of %s refuse the cursor %s', async (_name, after, list) => {
    const { directory } = world([project, account, key, { ...key, id: foreign }]);
    await expect(list(directory, after)).rejects.toMatchObject({ status: 400, code: 'invalid_cursor', param: 'after' });
  });
});

describe('at the same time', () => {
  test('50 keys of one account are created, though each transaction has the account in hand for 15 ms', async () => {
    const { directory, table, pool, time, good } = world([project, account]);
    table.before = (operation) => (operation === 'write' ? time.wait(15) : Promise.resolve());
    const made = await time.run(Promise.all(Array.from({ length: 50 }, () => directory.createKey(newKey, actor))));
    const values = made.map((issued) => issued?.value ?? '');
    table.before = () => Promise.resolve();
    expect(new Set(values).size).toBe(50);
    expect(await Promise.all(values.map(good))).toEqual(Array.from({ length: 50 }, () => true));
    expect([pool.users.size, table.audit().length]).toEqual([50, 50]);
    const { items } = await directory.keys(projectId, { limit: 100, order: 'asc' });
    expect(items).toHaveLength(50);
  });

  test('rotations without a grace time leave one secret that is good', async () => {
    const { directory, table, time, good } = world();
    table.before = (operation) => time.wait(operation === 'write' ? 10 : 3);
    const made = await time.run(Promise.all(Array.from({ length: 8 }, () => directory.rotateKey(keyId, 0, actor))));
    table.before = () => Promise.resolve();
    const values = [textOf('s'), ...made.map((issued) => issued?.value ?? '')];
    const states = await Promise.all(values.map(good));
    expect(states.filter(Boolean)).toEqual([true]);
    expect(await directory.key(keyId)).toMatchObject({ version: 9 });
    expect(table.audit()).toHaveLength(8);
  });

  test('a rotation and a revocation leave none', async () => {
    const { directory, table, time, good } = world();
    table.before = (operation) => time.wait(operation === 'write' ? 10 : 3);
    const [rotated] = await time.run(
      Promise.all([directory.rotateKey(keyId, 600, actor), directory.revokeKey(keyId, actor)]),
    );
    table.before = () => Promise.resolve();
    expect(await Promise.all([textOf('s'), rotated?.value ?? ''].map(good))).toEqual([false, false]);
    expect(await directory.key(keyId)).toMatchObject({ state: 'revoked' });
  });

  test('a change that loses every race is a conflict', async () => {
    const { directory, table, time } = world();
    table.write = () => Promise.resolve({ outcome: 'contended' });
    await expect(time.run(directory.revokeKey(keyId, actor))).rejects.toMatchObject({ status: 409, code: 'conflict' });
  });
});

describe('reconciliation', () => {
  test('finds nothing where both sides agree', async () => {
    const { directory, table } = world();
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 2, repaired: 0, failed: 0, finished: true });
    expect(table.writes).toEqual([]);
  });

  test('makes users for keys that have none', async () => {
    const { directory, pool } = world();
    pool.users.clear();
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 2, repaired: 2, failed: 0, finished: true });
    expect(pool.mirror(keyId)).toMatchObject({ sha256: key.sha256, version: 1 });
    expect(await directory.reconcile(actor, whole)).toMatchObject({ repaired: 0 });
  });

  test('revokes in the table what is revoked in the pool, and says so in the audit log', async () => {
    const { directory, pool, good, table } = world();
    await pool.put({ ...key, state: 'revoked' });
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 2, repaired: 1, failed: 0, finished: true });
    expect(await good(textOf('s'))).toBe(false);
    expect(table.audit()).toMatchObject([{ type: 'api_key.deleted', details: { id: keyId } }]);
    expect(pool.mirror(keyId)).toMatchObject({ state: 'revoked', version: 2 });
    expect(await directory.reconcile(actor, whole)).toMatchObject({ repaired: 0 });
  });

  test('brings back what a restored table has lost: a rotation, and a key', async () => {
    const { directory, pool, good, table, time } = world();
    await time.run(time.wait(20 * 60_000));
    await pool.put({ ...key, sha256: sha256Of(secretOf('n')), version: 4 });
    const lost = { ...key, id: keyId.replace('00003', '00007'), sha256: sha256Of(secretOf('l')), version: 2 };
    await pool.put(lost);
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 3, repaired: 2, failed: 0, finished: true });
    expect(await Promise.all([textOf('s'), textOf('n'), textOf('l', lost.id)].map(good))).toEqual([false, true, true]);
    expect(await directory.key(lost.id)).toMatchObject({ name: 'Restored', redacted: 'sk-acme-dev…', version: 2 });
    expect(new Set(table.audit().map(({ type }) => type))).toEqual(new Set(['api_key.created', 'api_key.updated']));
    expect(await directory.reconcile(actor, whole)).toMatchObject({ checked: 3, repaired: 0 });
  });

  test('brings back neither a key that is revoked in the pool nor one that may be in creation', async () => {
    const { directory, pool, table, time } = world([project, account]);
    const { record } = (await directory.createKey(newKey, actor)) ?? {};
    const isKeyItem = (name: string) => name.includes('key#');
    for (const name of [...table.items.keys()].filter(isKeyItem)) table.items.delete(name);
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 1, repaired: 0, failed: 0, finished: true });
    await time.run(time.wait(20 * 60_000));
    if (record !== undefined) await pool.put({ ...record, state: 'revoked' });
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 1, repaired: 0, failed: 0, finished: true });
    expect([...table.items.keys()].filter(isKeyItem)).toEqual([]);
  });

  test('writes over attributes that cannot be read, and does not make a key of them', async () => {
    const { directory, pool, table } = world();
    pool.users.set(keyId, [{ Name: 'custom:state', Value: 'active' }]);
    pool.users.set(keyId.replace('00003', '00008'), []);
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 3, repaired: 1, failed: 1, finished: true });
    expect(pool.mirror(keyId)).toMatchObject({ sha256: key.sha256, version: 1 });
    expect(table.writes).toEqual([]);
  });

  /** The time is over once somebody has looked so many times. */
  const looks = (count: number) => {
    let made = 0;
    return { isOver: () => (made += 1) > count };
  };

  test('ends where the time is over, with what is done by then', async () => {
    const { directory, pool } = world();
    pool.users.clear();
    expect(await directory.reconcile(actor, looks(0))).toEqual({ checked: 0, repaired: 0, failed: 0, finished: false });
    const first = { checked: 1, repaired: 1, failed: 0, finished: false, next: '000000000000' };
    expect(await directory.reconcile(actor, looks(3))).toEqual(first);
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 2, repaired: 1, failed: 0, finished: true });
  });

  test('goes on from project to project, however many keys there are in all', async () => {
    const ids = ['VbT0Hmi00011', 'VbT0Hmi00012', 'VbT0Hmi00013', 'VbT0Hmi00014'];
    const keyOf = (of: string, last: string): KeyRecord => ({ ...key, id: of + keyId.slice(12, -1) + last });
    const keysOf = (of: string): KeyRecord[] => [keyOf(of, '1'), keyOf(of, '2'), keyOf(of, '3')];
    const projects = ids.map((id) => Object.assign({}, project, { id }));
    const keys = ids.flatMap(keysOf);
    const { directory, pool, time } = world([...projects, ...keys, adminKey]);
    await time.run(time.wait(20 * 60_000));
    for (const { id } of keys) if (id.endsWith('2')) pool.users.delete(id);
    // Three keys of a project that the table has lost, one of them revoked.
    for (const each of keysOf(projectId)) await pool.put(each);
    await pool.put({ ...keyOf(projectId, '3'), state: 'revoked' });
    const parts: (string | undefined)[] = [];
    const sums = { checked: 0, repaired: 0 };
    let after: string | undefined;
    do {
      const { checked, repaired, next } = await directory.reconcile(actor, { after, ...looks(8) });
      sums.checked += checked;
      sums.repaired += repaired;
      parts.push(next);
      after = next;
    } while (after !== undefined && parts.length < 20);
    expect(parts).toEqual(['VbT0Hmi00011', 'VbT0Hmi00012', 'VbT0Hmi00013', 'users:6', undefined]);
    // A project that is begun again is checked again.
    expect(sums).toEqual({ checked: 18, repaired: 6 });
    expect(await directory.reconcile(actor, whole)).toMatchObject({ checked: 16, repaired: 0, finished: true });
  });

  test.each(['VbT0Hmi0001', 'proj_VbT0Hmi00011', 'user:x', 'VbT0Hmi00011#'])('begins behind no %j', async (after) => {
    const { directory } = world();
    await expect(directory.reconcile(actor, { ...whole, after })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_cursor',
    });
  });

  test('counts what fails, and goes on', async () => {
    const { directory, pool, table, lines } = world();
    pool.users.delete(adminKeyId);
    pool.before = () => Promise.reject(unavailable());
    table.items.set('broken', { pk: { S: `project#${projectId}` }, sk: { S: 'key#broken' } });
    expect(await directory.reconcile(actor, whole)).toEqual({ checked: 3, repaired: 0, failed: 2, finished: true });
    expect(lines).toContainEqual({ problem: 'The key table holds a malformed record: key key#broken.' });
  });

  test.each([
    ['equal versions', { version: 1, scopes: ['usage.read'] as const }, key],
    ['a lower version in the pool', { version: 0, sha256: 'f'.repeat(64) }, key],
    [
      'a revocation in a lower version',
      { version: 0, state: 'revoked' as const },
      { ...key, state: 'revoked', version: 2 },
    ],
    [
      'a higher version of the same secret',
      { version: 3, scopes: ['usage.read'] as const },
      { ...key, scopes: ['usage.read'], version: 3 },
    ],
    [
      'a higher version of another secret',
      { version: 3, sha256: 'f'.repeat(64), expiresAt: 5 },
      { ...key, sha256: 'f'.repeat(64), redacted: 'sk-acme-dev…', expiresAt: 5, version: 3 },
    ],
  ])('of %s', (_name, mirror, expected) => {
    const { sha256, state, scopes } = key;
    expect(merged(key, { sha256, state, scopes, ...mirror }, stack)).toEqual(expected);
  });
});

test('a table that does not answer is a 503', async () => {
  const { directory, table } = world();
  table.before = () => Promise.reject(unavailable());
  const calls = [
    directory.createProject('x', actor),
    directory.project(projectId),
    directory.projects({ ...page, includeArchived: true }),
    directory.keys(projectId, page),
    directory.revokeKey(keyId, actor),
    directory.reconcile(actor, whole),
  ];
  const ended = await Promise.allSettled(calls);
  expect(ended.map((each) => each.status === 'rejected' && each.reason.status)).toEqual(calls.map(() => 503));
});
