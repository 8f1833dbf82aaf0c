import type { Caller } from '../../function/auth/caller.ts';
import { createMeasure, type MeasureOptions } from '../../function/metrics/measure.ts';
import type { LogEntry, Unlogged } from '../../function/request-context.ts';

const options: MeasureOptions = {
  namespace: 'n',
  projects: [],
  version: 'f:1',
  startsCold: false,
  priceOf: () => undefined,
  trace: () => undefined,
  now: () => 1_795_968_000_000,
};

const entry: LogEntry = { requestId: 'r', endpoint: '/v1/models', method: 'GET', status: 200, latencyMs: 5 };
const caller: Caller = { id: 'a', method: 'registered', isProven: true, cacheKey: '' };

/** The fields that a measure writes beside the description of the metrics. */
function fields(over: Partial<LogEntry>, unlogged: Unlogged = {}, own: Partial<MeasureOptions> = {}) {
  const { _aws, ...written } = JSON.parse(
    `{${createMeasure({ ...options, ...own })({ ...entry, ...over }, unlogged, true)}}`,
  );
  return written;
}

const dimensions = { Endpoint: 'models', CallerKind: 'unauthenticated', Version: 'f:1' };

test('what the log line has is not written again', () => {
  expect(fields({})).toEqual({ ...dimensions, requests: 1, answers: 1 });
  expect(JSON.parse(`{${createMeasure(options)(entry, {}, false)}}`)).toMatchObject({ latencyMs: 5, requests: 1 });
});

test.each([
  [399, 'answers'],
  [400, 'clientErrors'],
  [429, 'clientErrors'],
  [499, 'clientErrors'],
  [500, 'serverErrors'],
])('a status of %i counts among %s alone', (status, name) => {
  expect(fields({ status })).toEqual({ ...dimensions, requests: 1, [name]: 1 });
});

test.each([
  ['that breaks', { error: 'TruncatedStream', ended: 'error' }, 'serverErrors'],
  ['that ends with a failure of upstream', { error: 'ModelStreamErrorException' }, 'serverErrors'],
  ['that takes too long', { error: 'TimeoutError', ended: 'timeout' }, 'serverErrors'],
])('a stream %s counts among server errors', (_what, over, name) => {
  expect(fields(over)).toMatchObject({ [name]: 1 });
  expect(fields(over)).not.toHaveProperty('answers');
});

test('a stream whose caller has gone is no error', () => {
  expect(fields({ error: 'AbortError', ended: 'cancelled' })).toEqual({ ...dimensions, requests: 1, answers: 1 });
});

test('a failure without an endpoint counts: it is none of the caller’s', () => {
  expect(fields({ endpoint: 'unknown', status: 500 })).toEqual({
    ...dimensions,
    Endpoint: 'unknown',
    requests: 1,
    serverErrors: 1,
  });
});

test('only the first request of an environment that started for it is a cold start', () => {
  const measure = createMeasure({ ...options, startsCold: true });
  expect([1, 2].map(() => JSON.parse(`{${measure(entry, {}, true)}}`)['coldStarts'])).toEqual([1, undefined]);
  expect(fields({}, {}, { startsCold: false })).not.toHaveProperty('coldStarts');
});

test('a request after one that is not measured is no cold start', () => {
  const measure = createMeasure({ ...options, startsCold: true });
  expect(measure({ ...entry, endpoint: '/health' }, {}, true)).toBe('');
  expect(measure(entry, {}, true)).not.toContain('coldStarts');
});

test('the id of a project is a field, and only a name that the config lists is a dimension', () => {
  const of = (projectName: string) => ({ caller: { ...caller, project: '0000000000Aa', projectName } });
  const listed = { projects: ['search'] };
  expect(fields({}, of('search'), listed)).toMatchObject({ Project: 'search', project: 'proj_0000000000Aa' });
  const other = fields({}, of('"other"'), listed);
  expect(other).toMatchObject({ project: 'proj_0000000000Aa' });
  expect(other).not.toHaveProperty('Project');
  expect(JSON.stringify(other)).not.toContain('other');
});

const asked = {
  call: {} as never,
  reason: 'primary',
  attempts: 1,
  throttles: 0,
  retries: 0,
  fallbacks: 0,
  isBegun: false,
} as const;
const progress = { ...asked, target: { backend: 'bedrock', model: 'm' } };
const price = { input: 1_000_000, output: 2_000_000, cacheRead: 100_000, cacheWrite: 3_000_000 };
const tokens = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, cacheWriteTokens: 40 };

test('the cost is that of the tokens, in USD', () => {
  const own = { priceOf: () => price };
  // 10 × 1 + 20 × 2 + 30 × 0.1 + 40 × 3 of a millionth.
  expect(fields(tokens, { model: 'x', progress }, own)).toMatchObject({ estimatedCost: 173e-6 });
  expect(fields({ inputTokens: 1 }, { model: 'x', progress }, own)).toMatchObject({ estimatedCost: 1e-6 });
});

