import { hash } from 'node:crypto';
import type {
  CostsQuery,
  CostsResult,
  UsageCompletionsQuery,
  UsageCompletionsResult,
  UsageEmbeddingsResult,
  UsageResponse,
} from '../dialects/organization.gen.ts';
import { hasScope } from '../auth/scopes.ts';
import { isKeyId } from '../keys/key-text.ts';
import { bucketSeconds, type BucketWidth, type UsageOperation } from '../metering/places.ts';
import type { Span } from '../metering/reports.ts';
import type { UsageRow } from '../metering/usage-rows.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { notFound, recordId, withPrefix } from './ids.ts';
import { list, type AdminCall, type AdminOperation } from './operation.ts';
import { invalidField } from './requests.ts';

/** A field that results can be grouped by. */
type Group = NonNullable<UsageCompletionsQuery['group_by'] | CostsQuery['group_by']>[number];

/** The parameters of any report: each takes some of them. */
type Query = Omit<UsageCompletionsQuery, 'group_by'> & { readonly group_by?: readonly Group[] };

type Result = UsageCompletionsResult | UsageEmbeddingsResult | CostsResult;

/** One report: what it is made of, and how a result is written. */
interface Report {
  readonly name: string;
  readonly operations: readonly UsageOperation[];
  readonly limits: Readonly<Record<BucketWidth, Limit>>;
  readonly result: (total: Total, groups: Groups) => Result;
}

/** How many buckets a page has. */
interface Limit {
  readonly usual: number;
  readonly most: number;
}

/** Several rows added up. */
type Total = Omit<UsageRow, 'start' | 'callerId' | 'model' | 'projectId'>;

/** What the rows of a result have in common; null for what results are not grouped by. */
interface Groups {
  readonly project: string | null;
  readonly key: string | null;
  readonly model: string | null;
  readonly batch: boolean | null;
}

/** OpenAI's own. */
const usageLimits: Report['limits'] = {
  '1m': { usual: 60, most: 1_440 },
  '1h': { usual: 24, most: 168 },
  '1d': { usual: 7, most: 31 },
};

const daily: Limit = { usual: 7, most: 180 };

const completions: Report = {
  name: 'completions',
  operations: ['completions'],
  limits: usageLimits,
  result: (
    { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, requests },
    { project, key, model, batch },
  ) => ({
    object: 'organization.usage.completions.result',
    input_tokens: inputTokens + cacheReadTokens + cacheWriteTokens,
    input_cached_tokens: cacheReadTokens,
    input_cache_write_tokens: cacheWriteTokens,
    input_uncached_tokens: inputTokens,
    output_tokens: outputTokens,
    num_model_requests: requests,
    project_id: project,
    user_id: null,
    api_key_id: key,
    model,
    batch,
    service_tier: null,
  }),
};

const embeddings: Report = {
  name: 'embeddings',
  operations: ['embeddings'],
  limits: usageLimits,
  result: ({ inputTokens, requests }, { project, key, model }) => ({
    object: 'organization.usage.embeddings.result',
    input_tokens: inputTokens,
    num_model_requests: requests,
    project_id: project,
    user_id: null,
    api_key_id: key,
    model,
  }),
};

const costs: Report = {
  name: 'costs',
  operations: ['completions', 'embeddings'],
  limits: { '1m': daily, '1h': daily, '1d': daily },
  result: ({ cost }, { project, key, model }) => ({
    object: 'organization.costs.result',
    amount: { value: cost / 1_000_000_000, currency: 'usd' },
    line_item: model,
    project_id: project,
    api_key_id: key,
    quantity: null,
    quantity_unit: null,
  }),
};

/** The reports of what projects have used and spent. */
export const usageOperations: readonly AdminOperation[] = [
  list(placeOf('/usage/completions'), organizationRequests.completionsUsage, (call, query) =>
    reply(completions, call, query),
  ),
  list(placeOf('/usage/embeddings'), organizationRequests.embeddingsUsage, (call, query) =>
    reply(embeddings, call, query),
  ),
  list(placeOf('/costs'), organizationRequests.costs, (call, query) => reply(costs, call, query)),
];

function placeOf(path: string) {
  return { path, scope: 'usage.read' } as const;
}

/** A page of buckets; those in which nothing was used are there and empty. */
async function reply(report: Report, call: AdminCall, query: Query): Promise<UsageResponse> {
  const projects = await projectsOf(call, query);
  const { from, to, end, seconds, width, next } = pageOf(report, query, call.now);
  const span = { from, to };
  const rows = matchesNothing(query) ? [] : await rowsOf(report, call, { projects, width, span, query });
  const buckets = Map.groupBy(rows, ({ start }) => start);
  const starts = Array.from({ length: Math.ceil((to - from) / seconds) }, (_, at) => from + at * seconds);
  return {
    object: 'page',
    data: starts.map((start) => ({
      object: 'bucket',
      start_time: start,
      end_time: start + seconds,
      results: resultsOf(report, buckets.get(start) ?? [], new Set(query.group_by)),
    })),
    has_more: to < end,
    next_page: to < end ? next : null,
  };
}

/** Users, and requests in batches, are what the gateway has none of. */
function matchesNothing({ user_ids, batch }: Query): boolean {
  return user_ids !== undefined || batch === true;
}

