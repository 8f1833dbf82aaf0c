import { setImmediate as turn } from 'node:timers/promises';
import type { Credential } from '../../../function/credential.ts';
import { createCache } from '../../../function/backends/bedrock/cache.ts';
import type { ControlPlane } from '../../../function/backends/bedrock/control-plane.ts';
import { createDirectory } from '../../../function/backends/bedrock/directory.ts';
import { closeClients, context, gateway } from './clients.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const denied = { ok: false, failure: { name: 'AccessDeniedException', status: 403, message: 'no' } } as const;
const profileArn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
const profile = {
  inferenceProfileArn: profileArn,
  inferenceProfileId: 'abc123',
  inferenceProfileName: 'team',
  models: [{ modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6' }],
  status: 'ACTIVE',
  type: 'APPLICATION',
};

function asker(name: string) {
  return { cacheKey: name, credential: { kind: 'bearer', token: name } as const };
}

function payer(credential: Credential): string {
  return credential.kind === 'bearer' ? credential.token : 'the stack';
}

/** A control plane that counts who asked for what. */
function counting(over: Partial<ControlPlane> = {}): { control: ControlPlane; asked: string[] } {
  const asked: string[] = [];
  const control: ControlPlane = {
    listFoundationModels: () => Promise.resolve({ ok: true, value: [] }),
    listInferenceProfiles: () => Promise.resolve({ ok: true, value: [profile] }),
    getInferenceProfile: () => Promise.resolve({ ok: true, value: profile }),
    ...over,
  };
  return {
    asked,
    control: {
      listFoundationModels: (one) => (
        asked.push(`models ${payer(one.credential)} ${one.region}`),
        control.listFoundationModels(one)
      ),
      listInferenceProfiles: (one) => (
        asked.push(`profiles ${payer(one.credential)} ${one.region}`),
        control.listInferenceProfiles(one)
      ),
      getInferenceProfile: (one, id) => (
        asked.push(`profile ${payer(one.credential)} ${id}`),
        control.getInferenceProfile(one, id)
      ),
    },
  };
}

test("a caller's models are listed once in five minutes for each region", async () => {
  let now = 0;
  const { control, asked } = counting();
  const directory = createDirectory({ control, now: () => now });
  await Promise.all([directory.available(asker('ann'), 'us-east-1'), directory.available(asker('ann'), 'us-east-1')]);
  now = 299_999;
  await directory.available(asker('ann'), 'us-east-1');
  expect(asked).toEqual(['models ann us-east-1', 'profiles ann us-east-1']);
  await directory.available(asker('ann'), 'eu-west-1');
  await directory.available(asker('bob'), 'us-east-1');
  expect(asked).toHaveLength(6);
  now = 300_000;
  await directory.available(asker('ann'), 'us-east-1');
  expect(asked).toHaveLength(8);
});

test('each part can fail alone, and is loaded again after seconds', async () => {
  let now = 0;
  const { control, asked } = counting({ listInferenceProfiles: () => Promise.resolve(denied) });
  const directory = createDirectory({ control, now: () => now });
  const expected = { foundationModels: { ok: true, value: [] }, profiles: denied };
  expect(await directory.available(asker('ann'), 'us-east-1')).toEqual(expected);
  now = 9_999;
  await directory.available(asker('ann'), 'us-east-1');
  expect(asked).toHaveLength(2);
  now = 10_000;
  await directory.available(asker('ann'), 'us-east-1');
  expect(asked).toHaveLength(4);
});

test('rule 30: an application inference profile is resolved to its model', async () => {
  const { control, asked } = counting();
  const directory = createDirectory({ control, now: () => 0 });
  const target = { model: profileArn, region: 'us-east-1' };
  expect(await directory.modelOf(asker('ann'), target)).toBe('anthropic.claude-sonnet-4-6');
  expect(await directory.modelOf(asker('ann'), target)).toBe('anthropic.claude-sonnet-4-6');
  expect(asked).toEqual([`profile ann ${profileArn}`]);
});

test('other models are not looked up, and a failed lookup is undefined', async () => {
  const { control, asked } = counting({ getInferenceProfile: () => Promise.resolve(denied) });
  const directory = createDirectory({ control, now: () => 0 });
  const models = ['us.amazon.nova-pro-v1:0', 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0'];
  for (const model of models)
    expect(await directory.modelOf(asker('ann'), { model, region: 'us-east-1' })).toBeUndefined();
  expect(asked).toEqual([]);
  expect(await directory.modelOf(asker('ann'), { model: profileArn, region: 'us-east-1' })).toBeUndefined();
});

test('the cache evicts the least recently used entry', async () => {
  const loads: string[] = [];
  const cache = createCache<string>({ now: () => 0, maxEntries: 2, keepMs: () => 1_000 });
  const get = (key: string) => cache.get(key, () => (loads.push(key), Promise.resolve(key)));
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
  expect(loads).toEqual(['a', 'b', 'c', 'b']);
});

test('the cache shares one load, and drops one that throws', async () => {
  const cache = createCache<number>({ now: () => 0, maxEntries: 2, keepMs: () => 1_000 });
  const failing = () => Promise.reject(new Error('no'));
  const [first, second] = await Promise.allSettled([cache.get('a', failing), cache.get('a', () => Promise.resolve(1))]);
  expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
  await turn();
  expect(await cache.get('a', () => Promise.resolve(2))).toBe(2);
});

describe('the control plane', () => {
  test('returns all pages without invalid entries', async () => {
    const server = await loopback((response, { path }) =>
      json(response, 200, {
        inferenceProfileSummaries: [
          { ...profile, inferenceProfileId: path.includes('nextToken') ? 'second' : 'first' },
          null,
          { a: 1 },
        ],
        ...(!path.includes('nextToken') && { nextToken: 'more' }),
      }),
    );
    const outcome = await gateway(server.url).listInferenceProfiles(context());
    expect(outcome).toMatchObject({
      ok: true,
      value: [{ inferenceProfileId: 'first' }, { inferenceProfileId: 'second' }],
    });
  });

  test('stops at the page limit', async () => {
    const server = await loopback((response) =>
      json(response, 200, { inferenceProfileSummaries: [], nextToken: 'again' }),
    );
    expect(await gateway(server.url).listInferenceProfiles(context())).toEqual({ ok: true, value: [] });
    expect(server.arrived).toHaveLength(20);
  });

  test('reports a malformed profile', async () => {
    const server = await loopback((response) => json(response, 200, {}));
    expect(await gateway(server.url).getInferenceProfile(context(), 'a')).toMatchObject({
      failure: { name: 'MalformedReply' },
    });
  });

  test('keeps values that the service model does not have', async () => {
    const model = {
      modelArn: 'arn',
      modelId: 'a.b',
      outputModalities: ['SPEECH'],
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
    };
    const server = await loopback((response) => json(response, 200, { modelSummaries: [model] }));
    expect(await gateway(server.url).listFoundationModels(context())).toEqual({ ok: true, value: [model] });
  });
});
