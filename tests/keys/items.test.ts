import type { AuditRecord } from '../../function/keys/directory.ts';
import {
  accountOf,
  accountPlace,
  auditOf,
  auditPlace,
  itemOf,
  keyOf,
  keyPlace,
  MalformedRecordError,
  projectOf,
  projectPlace,
  rulesOf,
  rulesPlace,
  type Item,
} from '../../function/keys/items.ts';
import { account, accountId, adminKey, adminKeyId, key, keyId, nowSeconds, project, projectId } from './records.ts';

const audit: AuditRecord = {
  id: 'VbT0Hmi00005',
  type: 'api_key.created',
  effectiveAt: nowSeconds,
  actorKeyId: adminKeyId,
  requestId: 'request-1',
  projectId,
  details: { id: keyId, data: { scopes: ['inference'], limits: [1, 2.5], empty: {} } },
};

const rules = {
  projectId,
  models: { mode: 'deny_list' as const, ids: ['gpt-4o'] },
  rateLimits: { 'gpt-4o': { requestsPerMinute: 5, tokensPerMinute: 0 }, fast: { requestsPerDay: 9 } },
  spendLimit: 12_345,
  spendAlerts: [{ id: 'VbT0Hmi00006', threshold: 100, recipients: ['ops@example.com'], subjectPrefix: 'Gateway' }],
  version: 3,
};

const items = {
  project: itemOf(projectPlace(projectId), project),
  account: itemOf(accountPlace(account), account),
  key: itemOf(keyPlace(keyId), key),
  adminKey: itemOf(keyPlace(adminKeyId), adminKey),
  audit: itemOf(auditPlace(audit.id), audit),
  rules: itemOf(rulesPlace(projectId), rules),
};

test('a record is an item with its fields under their own names', () => {
  const previous = { sha256: 'f'.repeat(64), until: nowSeconds };
  expect(itemOf(keyPlace(keyId), { ...key, previous, expiresAt: undefined })).toEqual({
    pk: { S: 'project#VbT0Hmi00001' },
    sk: { S: 'key#VbT0Hmi00002VbT0Hmi00003' },
    id: { S: keyId },
    name: { S: 'nightly' },
    kind: { S: 'project' },
    sha256: { S: key.sha256 },
    previous: { M: { sha256: { S: 'f'.repeat(64) }, until: { N: '1795170600' } } },
    redacted: { S: 'sk-acme-dev…ssss' },
    scopes: { L: [{ S: 'inference' }, { S: 'models.read' }] },
    state: { S: 'active' },
    createdAt: { N: '1795170600' },
    createdBy: { S: adminKeyId },
    version: { N: '1' },
  });
  expect([items.project, items.account, items.audit].map(({ pk, sk }) => [pk?.S, sk?.S])).toEqual([
    ['organization', `project#${projectId}`],
    [`project#${projectId}`, `account#${accountId}`],
    ['audit', audit.id],
  ]);
});

test('every record is read as it was written', () => {
  const whole = { ...key, previous: { sha256: 'f'.repeat(64), until: 5 }, expiresAt: nowSeconds };
  const archived = { ...project, state: 'archived' as const, archivedAt: nowSeconds };
  const { projectId: _none, ...ofOrganization } = audit;
  expect(projectOf(items.project)).toEqual(project);
  expect(projectOf(itemOf(projectPlace(projectId), archived))).toEqual(archived);
  expect(accountOf(items.account)).toEqual(account);
  expect(keyOf(items.key)).toEqual(key);
  expect(keyOf(items.adminKey)).toEqual(adminKey);
  expect(keyOf(itemOf(keyPlace(keyId), whole))).toEqual(whole);
  expect(auditOf(items.audit)).toEqual(audit);
  expect(rulesOf(items.rules)).toEqual(rules);
  expect(rulesOf(itemOf(rulesPlace(undefined), { version: 1 }))).toEqual({ version: 1 });
  expect(auditOf(itemOf(auditPlace(audit.id), ofOrganization))).toEqual(ofOrganization);
});

