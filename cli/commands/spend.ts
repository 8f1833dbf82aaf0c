import type { Call, Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { numberIn, objectIn, textIn, type JsonObject } from '../json.ts';
import { cents, usd } from '../money.ts';
import { placeOf } from './scope.ts';
import { objectAnswer, removedAnswer, text, type Entries } from './shown.ts';

const details = (limit: JsonObject): Entries => [
  ['Limit', usd(numberIn(limit, 'threshold_amount') ?? 0)],
  ['Per', textIn(limit, 'interval')],
  ['Enforcement', text(objectIn(limit, 'enforcement'), 'status')],
];

async function placeOfLimit(call: Call): Promise<string> {
  return `${await placeOf(call)}/spend_limit`;
}

/** The commands on spend limits. */
export const spendCommands: readonly Command[] = [
  {
    words: ['spend', 'get'],
    summary: 'Show the spend limit of a project or of the organization',
    flags: ['project', 'organization'],
    example: 'spend get --organization',
    run: async (call) => {
      const limit = await (await call.connect()).get(await placeOfLimit(call));
      return objectAnswer(limit, details(limit));
    },
  },
  {
    words: ['spend', 'set'],
    summary: 'Set the spend limit for a calendar month (UTC)',
    arguments: [{ name: 'usd', description: 'the amount in USD, such as 250 or 12.50' }],
    flags: ['project', 'organization'],
    example: 'spend set 250 --project proj_00V6HKT4TLZ5',
    run: async (call) => {
      const body = { threshold_amount: cents(call.argument('usd'), '<usd>'), currency: 'USD', interval: 'month' };
      const limit = await (await call.connect()).post(await placeOfLimit(call), body);
      return objectAnswer(limit, details(limit));
    },
  },
  {
    words: ['spend', 'remove'],
    summary: 'Remove a spend limit',
    flags: ['project', 'organization', 'yes'],
    example: 'spend remove --organization',
    run: async (call) => {
      const [place, api] = [await placeOfLimit(call), await call.connect()];
      await confirm(call, { what: 'Without the spend limit, spending is unlimited' });
      return removedAnswer(await api.remove(place), 'There is no spend limit now.');
    },
  },
];