test('an answer without a price, or that tells no tokens, has no cost', () => {
  const told = fields(tokens, { model: 'x', progress });
  expect(told).toMatchObject({ unpricedRequests: 1 });
  expect(told).not.toHaveProperty('estimatedCost');
  const silent = fields({}, { model: 'x', progress }, { priceOf: () => price });
  expect(silent).toEqual({ ...dimensions, requests: 1, answers: 1 });
});

test('the price is that of the name and of the target that answered', () => {
  const seen: unknown[] = [];
  const measure = createMeasure({
    ...options,
    priceOf(model, target) {
      seen.push([model, target.model]);
      return price;
    },
  });
  const of = (model: string, to: string) => ({
    model,
    progress: { ...progress, target: { backend: 'bedrock', model: to } },
  });
  for (const unlogged of [of('x', 'm'), of('x', 'm'), of('y', 'm'), of('x', 'n')])
    measure({ ...entry, ...tokens }, unlogged, true);
  expect(seen).toEqual([
    ['x', 'm'],
    ['y', 'm'],
    ['x', 'n'],
  ]);
});

/** The whole text, so that a faster way of writing it changes none of it. */
test.each<[string, string, Partial<LogEntry>, Unlogged, boolean]>([
  [
    'a chat of a project that is listed',
    '"_aws":{"Timestamp":1795968000000,"CloudWatchMetrics":[' +
      '{"Namespace":"n","Dimensions":[[],["Endpoint"],["CallerKind"],["Version"],["Project"]],"Metrics":[{"Name":"requests","Unit":"Count"}]},' +
      '{"Namespace":"n","Dimensions":[[]],"Metrics":[{"Name":"answers","Unit":"Count"},{"Name":"cacheReadTokens","Unit":"Count"},' +
      '{"Name":"cacheWriteTokens","Unit":"Count"},{"Name":"retries","Unit":"Count"},{"Name":"coldStarts","Unit":"Count"}]},' +
      '{"Namespace":"n","Dimensions":[[],["Endpoint"],["Version"]],"Metrics":[{"Name":"latencyMs","Unit":"Milliseconds"},' +
      '{"Name":"firstTokenMs","Unit":"Milliseconds"}]},' +
      '{"Namespace":"n","Dimensions":[[],["CallerKind"],["Project"]],"Metrics":[{"Name":"inputTokens","Unit":"Count"},' +
      '{"Name":"outputTokens","Unit":"Count"},{"Name":"estimatedCost","Unit":"None"}]}]}' +
      ',"Endpoint":"chat-completions","CallerKind":"gateway-key","Version":"f:1","Project":"search","project":"proj_0000000000Aa"' +
      ',"traceId":"1-a","requests":1,"answers":1,"estimatedCost":0.000173,"retries":2,"coldStarts":1',
    { ...tokens, endpoint: '/v1/chat/completions', firstTokenMs: 3 },
    {
      model: 'x',
      caller: { ...caller, method: 'gateway-key', project: '0000000000Aa', projectName: 'search' },
      progress: { ...progress, retries: 2 },
    },
    true,
  ],
  [
    'a refusal that is not logged',
    '"_aws":{"Timestamp":1795968000000,"CloudWatchMetrics":[' +
      '{"Namespace":"n","Dimensions":[[],["Endpoint"],["CallerKind"],["Version"]],"Metrics":[{"Name":"requests","Unit":"Count"}]},' +
      '{"Namespace":"n","Dimensions":[[],["Endpoint"],["Version"]],"Metrics":[{"Name":"clientErrors","Unit":"Count"},' +
      '{"Name":"latencyMs","Unit":"Milliseconds"}]},' +
      '{"Namespace":"n","Dimensions":[[]],"Metrics":[{"Name":"throttles","Unit":"Count"},{"Name":"coldStarts","Unit":"Count"}]}]}' +
      ',"Endpoint":"models","CallerKind":"unauthenticated","Version":"f:1","requests":1,"clientErrors":1,"latencyMs":5' +
      ',"throttles":1,"coldStarts":1',
    { status: 429 },
    { progress: { ...progress, throttles: 1 } },
    false,
  ],
])('%s is written in one text', (_name, text, over, unlogged, isLogged) => {
  const measure = createMeasure({
    ...options,
    projects: ['search'],
    startsCold: true,
    priceOf: () => price,
    trace: () => '1-a',
  });
  expect(measure({ ...entry, ...over }, unlogged, isLogged)).toBe(text);
});

test('the trace of a request is a field of its line, also of one without metrics', () => {
  const measure = createMeasure({ ...options, trace: () => '1-5759e988-bd862e3fe1be46a994272793' });
  const of = (over: Partial<LogEntry>, isLogged: boolean) =>
    JSON.parse(`{${measure({ ...entry, ...over }, {}, isLogged)}}`)['traceId'];
  expect(of({}, true)).toBe('1-5759e988-bd862e3fe1be46a994272793');
  expect(of({ endpoint: '/health' }, true)).toBe('1-5759e988-bd862e3fe1be46a994272793');
  expect(of({}, false)).toBeUndefined();
});