test('fields that no record has are not read', () => {
  expect(keyOf({ ...items.key, secret: { S: 'x' }, count: { N: '1' }, flag: { BOOL: true } })).toEqual(key);
});

type Malformed = [name: string, read: (item: Item) => unknown, item: Item, message: string];

const keyCases: [string, Record<string, Item[string] | undefined>][] = [
  ['no id', { id: undefined }],
  ["another key's id", { id: { S: adminKeyId } }],
  ['a number for a name', { name: { N: '1' } }],
  ['another kind', { kind: { S: 'root' } }],
  ['the kind of admin keys', { kind: { S: 'admin' }, scopes: { L: [{ S: 'admin' }] } }],
  ['the scope of admin keys', { scopes: { L: [{ S: 'inference' }, { S: 'admin' }] } }],
  ['an unknown scope', { scopes: { L: [{ S: 'everything' }] } }],
  ['no scopes', { scopes: { L: [] } }],
  ['a set of scopes', { scopes: { SS: ['inference'] } }],
  ['a hash in capitals', { sha256: { S: 'F'.repeat(64) } }],
  ['a hash that is too short', { sha256: { S: 'f'.repeat(63) } }],
  ['half of a previous secret', { previous: { M: { sha256: { S: 'f'.repeat(64) } } } }],
  ['another state', { state: { S: 'suspended' } }],
  ['a time that is no number', { expiresAt: { S: 'never' } }],
  ['half a second', { expiresAt: { N: '1.5' } }],
  ['no version', { version: undefined }],
];

test.each<Malformed>([
  ...keyCases.map(([name, fields]): Malformed => {
    const given = Object.entries({ ...items.key, ...fields }).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value] as const],
    );
    return [`key with ${name}`, keyOf, Object.fromEntries(given), 'key key#VbT0Hmi00002VbT0Hmi00003'];
  }),
  ['project in the place of another', projectOf, { ...items.project, sk: { S: 'project#x' } }, 'project project#x'],
  ['project without a state', projectOf, { ...items.project, state: { NULL: true } }, `project project#${projectId}`],
  [
    'account of another project',
    accountOf,
    { ...items.account, projectId: { S: 'VbT0Hmi00009' } },
    `service account account#${accountId}`,
  ],
  [
    'account of an unknown role',
    accountOf,
    { ...items.account, role: { S: 'root' } },
    `service account account#${accountId}`,
  ],
  ['audit record without details', auditOf, { ...items.audit, details: { S: 'x' } }, `audit record ${audit.id}`],
  ['project without anything', projectOf, {}, 'project without a place'],
  ['rules of another project', rulesOf, { ...items.rules, projectId: { S: 'VbT0Hmi00009' } }, 'rules rules'],
  ['rules with permissions of no mode', rulesOf, { ...items.rules, models: { M: { ids: { L: [] } } } }, 'rules rules'],
  ['rules with half a cent', rulesOf, { ...items.rules, spendLimit: { N: '0.5' } }, 'rules rules'],
  [
    'rules with a limit that is no number',
    rulesOf,
    { ...items.rules, rateLimits: { M: { fast: { M: { requestsPerDay: { S: '5' } } } } } },
    'rules rules',
  ],
  ['rules with an alert of nobody', rulesOf, { ...items.rules, spendAlerts: { L: [{ M: {} }] } }, 'rules rules'],
])('a %s is an error with its place alone', (_name, read, item, what) => {
  let error: unknown;
  try {
    read(item);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(MalformedRecordError);
  expect(error).toMatchObject({ message: `The key table holds a malformed record: ${what}.` });
});

test('what no record consists of is not written', () => {
  expect(() => itemOf(projectPlace(projectId), { flag: true })).toThrow('a record has a field of the type boolean');
  expect(() => itemOf(projectPlace(projectId), { at: Number.NaN })).toThrow('a record has a field of the type number');
});
