import type { Call, Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { UsageError } from '../failure.ts';
import { objectIn, textsIn, type JsonObject } from '../json.ts';
import { countOf, listOf } from '../lists.ts';
import { path } from '../paths.ts';
import { day, duration, moment } from '../time.ts';
import type { Column } from '../table.ts';
import { expiryFrom, scopesFrom } from './expiry.ts';
import { shownOnce } from './key-text.ts';
import { projectOf } from './scope.ts';
import { listAnswer, objectAnswer, sentenceAnswer, text, type Entries } from './shown.ts';

const key = { name: 'key', description: 'the ID of the key, key_…' } as const;

const columns: readonly Column<JsonObject>[] = [
  { title: 'ID', cell: (each) => text(each, 'id') },
  { title: 'NAME', cell: (each) => text(each, 'name'), keep: 'start' },
  { title: 'EXPIRES', cell: (each) => day(each['expires_at']) ?? 'never' },
  { title: 'USED', cell: (each) => day(each['last_used_at']) ?? '–' },
];

function details(object: JsonObject): Entries {
  const owner = objectIn(objectIn(object, 'owner'), 'service_account');
  return [
    ['ID', text(object, 'id')],
    ['Name', text(object, 'name')],
    ['Account', owner['id'] === undefined ? undefined : `${text(owner, 'id')} (${text(owner, 'name')})`],
    ['Scopes', textsIn(object, 'scopes')?.join(', ')],
    ['Created', moment(object['created_at'])],
    ['Expires', moment(object['expires_at']) ?? 'never'],
    ['Last used', moment(object['last_used_at'])],
    ['Text', text(object, 'redacted_value') || undefined],
  ];
}

/** The path of all keys that a call is about: of a project, or admin keys. */
async function all(call: Call): Promise<string> {
  if (!call.has('admin')) return path`/organization/projects/${await projectOf(call)}/api_keys`;
  if (call.has('project'))
    throw new UsageError('admin keys do not belong to a project: pass either --admin or --project');
  return '/organization/admin_api_keys';
}

async function one(call: Call): Promise<string> {
  return (await all(call)) + path`/${call.argument('key')}`;
}

/** The commands on keys. */
export const keyCommands: readonly Command[] = [
  {
    words: ['keys', 'list'],
    summary: 'List the keys of a project, or the admin keys',
    flags: ['project', 'admin', 'limit'],
    example: 'keys list --project proj_00V6HKT4TLZ5',
    run: async (call) => {
      const limit = countOf(call.one('limit'), '--limit');
      const list = await listOf(await call.connect(), { path: await all(call), limit });
      return listAnswer(list, { columns, empty: 'No keys.' });
    },
  },
  {
    words: ['keys', 'create'],
    summary: 'Create a key of a service account, or an admin key',
    description: 'The key is shown only once.',
    arguments: [{ name: 'name', description: 'its name; required for an admin key', count: 'optional' }],
    flags: ['project', 'account', 'scope', 'expires-in', 'expires-at', 'admin', 'quiet'],
    example: 'keys create laptop --account svc_acct_00V6HKT4UMQ2 --scope inference --expires-in 30d',
    run: async (call) => {
      const [place, body] = [await placeOfNew(call), newKey(call)];
      const created = await (await call.connect()).post(place, body);
      return shownOnce(created, [
        ['ID', text(created, 'id')],
        ['Name', text(created, 'name')],
        ['Expires', moment(created['expires_at']) ?? 'never'],
      ]);
    },
  },
  {
    words: ['keys', 'get'],
    summary: 'Show a key, without its text',
    arguments: [key],
    flags: ['project', 'admin'],
    example: 'keys get key_00V6HKT4TLZ500V6HKT4UMQ200V6HKT4VNR1',
    run: async (call) => {
      const found = await (await call.connect()).get(await one(call));
      return objectAnswer(found, details(found));
    },
  },
  {
    words: ['keys', 'update'],
    summary: 'Change the scopes or the expiry of a key',
    arguments: [key],
    flags: ['project', 'scope', 'expires-in'],
    example: 'keys update key_00V6HKT4TLZ500V6HKT4UMQ200V6HKT4VNR1 --expires-in 90d',
    run: async (call) => {
      const body = { ...scopesFrom(call), ...expiryFrom(call) };
      if (Object.keys(body).length === 0) throw new UsageError('nothing to change; pass --scope or --expires-in');
      const updated = await (await call.connect()).post(await one(call), body);
      return objectAnswer(updated, details(updated));
    },
  },
  {
    words: ['keys', 'rotate'],
    summary: 'Give a key a new secret',
    description: 'Its ID, scopes and expiry stay. The new key is shown only once.',
    arguments: [key],
    flags: ['project', 'grace', 'yes', 'quiet'],
    example: 'keys rotate key_00V6HKT4TLZ500V6HKT4UMQ200V6HKT4VNR1 --grace 1h',
    run: async (call) => {
      const [place, graceSeconds] = [await one(call), duration(call.one('grace') ?? '0s', '--grace')];
      const api = await call.connect();
      if (graceSeconds === 0) await confirm(call, { what: 'Without --grace, the old secret stops working at once' });
      const rotated = await api.post(`${place}/rotate`, { grace_seconds: graceSeconds });
      return shownOnce(
        rotated,
        details(rotated).filter(([label]) => label !== 'Text'),
      );
    },
  },
  {
    words: ['keys', 'delete'],
    summary: 'Delete a key',
    arguments: [key],
    flags: ['project', 'admin', 'yes'],
    example: 'keys delete key_00V6HKT4TLZ500V6HKT4UMQ200V6HKT4VNR1',
    run: async (call) => {
      const [place, api] = [await one(call), await call.connect()];
      const id = call.argument('key');
      await confirm(call, { what: `Deleting the key ${id} cannot be undone` });
      return sentenceAnswer(await api.remove(place), `Deleted ${id}.`);
    },
  },
];

async function placeOfNew(call: Call): Promise<string> {
  const account = call.one('account');
  if (call.has('admin')) {
    if (account !== undefined) throw new UsageError('admin keys do not belong to a service account');
    return await all(call);
  }
  if (account === undefined)
    throw new UsageError('the service account is missing', 'Pass --account <id>, or --admin for an admin key.');
  return path`/organization/projects/${await projectOf(call)}/service_accounts/${account}/api_keys`;
}

function newKey(call: Call): object {
  const name = call.argument('name');
  if (call.has('admin') && call.has('scope')) throw new UsageError('admin keys have no scopes; they can do everything');
  if (call.has('admin') && name === '') throw new UsageError('an admin key must have a name');
  return { ...(name !== '' && { name }), ...scopesFrom(call), ...expiryFrom(call) };
}
