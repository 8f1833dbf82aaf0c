import { loadMeasure } from '../../function/metrics/load.ts';
import { plainCatalog } from '../support/catalog.ts';

const env = {
  METRICS_NAMESPACE: 'n',
  AWS_LAMBDA_FUNCTION_NAME: 'f',
  AWS_LAMBDA_FUNCTION_VERSION: '3',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
};
const asked = { reason: 'primary', attempts: 1, throttles: 0, retries: 0, fallbacks: 0, isBegun: false } as const;
const target = { backend: 'bedrock', model: 'amazon.nova-lite-v1:0' };
const entry = { requestId: 'r', endpoint: '/v1/models', method: 'GET', status: 200, latencyMs: 1, inputTokens: 1 };

/** The fields that a measure with these variables and prices writes of a request that cost one token. */
function written(over: Readonly<Record<string, string>>, prices?: unknown) {
  const catalog = { ...plainCatalog, ...(prices !== undefined && { prices }) };
  const measure = loadMeasure({ ...env, ...over }, catalog, () => 1);
  const progress = { ...asked, target, call: { label: '', ignored: [], answer: unasked, open: unasked } };
  return JSON.parse(`{${measure(entry, { model: 'm', progress }, true)}}`);
}

function unasked(): never {
  throw new Error('not asked');
}

test('the variables of the function are in what it writes', () => {
  const { _aws, ...fields } = written({});
  expect(_aws).toMatchObject({ Timestamp: 1 });
  expect(new Set(_aws.CloudWatchMetrics.map(({ Namespace }: { Namespace: string }) => Namespace))).toEqual(
    new Set(['n']),
  );
  expect(fields).toMatchObject({ Version: 'f:3', coldStarts: 1, estimatedCost: 6e-8 });
});

test('an environment of provisioned concurrency does not start cold', () => {
  expect(written({ AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' })).not.toHaveProperty('coldStarts');
});

test('a trace is looked for only where X-Ray traces the function', () => {
  const trace = { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1' };
  expect(written({ ...trace, TRACING: 'active' })).toMatchObject({ traceId: '1-5759e988-bd862e3fe1be46a994272793' });
  expect(written(trace)).not.toHaveProperty('traceId');
});

test('prices of the catalog come before the list', () => {
  const price = { input: 5_000_000, output: 0, cacheRead: 0, cacheWrite: 0 };
  expect(written({}, { [`bedrock:${target.model}`]: price })).toMatchObject({ estimatedCost: 5e-6 });
});

test('prices that are none cost no line: no answer has a price then', () => {
  expect(written({}, 'nonsense')).toMatchObject({ requests: 1, unpricedRequests: 1 });
});
