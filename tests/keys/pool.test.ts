import type { KeyRecord } from '../../function/keys/records.ts';
import { createPool } from '../../function/keys/pool.ts';
import { key, keyId, nowSeconds } from './records.ts';
import { keyServices, storeOptions, userPoolId, type Faults, type KeyServices } from './simulators.ts';

const faults: Faults = {};
let services: KeyServices;
beforeEach(async () => {
  services = await keyServices(faults);
});
afterEach(async () => {
  delete faults.cognito;
  await services.close();
});

function pool(role: 'manager' | 'nobody' = 'manager') {
  const options = storeOptions(services.cognito, services.credentials(role));
  return { ...options, pool: createPool({ ...options, userPoolId }) };
}

const { sha256 } = key;
const mirror = { sha256, state: 'active', scopes: ['inference', 'models.read'], version: 1 };
const unavailable = { status: 503, code: 'key_store_unavailable' };

test('a key has a user of its id, which is made once', async () => {
  const { pool: keys } = pool();
  expect(await keys.create(key)).toBe('created');
  expect(await keys.create({ ...key, version: 2 })).toBe('exists');
  expect(await keys.list()).toEqual({ users: [{ id: keyId, mirror }], next: undefined });
});

test('ids that differ in case only are different users', async () => {
  const { pool: keys } = pool();
  await keys.create(key);
  expect(await keys.create({ ...key, id: keyId.toLowerCase() })).toBe('created');
});

const expiring: KeyRecord = { ...key, expiresAt: nowSeconds, scopes: ['usage.read'], state: 'revoked', version: 7 };

test('everything that is kept of a key is written each time, whether or not it has a user', async () => {
  const { pool: keys } = pool();
  const expected = { sha256, state: 'revoked', scopes: ['usage.read'], expiresAt: nowSeconds, version: 7 };
  await keys.put(expiring);
  expect((await keys.list()).users).toEqual([{ id: keyId, mirror: expected }]);
  await keys.put(key);
  expect((await keys.list()).users).toEqual([{ id: keyId, mirror }]);
  await keys.put(expiring);
  expect((await keys.list()).users).toEqual([{ id: keyId, mirror: expected }]);
});

test('a user that is made in between is updated', async () => {
  const { pool: keys } = pool();
  faults.cognito = async ({ operation }) => {
    if (operation !== 'AdminCreateUser') return undefined;
    delete faults.cognito;
    await keys.create(key);
    return undefined;
  };
  await keys.put(expiring);
  expect((await keys.list()).users).toMatchObject([{ id: keyId, mirror: { version: 7 } }]);
});

test('lists go through all pages', async () => {
  const { pool: keys } = pool();
  const ids = Array.from({ length: 61 }, (_, at) => keyId.slice(0, -2) + String(at).padStart(2, '0'));
  for (const id of ids) await keys.create({ ...key, id });
  const first = await keys.list();
  const second = await keys.list({ from: first.next });
  expect([first.users.length, second.users.length, second.next]).toEqual([60, 1, undefined]);
  expect([...first.users, ...second.users].map(({ id }) => id).toSorted()).toEqual(ids);
});

test('what the pool keeps of a key contains no part of its text beside ids and the hash', async () => {
  const sent: string[] = [];
  faults.cognito = ({ input }) => {
    sent.push(JSON.stringify(input));
    return undefined;
  };
  const { pool: keys } = pool();
  await keys.create(key);
  expect(sent.map((text) => JSON.parse(text))).toEqual([
    {
      UserPoolId: userPoolId,
      Username: keyId,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'custom:project', Value: 'VbT0Hmi00001' },
        { Name: 'custom:account', Value: 'VbT0Hmi00002' },
        { Name: 'custom:sha256', Value: sha256 },
        { Name: 'custom:state', Value: 'active' },
        { Name: 'custom:scopes', Value: 'inference models.read' },
        { Name: 'custom:expires', Value: '0' },
        { Name: 'custom:version', Value: '1' },
      ],
    },
  ]);
});

test('a pool that fails is a 503, and is named in the log with the id alone', async () => {
  const { pool: keys, lines } = pool('nobody');
  await expect(keys.create(key)).rejects.toMatchObject(unavailable);
  await expect(keys.put(key)).rejects.toMatchObject(unavailable);
  await expect(keys.list()).rejects.toMatchObject(unavailable);
  expect(lines).toEqual([
    { problem: 'AccessDeniedException', operation: 'AdminCreateUser', keyId },
    { problem: 'AccessDeniedException', operation: 'AdminUpdateUserAttributes', keyId },
    { problem: 'AccessDeniedException', operation: 'ListUsers' },
  ]);
});

test('the users of one project are listed', async () => {
  const { pool: keys } = pool();
  const other = `VbT0Hmi00009${keyId.slice(12)}`;
  for (const id of [keyId, other]) await keys.create({ ...key, id });
  expect((await keys.list({ projectId: 'VbT0Hmi00009' })).users).toEqual([{ id: other, mirror }]);
  expect((await keys.list({ projectId: 'VbT0Hmi00008' })).users).toEqual([]);
  expect((await keys.list()).users).toHaveLength(2);
});
