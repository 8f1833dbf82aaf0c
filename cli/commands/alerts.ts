import type { Call, Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { UsageError } from '../failure.ts';
import { numberIn, objectIn, textIn, textsIn, type JsonObject } from '../json.ts';
import { countOf, listOf } from '../lists.ts';
import { cents, usd } from '../money.ts';
import { path } from '../paths.ts';
import { placeOf } from './scope.ts';
import { listAnswer, objectAnswer, sentenceAnswer, text, type Entries } from './shown.ts';

const alert = { name: 'alert', description: "the ID of the alert, as in 'alerts list'" } as const;
const place = ['project', 'organization'] as const;

const amountOf = (each: JsonObject): string => usd(numberIn(each, 'threshold_amount') ?? 0);

function recipientsOf(each: JsonObject): readonly string[] {
  return textsIn(objectIn(each, 'notification_channel'), 'recipients') ?? [];
}

const details = (each: JsonObject): Entries => [
  ['ID', text(each, 'id')],
  ['Above', amountOf(each)],
  ['Per', textIn(each, 'interval')],
  ['Recipients', recipientsOf(each).join(', ')],
  ['Subject', textIn(objectIn(each, 'notification_channel'), 'subject_prefix')],
];

async function all(call: Call): Promise<string> {
  return `${await placeOf(call)}/spend_alerts`;
}

async function one(call: Call): Promise<string> {
  return (await all(call)) + path`/${call.argument('alert')}`;
}

/** The commands on spend alerts. */
export const alertCommands: readonly Command[] = [
  {
    words: ['alerts', 'list'],
    summary: 'List the spend alerts of a project or of the organization',
    flags: [...place, 'limit'],
    example: 'alerts list --organization',
    run: async (call) => {
      const limit = countOf(call.one('limit'), '--limit');
      const list = await listOf(await call.connect(), { path: await all(call), limit });
      return listAnswer(list, {
        columns: [
          { title: 'ID', cell: (each) => text(each, 'id') },
          { title: 'ABOVE', align: 'right', cell: amountOf },
          { title: 'RECIPIENTS', cell: (each) => recipientsOf(each).join(', '), keep: 'start' },
        ],
        empty: 'No spend alerts.',
      });
    },
  },
  {
    words: ['alerts', 'create'],
    summary: 'Send a notification when the spend of a month exceeds an amount',
    arguments: [{ name: 'usd', description: 'the amount in USD, such as 200 or 12.50' }],
    flags: [...place, 'email', 'subject-prefix', 'quiet'],
    example: 'alerts create 200 --email team@example.com --project proj_00V6HKT4TLZ5',
    run: async (call) => {
      const recipients = call.many('email');
      if (recipients.length === 0) throw new UsageError('a recipient is missing: pass --email <address>');
      const channel = { type: 'email', recipients, ...subjectOf(call) };
      const body = bodyOf(cents(call.argument('usd'), '<usd>'), channel);
      const created = await (await call.connect()).post(await all(call), body);
      return objectAnswer(created, details(created), { value: text(created, 'id') });
    },
  },
  {
    words: ['alerts', 'update'],
    summary: 'Change the amount or the recipients of a spend alert',
    description: 'Other values stay as they are.',
    arguments: [alert],
    flags: [...place, 'amount', 'email', 'subject-prefix'],
    example: 'alerts update alert_00V6HKT4TLZ5 --amount 300 --organization',
    run: async (call) => {
      const [amount, emails] = [call.one('amount'), call.many('email')];
      if (amount === undefined && emails.length === 0 && !call.has('subject-prefix'))
        throw new UsageError('nothing to change; pass --amount, --email or --subject-prefix');
      const [api, where] = [await call.connect(), await one(call)];
      const before = await api.get(where);
      const recipients = emails.length > 0 ? emails : recipientsOf(before);
      const channel = { ...objectIn(before, 'notification_channel'), recipients, ...subjectOf(call) };
      const threshold = amount === undefined ? numberIn(before, 'threshold_amount') : cents(amount, '--amount');
      const updated = await api.post(where, bodyOf(threshold, channel));
      return objectAnswer(updated, details(updated));
    },
  },
  {
    words: ['alerts', 'delete'],
    summary: 'Delete a spend alert',
    arguments: [alert],
    flags: [...place, 'yes'],
    example: 'alerts delete alert_00V6HKT4TLZ5 --organization',
    run: async (call) => {
      const [where, api] = [await one(call), await call.connect()];
      const id = call.argument('alert');
      await confirm(call, { what: `After ${id} is deleted, nobody is notified by it` });
      return sentenceAnswer(await api.remove(where), `Deleted ${id}.`);
    },
  },
];

function subjectOf({ one: flag }: Call): { readonly subject_prefix?: string } {
  const prefix = flag('subject-prefix');
  return prefix === undefined ? {} : { subject_prefix: prefix };
}

function bodyOf(threshold: number | undefined, channel: object): object {
  return { threshold_amount: threshold, currency: 'USD', interval: 'month', notification_channel: channel };
}
