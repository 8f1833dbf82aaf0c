import { scriptedLoad, type ScriptedLoad } from './scripted-load.ts';

let load: ScriptedLoad;

beforeAll(async () => {
  load = await scriptedLoad();
});

/** The sums of a metric by the values of a dimension. */
function by(name: string, dimension: string): Record<string, number> {
  const metrics = load.cloudWatch.all().filter((metric) => metric.name === name && dimension in metric.dimensions);
  return Object.fromEntries(
    metrics.map(({ dimensions, values }) => [dimensions[dimension], values.reduce((sum, value) => sum + value, 0)]),
  );
}

test.each([
  ['requests', 13],
  ['answers', 7],
  ['clientErrors', 4],
  ['serverErrors', 2],
  ['inputTokens', 1_170],
  ['outputTokens', 561],
  ['cacheReadTokens', 40],
  ['cacheWriteTokens', 10],
  ['unpricedRequests', 1],
  ['throttles', 3],
  ['retries', 6],
  ['fallbacks', 1],
  ['coldStarts', 1],
])('the sum of %s is that of the load', (name, sum) => {
  expect(load.cloudWatch.sum(name)).toBe(sum);
});

test('the estimated cost is that of the tokens by the list of prices', () => {
  // In 10⁻⁶ USD: 10.8 and 11.4 of the callers' own keys, 2,400 and 24 of Nova Pro, 0.3 and 0.6 of Nova Lite.
  expect(load.cloudWatch.sum('estimatedCost')).toBeCloseTo(2_447.1e-6, 12);
});

test('requests are divided by endpoint, by kind of caller, by version and by the projects of the config', () => {
  expect(by('requests', 'Endpoint')).toEqual({ 'chat-completions': 12, models: 1 });
  expect(by('requests', 'CallerKind')).toEqual({
    'bedrock-key': 6,
    'gateway-key': 2,
    registered: 2,
    jwt: 1,
    unauthenticated: 2,
  });
  expect(by('requests', 'Version')).toEqual({ 'bedrock-gateway-test-streaming:12': 13 });
  expect(by('requests', 'Project')).toEqual({ search: 1 });
});

test('tokens and cost are divided by kind of caller and by the projects of the config', () => {
  expect(by('inputTokens', 'CallerKind')).toEqual({ 'bedrock-key': 150, 'gateway-key': 1_010, registered: 9, jwt: 1 });
  expect(by('outputTokens', 'Project')).toEqual({ search: 500 });
  expect(by('estimatedCost', 'Project')).toEqual({ search: 0.0024 });
});

test('errors are divided by endpoint and version', () => {
  expect(by('serverErrors', 'Endpoint')).toEqual({ 'chat-completions': 2 });
  expect(by('clientErrors', 'Endpoint')).toEqual({ 'chat-completions': 3, models: 1 });
});

test('each request has its latency, and each stream the time to its first event', () => {
  expect(load.cloudWatch.values('latencyMs').toSorted((one, other) => one - other)).toEqual([
    0, 0, 0, 250, 250, 250, 250, 250, 250, 500, 500, 750, 1_000,
  ]);
  expect(load.cloudWatch.values('firstTokenMs')).toEqual([250, 250, 250]);
});

test('no dimension is crossed with another', () => {
  expect(load.cloudWatch.all().filter(({ dimensions }) => Object.keys(dimensions).length > 1)).toEqual([]);
});

test('health checks, preflights and unknown URLs have a line and no metrics', () => {
  const plain = load.lines.filter((line) => !line.includes('"_aws"')).map((line) => JSON.parse(line));
  expect(plain.map(({ endpoint, method, status }) => [method, endpoint, status])).toEqual([
    ['GET', '/health', 200],
    ['GET', 'unknown', 404],
    ['OPTIONS', 'unknown', 204],
  ]);
});

test.each(['warn', 'error'] as const)('a function at the level %s writes the same metrics', async (least) => {
  const { cloudWatch, lines } = await scriptedLoad(least);
  expect(cloudWatch.all()).toEqual(load.cloudWatch.all());
  const messages = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'INFO');
  expect(new Set(messages.map(({ message }) => message))).toEqual(new Set(['metrics']));
  for (const line of messages) expect(line).not.toHaveProperty('model');
});
