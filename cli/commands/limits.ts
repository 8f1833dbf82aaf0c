import type { Call, Command } from '../command.ts';
import { Failure, UsageError } from '../failure.ts';
import type { FlagName } from '../flags.ts';
import { numberIn, objectsIn, textIn, type JsonObject } from '../json.ts';
import { countOf, listOf } from '../lists.ts';
import { nearest } from '../nearest.ts';
import { path } from '../paths.ts';
import type { Column } from '../table.ts';
import { projectOf } from './scope.ts';
import { listAnswer, objectAnswer, text, type Entries } from './shown.ts';

/** What the API says for no limit. */
export const unlimited = 2_147_483_647;

interface Limit {
  readonly flag: FlagName;
  readonly field: string;
  readonly label: string;
  readonly title: string;
}

const limits: readonly Limit[] = [
  {
    flag: 'requests-per-minute',
    field: 'max_requests_per_1_minute',
    label: 'Requests per minute',
    title: 'REQUESTS/MIN',
  },
  { flag: 'tokens-per-minute', field: 'max_tokens_per_1_minute', label: 'Tokens per minute', title: 'TOKENS/MIN' },
  { flag: 'requests-per-day', field: 'max_requests_per_1_day', label: 'Requests per day', title: 'REQUESTS/DAY' },
];

function numberText(row: JsonObject, field: string): string {
  const number = numberIn(row, field);
  if (number === undefined) return '–';
  return number >= unlimited ? 'unlimited' : number.toLocaleString('en-US');
}

const columns: readonly Column<JsonObject>[] = [
  { title: 'MODEL', cell: (each) => text(each, 'model'), keep: 'start' },
  ...limits.map(({ title, field }) => ({
    title,
    align: 'right' as const,
    cell: (each: JsonObject) => numberText(each, field),
  })),
];

const details = (row: JsonObject): Entries => [
  ['Model', text(row, 'model')],
  ...limits.map(({ label, field }) => [label, numberText(row, field)] as const),
];

async function all(call: Call): Promise<string> {
  return path`/organization/projects/${await projectOf(call)}/rate_limits`;
}

/** The commands on rate limits. */
export const limitCommands: readonly Command[] = [
  {
    words: ['limits', 'list'],
    summary: 'List the rate limits of a project by model',
    flags: ['project', 'limit'],
    example: 'limits list --project proj_00V6HKT4TLZ5',
    run: async (call) => {
      const limit = countOf(call.one('limit'), '--limit');
      const list = await listOf(await call.connect(), { path: await all(call), limit });
      return listAnswer(list, { columns, empty: 'The stack has no models.' });
    },
  },
  {
    words: ['limits', 'set'],
    summary: 'Change the rate limits of a project for one model',
    description: 'Other values stay as they are.',
    arguments: [{ name: 'model', description: "its name, as in 'limits list'" }],
    flags: ['project', ...limits.map(({ flag }) => flag)],
    example: 'limits set gpt-4o --requests-per-minute 60 --tokens-per-minute unlimited',
    run: async (call) => {
      const body = bodyOf(call);
      const [api, place] = [await call.connect(), await all(call)];
      const rows = objectsIn(await listOf(api, { path: place }), 'data');
      const changed = await api.post(place + path`/${rowId(rows, call.argument('model'))}`, body);
      return objectAnswer(changed, details(changed));
    },
  },
];

function bodyOf({ one }: Call): object {
  const given = limits.flatMap(({ flag, field }) => {
    const value = one(flag);
    return value === undefined ? [] : [[field, limitOf(value, flag)] as const];
  });
  if (given.length > 0) return Object.fromEntries(given);
  throw new UsageError(`nothing to change; pass ${limits.map(({ flag }) => `--${flag}`).join(', ')}`);
}

function limitOf(value: string, flag: string): number {
  if (value === 'unlimited') return unlimited;
  if (/^\d{1,10}$/.test(value) && Number(value) <= unlimited) return Number(value);
  throw new UsageError(`--${flag} must be a number or "unlimited", not '${value}'`);
}

/** The ID of a model's row. Throws a Failure where there is none. */
function rowId(rows: readonly JsonObject[], model: string): string {
  const row = rows.find((each) => textIn(each, 'model') === model) ?? rows.find((each) => textIn(each, 'id') === model);
  const id = textIn(row ?? {}, 'id');
  if (id !== undefined) return id;
  const near = nearest(
    model,
    rows.map((each) => text(each, 'model')),
  );
  throw new Failure(`no rate limits for the model '${model}'`, {
    fix: near === undefined ? "'bedrock-gateway limits list' shows the models." : `Did you mean '${near}'?`,
  });
}
