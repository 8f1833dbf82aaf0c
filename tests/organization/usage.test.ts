import type { UsageOperation } from '../../function/metering/places.ts';
import { usageUpdates } from '../../function/metering/usage-rows.ts';
import { organizationApi, start, type Api, type ApiAnswer } from './api.ts';

let api: Api;

beforeEach(() => {
  api = organizationApi();
});

const hour = 3_600;
const day = 86_400;

/** Counts usage as a request does that was begun some seconds before now. */
async function used(key: string, model: string, add: Readonly<Record<string, number>>, options: Used = {}) {
  const { operation = 'completions', ago = 0, project = key.slice('key_'.length, 'key_'.length + 12) } = options;
  const callerId = key.replace('key_', '');
  const request = { operation, projectId: project, callerId, model, at: (start - ago) * 1_000 };
  for (const update of usageUpdates(request, { requests: 1, ...add })) await api.usage.update(update);
}

interface Used {
  readonly operation?: UsageOperation;
  readonly ago?: number;
  /** For callers without a key. */
  readonly project?: string;
}

async function buckets(path: string, key?: string) {
  const { status, body } = await api.ask(`GET ${path}`, undefined, key);
  expect([status, body.error]).toEqual([200, undefined]);
  return body.data;
}

const completions = `/usage/completions?start_time=${start - 10}`;

test('a bucket that the start falls into is whole, and buckets without usage are there and empty', async () => {
  const { key } = await api.team('a');
  await used(key, 'gpt', { inputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 2, outputTokens: 7 });
  await used(key, 'gpt', { inputTokens: 1 }, { ago: hour });
  const asked = `/usage/completions?start_time=${start - hour + 30}&end_time=${start + 2 * hour}&bucket_width=1h`;
  const bucket = (at: number, ...found: object[]) => ({
    object: 'bucket',
    start_time: start + at,
    end_time: start + at + hour,
    results: found,
  });
  const result = (tokens: object) => ({
    object: 'organization.usage.completions.result',
    ...tokens,
    num_model_requests: 1,
    project_id: null,
    user_id: null,
    api_key_id: null,
    model: null,
    batch: null,
    service_tier: null,
  });
  const [before, now, after] = [-hour, 0, hour];
  expect(await buckets(asked)).toEqual([
    bucket(before, result({ input_tokens: 1, input_cached_tokens: 0, input_cache_write_tokens: 0, input_uncached_tokens: 1, output_tokens: 0 })), // prettier-ignore
    bucket(now, result({ input_tokens: 10, input_cached_tokens: 3, input_cache_write_tokens: 2, input_uncached_tokens: 5, output_tokens: 7 })), // prettier-ignore
    bucket(after),
  ]);
});

test('without an end, the last bucket is that of now', async () => {
  expect(await buckets(completions)).toHaveLength(1);
  expect((await buckets(`/usage/completions?start_time=${start - 120}&bucket_width=1m`)).length).toBe(3);
  expect(await buckets(`/usage/completions?start_time=${start + day}`)).toEqual([]);
});

/** What the results of the first bucket say, in short. */
async function results(path: string, key?: string) {
  const [first] = await buckets(path, key);
  return first.results.map((each: Record<string, unknown>) => [
    each['project_id'],
    each['api_key_id'],
    each['model'],
    each['num_model_requests'],
  ]);
}

test('results are grouped and filtered by project, key and model', async () => {
  const [a, b] = [await api.team('a'), await api.team('b')];
  await used(a.key, 'gpt', {});
  await used(a.key, 'gpt', {});
  await used(a.key, 'nova', {});
  await used(b.key, 'gpt', {});
  await used('crawler', 'gpt', {}, { project: b.project.slice('proj_'.length) });
  expect(await results(completions)).toEqual([[null, null, null, 5]]);
  expect(await results(`${completions}&group_by=project_id`)).toEqual([
    [a.project, null, null, 3],
    [b.project, null, null, 2],
  ]);
  expect(await results(`${completions}&group_by[]=api_key_id&group_by[]=model`)).toEqual([
    [null, 'crawler', 'gpt', 1],
    [null, a.key, 'gpt', 2],
    [null, a.key, 'nova', 1],
    [null, b.key, 'gpt', 1],
  ]);
  expect(await results(`${completions}&models=nova&models=other`)).toEqual([[null, null, null, 1]]);
  expect(await results(`${completions}&api_key_ids[]=${b.key}&api_key_ids[]=crawler`)).toEqual([[null, null, null, 2]]);
  expect(await results(`${completions}&project_ids=${a.project}&project_ids=proj_x`)).toEqual([[null, null, null, 3]]);
  expect(await results(`${completions}&project_ids=${a.project.slice(5)}`)).toEqual([]);
});

