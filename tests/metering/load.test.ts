import type { Caller } from '../../function/auth/caller.ts';
import { metering } from '../../function/metering/load.ts';
import type { Asked } from '../../function/pipeline/meter.ts';
import { plainCatalog } from '../support/catalog.ts';
import { usageServices, type UsageServices } from './usage-services.ts';

let services: UsageServices;
beforeAll(async () => {
  services = await usageServices();
});
afterAll(() => services.close());

const target = { backend: 'bedrock', model: 'us.amazon.nova-lite-v1:0' };
const body = '{"inferenceConfig":{"maxTokens":100}}';
const asked: Asked = { model: 'fast', countedAs: 'completions', body, targets: [{ target }] };
const jwt: Caller = { id: 'jwt-0123456789abcdef', method: 'jwt', isProven: true, cacheKey: 'c' };

/** A function of a stack that issues no keys, with these limits. */
async function meterOf(limits: object) {
  const log: unknown[] = [];
  const { meter, reports } = await metering(
    {
      usageTable: 'usage',
      region: 'us-east-1',
      role: services.credentials,
      endpoints: { dynamodb: services.url },
      defaultMaxOutput: 16_384,
    },
    { catalog: { ...plainCatalog, limits }, now: Date.now, random: () => 0, log: (fields) => log.push(fields) },
  );
  return { meter, reports, log };
}

test('a stack without keys limits its callers with JWTs, and reports nothing', async () => {
  const { meter, reports, log } = await meterOf({ perJwtCaller: { requestsPerDay: 2 } });
  const metered = await meter.begin(jwt, asked);
  expect(metered?.headers).toMatchObject({ 'x-ratelimit-remaining-requests': '1' });
  await metered?.end({ target, usage: { inputTokens: 1, outputTokens: 1 } });
  await meter.begin(jwt, asked);
  await expect(meter.begin(jwt, asked)).rejects.toMatchObject({ status: 429, type: 'requests' });
  expect((await meter.begin({ ...jwt, id: 'jwt-fedcba9876543210' }, asked))?.headers).toMatchObject({
    'x-ratelimit-remaining-requests': '1',
  });
  expect([reports, log]).toEqual([undefined, []]);
});

test('callers with neither a project nor limits are not counted', async () => {
  const { meter } = await meterOf({ perKey: { requestsPerDay: 1 } });
  expect(meter.begin(jwt, asked)).toBeUndefined();
  expect(meter.begin({ ...jwt, method: 'gateway-key', keyId: 'k' }, asked)).toBeUndefined();
});

test('a catalog that no config makes stops the start', async () => {
  await expect(meterOf({ perKey: 5 })).rejects.toThrow('deploy the stack again');
});