/**
 * The projects that a report is about. Throws the ApiError 404 where a caller who is no admin asks for another project than its own, which
 * for it does not exist.
 */
async function projectsOf({ caller, keys }: AdminCall, { project_ids }: Query): Promise<readonly string[]> {
  const asked = project_ids?.map((text) => recordId('project', text));
  if (!hasScope(caller, 'admin')) {
    const own = caller.project;
    if (own === undefined || asked?.some((id) => id !== own) === true) throw notFound('project');
    return [own];
  }
  if (asked !== undefined) return [...new Set(asked.filter((id) => id !== undefined))];
  const all: string[] = [];
  let after: string | undefined;
  do {
    const page = await keys.projects({
      limit: 100,
      order: 'asc',
      includeArchived: true,
      ...(after !== undefined && { after }),
    });
    all.push(...page.items.map(({ id }) => id));
    after = page.hasMore ? all.at(-1) : undefined;
  } while (after !== undefined);
  return all;
}

interface Page extends Span {
  readonly width: BucketWidth;
  readonly seconds: number;
  /** Where the time of the whole query ends. */
  readonly end: number;
  /** The cursor of the page behind this one. */
  readonly next: string;
}

/** The buckets of a page. The one that `start_time` falls into is the first, and whole. */
function pageOf({ name, limits }: Report, query: Query, now: number): Page {
  const { start_time, end_time, bucket_width: width = '1d', limit, page } = query;
  const seconds = bucketSeconds[width];
  if (end_time !== undefined && end_time <= start_time)
    throw invalidField('end_time', 'it must come after start_time.');
  const { usual, most } = limits[width];
  if (limit !== undefined && (limit < 1 || limit > most))
    throw invalidField('limit', `it is 1 to ${most} for buckets of ${width}.`);
  const print = fingerprint(name, query);
  const end = end_time ?? now + 1;
  const from = page === undefined ? Math.floor(start_time / seconds) * seconds : cursorStart(page, print);
  if (from % seconds !== 0) throw unknownPage();
  const to = Math.max(from, Math.min(from + (limit ?? usual) * seconds, Math.ceil(end / seconds) * seconds));
  return { from, to, end, width, seconds, next: `page_${startDigits(to)}${print}` };
}

const startLength = 12;

/** What a cursor is good for: the same report of the same query, but for the size of its pages. */
function fingerprint(name: string, { page: _page, limit: _limit, ...query }: Query): string {
  const fields = Object.entries(query).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return hash('sha256', JSON.stringify([name, fields])).slice(0, 24);
}

function startDigits(start: number): string {
  return String(start).padStart(startLength, '0');
}

function cursorStart(page: string, print: string): number {
  const [, start, of] = /^page_(\d{12})([0-9a-f]{24})$/.exec(page) ?? [];
  if (start === undefined || of !== print) throw unknownPage();
  return Number(start);
}

function unknownPage() {
  return invalidField('page', 'send the next_page of the page before, with the same parameters.');
}

interface Asked {
  readonly projects: readonly string[];
  readonly width: BucketWidth;
  readonly span: Span;
  readonly query: Query;
}

/** Queries at once: an organization may have many projects. */
const maxQueries = 16;

async function rowsOf(
  { operations }: Report,
  { usage }: AdminCall,
  { projects, width, span, query }: Asked,
): Promise<UsageRow[]> {
  const series = projects.flatMap((projectId) => operations.map((operation) => ({ operation, width, projectId })));
  const found: UsageRow[] = [];
  for (let at = 0; at < series.length && span.from < span.to; at += maxQueries) {
    const rows = await Promise.all(series.slice(at, at + maxQueries).map((each) => usage.rows(each, span)));
    found.push(...rows.flat().filter((row) => isWanted(row, query)));
  }
  return found;
}

function isWanted({ callerId, model }: UsageRow, { api_key_ids, models }: Query): boolean {
  return (api_key_ids?.includes(keyName(callerId)) ?? true) && (models?.includes(model) ?? true);
}

/** A key by its id in the API; any other caller by its own. */
function keyName(callerId: string): string {
  return isKeyId(callerId) ? withPrefix('key', callerId) : callerId;
}

/** One result for each group, in the order of their ids. */
function resultsOf({ result }: Report, rows: readonly UsageRow[], by: ReadonlySet<Group>): Result[] {
  const nameOf = (row: UsageRow): string => JSON.stringify(groupsOf(row, by));
  const groups = [...Map.groupBy(rows, nameOf)].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return groups.map(([, group]) => result(total(group), groupsOf(group[0], by)));
}

function groupsOf(row: UsageRow | undefined, by: ReadonlySet<Group>): Groups {
  const { projectId = '', callerId = '', model = '' } = row ?? {};
  return {
    project: by.has('project_id') ? withPrefix('project', projectId) : null,
    key: by.has('api_key_id') ? keyName(callerId) : null,
    model: by.has('model') || by.has('line_item') ? model : null,
    batch: by.has('batch') ? false : null,
  };
}

function total(rows: readonly UsageRow[]): Total {
  const sum = (count: keyof Total): number => rows.reduce((all, row) => all + row[count], 0);
  return {
    requests: sum('requests'),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    cost: sum('cost'),
  };
}