test('users and batches are what there is none of', async () => {
  const { key } = await api.team('a');
  await used(key, 'gpt', {});
  expect(await results(`${completions}&user_ids=user_1`)).toEqual([]);
  expect(await results(`${completions}&batch=true`)).toEqual([]);
  const [{ results: found }] = await buckets(`${completions}&batch=false&group_by=batch&group_by=user_id&group_by=service_tier`); // prettier-ignore
  expect(found).toMatchObject([{ batch: false, user_id: null, service_tier: null, num_model_requests: 1 }]);
});

test('an archived project still shows what it has used', async () => {
  const { project, key } = await api.team('a');
  await used(key, 'gpt', {});
  await api.ask(`POST /projects/${project}/archive`);
  expect(await results(completions)).toEqual([[null, null, null, 1]]);
});

test('embeddings and costs are reports of their own', async () => {
  const { project, key } = await api.team('a');
  await used(key, 'titan', { inputTokens: 8, cost: 1_500_000 }, { operation: 'embeddings' });
  await used(key, 'gpt', { inputTokens: 8, cost: 250_000_000 });
  const [{ results: embedded }] = await buckets(`/usage/embeddings?start_time=${start}&group_by=model`);
  expect(embedded).toEqual([
    {
      object: 'organization.usage.embeddings.result',
      input_tokens: 8,
      num_model_requests: 1,
      project_id: null,
      user_id: null,
      api_key_id: null,
      model: 'titan',
    },
  ]);
  const cost = (value: number, groups: object) => ({
    object: 'organization.costs.result',
    amount: { value, currency: 'usd' },
    line_item: null,
    project_id: null,
    api_key_id: null,
    quantity: null,
    quantity_unit: null,
    ...groups,
  });
  const [{ results: all }] = await buckets(`/costs?start_time=${start}`);
  expect(all).toEqual([cost(0.2515, {})]);
  const [{ results: items }] = await buckets(`/costs?start_time=${start}&group_by=line_item&group_by=project_id`);
  expect(items).toEqual([
    cost(0.25, { project_id: project, line_item: 'gpt' }),
    cost(0.0015, { project_id: project, line_item: 'titan' }),
  ]);
});

test('pages follow each other, and a cursor is good for its own query alone', async () => {
  const path = `/usage/completions?start_time=${start - 9 * day}&group_by=model`;
  const first = (await api.ask(`GET ${path}`)).body;
  expect([first.data.length, first.has_more]).toEqual([7, true]);
  const second = (await api.ask(`GET ${path}&page=${first.next_page}`)).body;
  expect([second.data.length, second.has_more, second.next_page]).toEqual([3, false, null]);
  expect(second.data[0].start_time).toBe(first.data[6].end_time);
  const others = [
    `/usage/completions?start_time=${start - 8 * day}&group_by=model&page=${first.next_page}`,
    `/usage/embeddings?start_time=${start - 9 * day}&group_by=model&page=${first.next_page}`,
    `${path}&page=${first.next_page}0`,
    `${path}&page=${first.next_page.replace('page_00', 'page_01')}`,
    `${path}&page=page_1`,
  ];
  for (const other of others) {
    const { status, body } = await api.ask(`GET ${other}`);
    expect([other, status, body.error?.param]).toEqual([other, 400, 'page']);
  }
});

