import type { Api } from '../api.ts';
import type { Call, Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { UsageError } from '../failure.ts';
import { objectIn, type JsonObject } from '../json.ts';
import { countOf, listOf } from '../lists.ts';
import { path } from '../paths.ts';
import { moment } from '../time.ts';
import { expiryFrom, scopesFrom } from './expiry.ts';
import { shownOnce } from './key-text.ts';
import { projectOf } from './scope.ts';
import { listAnswer, objectAnswer, sentenceAnswer, text, timeText, type Entries } from './shown.ts';

const account = { name: 'account', description: 'the ID of the service account, svc_acct_…' } as const;

const details = (object: JsonObject): Entries => [
  ['ID', text(object, 'id')],
  ['Name', text(object, 'name')],
  ['Role', text(object, 'role')],
  ['Created', moment(object['created_at'])],
];

async function all(call: Call): Promise<string> {
  return path`/organization/projects/${await projectOf(call)}/service_accounts`;
}

async function one(call: Call): Promise<string> {
  return path`/organization/projects/${await projectOf(call)}/service_accounts/${call.argument('account')}`;
}

/** The commands on service accounts. */
export const accountCommands: readonly Command[] = [
  {
    words: ['accounts', 'list'],
    summary: 'List the service accounts of a project',
    flags: ['project', 'limit'],
    example: 'accounts list --project proj_00V6HKT4TLZ5',
    run: async (call) => {
      const limit = countOf(call.one('limit'), '--limit');
      const list = await listOf(await call.connect(), { path: await all(call), limit });
      return listAnswer(list, {
        columns: [
          { title: 'ID', cell: (each) => text(each, 'id') },
          { title: 'NAME', cell: (each) => text(each, 'name'), keep: 'start' },
          { title: 'ROLE', cell: (each) => text(each, 'role') },
          { title: 'CREATED', cell: (each) => timeText(each, 'created_at') },
        ],
        empty: 'No service accounts yet. Create one: bedrock-gateway accounts create <name>',
      });
    },
  },
  {
    words: ['accounts', 'create'],
    summary: 'Create a service account and its first key',
    description: 'The key is shown only once.',
    arguments: [{ name: 'name', description: 'its name' }],
    flags: ['project', 'scope', 'expires-in', 'expires-at', 'no-key', 'quiet'],
    example: 'accounts create crawler --project proj_00V6HKT4TLZ5 --expires-in 30d',
    run: async (call) => {
      const body = newAccount(call);
      const created = await (await call.connect()).post(await all(call), body);
      const key = objectIn(created, 'api_key');
      if (call.has('no-key')) return objectAnswer(created, details(created), { value: text(created, 'id') });
      return shownOnce(created, [...details(created), ['Key ID', text(key, 'id')]], key);
    },
  },
  {
    words: ['accounts', 'get'],
    summary: 'Show a service account',
    arguments: [account],
    flags: ['project'],
    example: 'accounts get svc_acct_00V6HKT4UMQ2',
    run: async (call) => {
      const found = await (await call.connect()).get(await one(call));
      return objectAnswer(found, details(found));
    },
  },
  {
    words: ['accounts', 'update'],
    summary: 'Change the name or the role of a service account',
    arguments: [account],
    flags: ['project', 'name', 'role'],
    example: "accounts update svc_acct_00V6HKT4UMQ2 --name 'crawler, Europe'",
    run: async (call) => {
      const [name, role] = [call.one('name'), call.one('role')];
      if (name === undefined && role === undefined) throw new UsageError('nothing to change; pass --name or --role');
      const body = { ...(name !== undefined && { name }), ...(role !== undefined && { role }) };
      const updated = await (await call.connect()).post(await one(call), body);
      return objectAnswer(updated, details(updated));
    },
  },
  {
    words: ['accounts', 'delete'],
    summary: 'Delete a service account and all its keys',
    arguments: [account],
    flags: ['project', 'yes'],
    example: 'accounts delete svc_acct_00V6HKT4UMQ2',
    run: async (call) => {
      const [api, place] = [await call.connect(), await one(call)];
      const id = call.argument('account');
      await confirm(call, {
        what: `Deleting ${await named(call, { api, place, id })} ends all its keys and cannot be undone`,
      });
      return sentenceAnswer(await api.remove(place), `Deleted ${id}.`);
    },
  },
];

function newAccount(call: Call): object {
  const name = call.argument('name');
  const key = { ...scopesFrom(call), ...expiryFrom(call) };
  if (!call.has('no-key')) return { name, ...key };
  if (Object.keys(key).length > 0) throw new UsageError('--no-key cannot be combined with scopes or an expiry');
  return { name, create_service_account_only: true };
}

interface Named {
  readonly api: Api;
  readonly place: string;
  readonly id: string;
}

/** The account as a question names it. Nothing is read where nobody is asked. */
async function named({ has, terminal }: Call, { api, place, id }: Named): Promise<string> {
  if (has('yes') || !terminal.isInteractive) return `the service account ${id}`;
  return `the service account '${text(await api.get(place), 'name')}'`;
}
