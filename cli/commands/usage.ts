import type { Query } from '../api.ts';
import type { Answer, Call, Command } from '../command.ts';
import { Failure, UsageError } from '../failure.ts';
import type { FlagName } from '../flags.ts';
import { numberIn, objectIn, objectsIn, textIn, type JsonObject } from '../json.ts';
import { next } from '../lists.ts';
import { table, type Column } from '../table.ts';
import { day, moment, past } from '../time.ts';
import { text } from './shown.ts';

/** A report of the API. */
interface Report {
  readonly path: string;
  /** The field that `--by` groups by. */
  readonly groups: Readonly<Record<string, string>>;
  readonly numbers: readonly Count[];
  /** The most buckets of a page, by their width. */
  readonly pageSizes: Readonly<Record<string, number>>;
}

/** A column that is summed. */
interface Count {
  readonly title: string;
  readonly of: (result: JsonObject) => number;
  readonly show: (sum: number) => string;
}

const whole = (value: number): string => value.toLocaleString('en-US');
const dollars = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 6, maximumFractionDigits: 6 });

function tokens(title: string, field: string): Count {
  return { title, of: (result) => numberIn(result, field) ?? 0, show: whole };
}

const usageSizes = { '1m': 1_440, '1h': 168, '1d': 31 };
const usageGroups = { project: 'project_id', key: 'api_key_id', model: 'model' };

const reports = {
  completions: {
    path: '/organization/usage/completions',
    groups: usageGroups,
    numbers: [
      tokens('REQUESTS', 'num_model_requests'),
      tokens('INPUT', 'input_tokens'),
      tokens('CACHED', 'input_cached_tokens'),
      tokens('OUTPUT', 'output_tokens'),
    ],
    pageSizes: usageSizes,
  },
  embeddings: {
    path: '/organization/usage/embeddings',
    groups: usageGroups,
    numbers: [tokens('REQUESTS', 'num_model_requests'), tokens('INPUT', 'input_tokens')],
    pageSizes: usageSizes,
  },
  costs: {
    path: '/organization/costs',
    groups: { ...usageGroups, model: 'line_item' },
    numbers: [{ title: 'USD', of: (result) => numberIn(objectIn(result, 'amount'), 'value') ?? 0, show: dollars }],
    pageSizes: { '1d': 180 },
  },
} as const satisfies Readonly<Record<string, Report>>;

/** The commands that report usage and costs. */
export const usageCommands: readonly Command[] = [
  {
    words: ['usage', 'completions'],
    summary: 'Report the requests and tokens of chats and completions',
    flags: ['since', 'until', 'by', 'bucket', 'project', 'key', 'model'],
    example: 'usage completions --since 7d --by model',
    run: (call) => reported(reports.completions, call),
  },
  {
    words: ['usage', 'embeddings'],
    summary: 'Report the requests and tokens of embeddings',
    flags: ['since', 'until', 'by', 'bucket', 'project', 'key', 'model'],
    example: 'usage embeddings --since 24h --bucket 1h',
    run: (call) => reported(reports.embeddings, call),
  },
  {
    words: ['usage', 'costs'],
    summary: 'Report the costs by day, in USD',
    flags: ['since', 'until', 'by', 'project', 'key'],
    example: 'usage costs --since 30d --by project,model',
    run: (call) => reported(reports.costs, call),
  },
];

/** A row: a bucket and one of its results. */
interface Row {
  readonly bucket: JsonObject;
  readonly result: JsonObject;
}

async function reported(report: Report, call: Call): Promise<Answer> {
  const by = [...new Set(call.many('by'))];
  const bucket = call.one('bucket') ?? '1d';
  const buckets = await bucketsOf(call, report.path, queryOf(report, { call, by, bucket }));
  const rows = buckets.flatMap((each) => objectsIn(each, 'results').map((result) => ({ bucket: each, result })));
  const columns = columnsOf(report, by, bucket);
  return {
    json: { object: 'page', data: buckets, has_more: false, next_page: null },
    text: (screen) => (rows.length === 0 ? '' : table(columns, [...rows, ...totalOf(rows)], screen)),
    ...(rows.length === 0 && { note: 'No usage in this period.' }),
  };
}

interface Asked {
  readonly call: Call;
  readonly by: readonly string[];
  readonly bucket: string;
}

function queryOf({ groups, pageSizes }: Report, { call, by, bucket }: Asked): Query {
  const now = Math.floor(call.terminal.now() / 1_000);
  const until = call.one('until');
  const one = (flag: FlagName): string[] => [call.one(flag) ?? []].flat();
  return {
    start_time: past(call.one('since') ?? '7d', '--since', now),
    end_time: until === undefined ? undefined : past(until, '--until', now),
    bucket_width: bucket,
    group_by: by.map((each) => groups[each] ?? each),
    project_ids: one('project'),
    api_key_ids: call.many('key'),
    models: one('model'),
    limit: pageSizes[bucket],
  };
}

/** The buckets of every page. Rejects with UsageError for a time that ends before it begins. */
async function bucketsOf(call: Call, path: string, query: Query): Promise<readonly JsonObject[]> {
  const { start_time: start, end_time: end } = query;
  if (typeof start === 'number' && typeof end === 'number' && end <= start)
    throw new UsageError('--until must be later than --since');
  const api = await call.connect();
  const buckets: JsonObject[] = [];
  const seen = new Set<string>();
  let page: string | undefined;
  do {
    const answer = await api.get(path, { ...query, page });
    if (!Array.isArray(answer['data'])) throw new Failure("the server's answer contains no data");
    buckets.push(...objectsIn(answer, 'data'));
    page = answer['has_more'] === true ? next(textIn(answer, 'next_page'), seen) : undefined;
  } while (page !== undefined);
  return buckets;
}

function columnsOf({ groups, numbers }: Report, by: readonly string[], bucket: string): Column<Row | Total>[] {
  const when = bucket === '1d' ? day : moment;
  return [
    { title: 'FROM', cell: (row) => ('totals' in row ? 'total' : (when(row.bucket['start_time']) ?? '–')) },
    ...by.map((each) => ({
      title: each.toUpperCase(),
      // IDs begin with the time at which they were made: their ends differ more.
      keep: each === 'model' ? ('start' as const) : ('end' as const),
      cell: (row: Row | Total) => ('totals' in row ? '' : text(row.result, groups[each] ?? each) || '–'),
    })),
    ...numbers.map(({ title, of, show }) => ({
      title,
      align: 'right' as const,
      cell: (row: Row | Total) =>
        show('totals' in row ? row.totals.reduce((sum, each) => sum + of(each.result), 0) : of(row.result)),
    })),
  ];
}

/** The last row: the sum of all others. */
interface Total {
  readonly totals: readonly Row[];
}

function totalOf(rows: readonly Row[]): Total[] {
  return rows.length > 1 ? [{ totals: rows }] : [];
}
