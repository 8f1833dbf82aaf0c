import { randomBytes } from 'node:crypto';
import type { Caller } from '../../function/auth/caller.ts';
import type { Actor, KeyDirectory } from '../../function/keys/directory.ts';
import { gatewayKeys } from '../../function/keys/load.ts';
import { deployment, firstKeyId, sha256Of, textOf } from './records.ts';
import { keyServices, region, tableName, userPoolId, type KeyServices } from './simulators.ts';

let services: KeyServices;
beforeAll(async () => {
  services = await keyServices();
});
afterAll(() => services.close());

const actor: Actor = { keyId: firstKeyId, requestId: 'request-1' };
const page = { limit: 100, order: 'asc' } as const;

/** A clock whose every look is a millisecond later, so that audit records have an order. */
let at = Date.now();
const now = () => {
  at += 1;
  return at;
};

/** The keys of a function that has just started. */
function started(isManager = true) {
  return gatewayKeys(
    {
      gatewayKeys: { ...deployment, table: tableName, ...(isManager && { userPoolId }) },
      region,
      role: services.credentials(),
      endpoints: { dynamodb: services.dynamodb, cognito: services.cognito },
    },
    { now, random: () => 0.01, bytes: randomBytes, log: () => undefined },
  );
}

async function managed(): Promise<KeyDirectory> {
  const { directory } = await started();
  if (directory === undefined) throw new Error('the function manages no keys');
  return directory;
}

/** Who a function that has just started says it is: another one than that which made the key. */
async function caller(text: string): Promise<Caller | undefined> {
  const { authenticator } = await started(false);
  return authenticator.authenticate({ text, sha256: sha256Of(text) }, Date.now());
}

test('only the function with the user pool manages keys', async () => {
  expect((await started(false)).directory).toBeUndefined();
  expect((await started()).directory).toBeDefined();
});

test('a key lives from its creation to the end of its project, in DynamoDB and Cognito', async () => {
  const directory = await managed();
  expect(await caller(textOf('d', firstKeyId))).toMatchObject({ scopes: ['admin'] });
  const { id: projectId } = await directory.createProject('Search', actor);
  const account = await directory.createAccount({ projectId, name: 'indexer', role: 'member' }, actor);
  const accountId = account?.id ?? '';
  const newKey = { projectId, accountId, name: 'nightly', kind: 'project', scopes: ['inference'] } as const;
  const { record, value = '' } = (await directory.createKey(newKey, actor)) ?? {};
  const id = record?.id ?? '';
  expect(await caller(value)).toMatchObject({ keyId: id, project: projectId, scopes: ['inference'] });
  expect(await directory.updateKey(id, { scopes: ['models.read'] }, actor)).toMatchObject({ version: 2 });
  const rotated = (await directory.rotateKey(id, 60, actor))?.value ?? '';
  expect(await caller(value)).toMatchObject({ keyId: id, scopes: ['models.read'] });
  expect(await caller(rotated)).toMatchObject({ keyId: id });
  expect((await directory.keys(projectId, page)).items).toMatchObject([{ id, version: 3 }]);
  expect(await directory.reconcile(actor, { isOver: () => false })).toEqual({
    checked: 1,
    repaired: 0,
    failed: 0,
    finished: true,
  });
  await directory.archiveProject(projectId, actor);
  await expect(caller(rotated)).rejects.toThrow('The project of this key was archived');
  expect((await directory.audit({ ...page, order: 'asc' })).items.map(({ type }) => type)).toEqual([
    'project.created',
    'service_account.created',
    'api_key.created',
    'api_key.updated',
    'api_key.updated',
    'project.archived',
  ]);
});

test('keys of one account that are created at once are all good', async () => {
  const directory = await managed();
  const { id: projectId } = await directory.createProject('Search', actor);
  const account = await directory.createAccount({ projectId, name: 'indexer', role: 'member' }, actor);
  const newKey = { projectId, accountId: account?.id ?? '', name: 'nightly', kind: 'project', scopes: [] } as const;
  const made = await Promise.all(Array.from({ length: 10 }, () => directory.createKey(newKey, actor)));
  const { authenticator } = await started(false);
  const callers = await Promise.all(
    made.map(async (issued) => {
      const text = issued?.value ?? '';
      return authenticator.authenticate({ text, sha256: sha256Of(text) }, Date.now());
    }),
  );
  expect(new Set(callers.map((each) => each?.keyId)).size).toBe(10);
  expect((await directory.keys(projectId, page)).items).toHaveLength(10);
});