test.each([
  ['/usage/completions', 'start_time'],
  ['/usage/completions?start_time=soon', 'start_time'],
  ['/usage/completions?start_time=-1', 'start_time'],
  ['/usage/completions?start_time=10&end_time=10', 'end_time'],
  ['/usage/completions?start_time=1&bucket_width=2d', 'bucket_width'],
  ['/usage/completions?start_time=1&limit=32', 'limit'],
  ['/usage/completions?start_time=1&limit=0', 'limit'],
  ['/usage/completions?start_time=1&limit=169&bucket_width=1h', 'limit'],
  ['/usage/completions?start_time=1&limit=1441&bucket_width=1m', 'limit'],
  ['/usage/completions?start_time=1&group_by=line_item', 'group_by[0]'],
  ['/usage/embeddings?start_time=1&batch=true', 'batch'],
  ['/costs?start_time=1&bucket_width=1h', 'bucket_width'],
  ['/costs?start_time=1&limit=181', 'limit'],
  ['/costs?start_time=1&models=gpt', 'models'],
])('%s is a 400', async (path, param) => {
  expect(await api.ask(`GET ${path}`)).toMatchObject({ status: 400, body: { error: { param } } });
});

test('a page has as many buckets as OpenAI gives', async () => {
  const lengths = ['1m', '1h', '1d'].map(async (width) => {
    const asked = `/usage/completions?start_time=0&end_time=${start}&bucket_width=${width}`;
    return (await buckets(asked)).length;
  });
  expect(await Promise.all(lengths)).toEqual([60, 24, 7]);
  expect(await buckets(`/usage/completions?start_time=0&bucket_width=1m&limit=1440`)).toHaveLength(1_440);
  expect(await buckets('/costs?start_time=0&limit=180')).toHaveLength(180);
});

describe('a key with usage.read', () => {
  const refused = ({ status, body }: ApiAnswer) => [status, body.error?.code];

  test('sees its own project, and no other exists for it', async () => {
    const [own, other] = [await api.team('own', ['usage.read']), await api.team('other')];
    await used(own.key, 'gpt', {});
    await used(other.key, 'gpt', {});
    expect(await results(`${completions}&group_by=project_id`, own.value)).toEqual([[own.project, null, null, 1]]);
    expect(await results(`${completions}&project_ids=${own.project}`, own.value)).toEqual([[null, null, null, 1]]);
    expect(await results(`${completions}&api_key_ids=${other.key}`, own.value)).toEqual([]);
    for (const ids of [
      `project_ids=${other.project}`,
      `project_ids[]=${own.project}&project_ids[]=${other.project}`,
      'project_ids=x',
    ])
      for (const path of [completions, `/usage/embeddings?start_time=${start}`, `/costs?start_time=${start}`])
        expect(refused(await api.ask(`GET ${path}&${ids}`, undefined, own.value))).toEqual([404, 'not_found']);
  });

  test("uses no page of an admin's to see more", async () => {
    const [own, other] = [await api.team('own', ['usage.read']), await api.team('other')];
    await used(other.key, 'gpt', {}, { ago: day });
    const path = `/usage/completions?start_time=${start - 2 * day}&limit=1`;
    const { next_page } = (await api.ask(`GET ${path}`)).body;
    expect(await results(`${path}&page=${next_page}`)).toEqual([[null, null, null, 1]]);
    expect(await results(`${path}&page=${next_page}`, own.value)).toEqual([]);
  });

  test('sees neither limits nor keys', async () => {
    const { project, value } = await api.team('own', ['usage.read']);
    for (const path of [`/projects/${project}/spend_limit`, `/projects/${project}/api_keys`, '/audit_logs'])
      expect(refused(await api.ask(`GET ${path}`, undefined, value))).toEqual([403, 'insufficient_permissions']);
  });

  test.each([['inference'], ['keys.manage'], ['models.read']])('%s is not enough', async (scope) => {
    const { value } = await api.team('own', [scope]);
    expect(refused(await api.ask(`GET ${completions}`, undefined, value))).toEqual([403, 'insufficient_permissions']);
  });
});

test('keys say when they were used last', async () => {
  const { project, key } = await api.team('a');
  const id = key.slice('key_'.length);
  const shown = async () => [
    (await api.ask(`GET /projects/${project}/api_keys`)).body.data[0].last_used_at,
    (await api.ask(`GET /projects/${project}/api_keys/${key}`)).body.last_used_at,
  ];
  expect(await shown()).toEqual([null, null]);
  await api.usage.update({ pk: `used#${id.slice(0, 12)}`, sk: id.slice(12), set: { at: start - 5 } });
  expect(await shown()).toEqual([start - 5, start - 5]);
});
