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

test('a model without a profile, and a failed lookup, are looked up again after ten seconds', async () => {
  let now = 0;
  const { control, asked } = counting({ getInferenceProfile: () => Promise.resolve(denied) });
  const directory = createDirectory({ control, now: () => now });
  const target = { model: profileArn, region: 'us-east-1' };
  for (const at of [0, 9_999, 10_000, 19_999]) {
    now = at;
    expect(await directory.modelOf(asker('ann'), target)).toBeUndefined();
  }
  expect(asked).toHaveLength(2);
});

test('a model of a profile is kept for five minutes, for each caller, region and profile', async () => {
  let now = 0;
  const { control, asked } = counting();
  const directory = createDirectory({ control, now: () => now });
  const look = (name: string, model: string, region: string) => directory.modelOf(asker(name), { model, region });
  await look('ann', profileArn, 'us-east-1');
  await look('bob', profileArn, 'us-east-1');
  await look('ann', `${profileArn}4`, 'us-east-1');
  await look('ann', profileArn, 'us-west-2');
  expect(asked).toHaveLength(4);
  now = 299_999;
  await look('ann', profileArn, 'us-east-1');
  expect(asked).toHaveLength(4);
  now = 300_000;
  await look('ann', profileArn, 'us-east-1');
  expect(asked).toHaveLength(5);
});

test.each([
  [[], undefined],
  [[{}], undefined],
  [[{ modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/a.b' }, { modelArn: 'x/c' }], 'a.b'],
])('a profile of the models %j stands for %j', async (models, model) => {
  const { control } = counting({
    getInferenceProfile: () => Promise.resolve({ ok: true, value: { ...profile, models } }),
  });
  const directory = createDirectory({ control, now: () => 0 });
  expect(await directory.modelOf(asker('ann'), { model: profileArn, region: 'us-east-1' })).toBe(model);
});

test('fifty listings and a thousand models are kept', async () => {
  const { control, asked } = counting();
  const directory = createDirectory({ control, now: () => 0 });
  for (let at = 0; at <= 49; at += 1) await directory.available(asker(`caller${at}`), 'us-east-1');
  await directory.available(asker('caller0'), 'us-east-1');
  expect(asked).toHaveLength(100);
  await directory.available(asker('caller50'), 'us-east-1');
  await directory.available(asker('caller1'), 'us-east-1');
  expect(asked).toHaveLength(104);
  asked.splice(0);
  const look = (at: number) => directory.modelOf(asker(`caller${at}`), { model: profileArn, region: 'us-east-1' });
  for (let at = 0; at <= 999; at += 1) await look(at);
  await look(0);
  expect(asked).toHaveLength(1_000);
  await look(1_000);
  await look(1);
  expect(asked).toHaveLength(1_002);
});

test('the listing of a caller tells when the credential was accepted; the time limits are fixed', async () => {
  const limits = vi.spyOn(AbortSignal, 'timeout');
  const contexts: object[] = [];
  const { control } = counting({
    listFoundationModels: (one) => (contexts.push(one), Promise.resolve({ ok: true, value: [] })),
    listInferenceProfiles: (one) => (contexts.push(one), Promise.resolve({ ok: true, value: [] })),
    getInferenceProfile: (one) => (contexts.push(one), Promise.resolve({ ok: true, value: profile })),
  });
  const directory = createDirectory({ control, now: () => 0 });
  const { credential, cacheKey } = asker('ann');
  const onCredentialAccepted = () => undefined;
  await directory.available({ credential, cacheKey, onCredentialAccepted }, 'us-east-1');
  await directory.available({ credential, cacheKey }, 'us-west-2');
  await directory.modelOf({ credential, cacheKey, onCredentialAccepted }, { model: profileArn, region: 'us-east-1' });
  const given = limits.mock.calls.flat();
  limits.mockRestore();
  expect(given).toEqual([8_000, 8_000, 2_000]);
  const signal = expect.any(AbortSignal);
  const listed = { credential, region: 'us-east-1', signal, onCredentialAccepted };
  const silent = { credential, region: 'us-west-2', signal };
  expect(contexts).toEqual([listed, listed, silent, silent, { credential, region: 'us-east-1', signal }]);
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

  test('stops at a token that is none', async () => {
    const tokens = ['more', 7, ''];
    for (const nextToken of tokens) {
      const server = await loopback((response, { path }) =>
        json(response, 200, {
          inferenceProfileSummaries: [profile],
          ...(!path.includes('nextToken') && { nextToken }),
        }),
      );
      await gateway(server.url).listInferenceProfiles(context());
      expect([nextToken, server.arrived.length]).toEqual([nextToken, nextToken === 'more' ? 2 : 1]);
    }
  });

  test('a failed page fails the list, and a list that is none is empty', async () => {
    const server = await loopback((response, { path }) => {
      if (path.includes('nextToken')) json(response, 403, { message: 'no' });
      else if (path.startsWith('/inference')) json(response, 200, { nextToken: 'more' });
      else json(response, 200, { modelSummaries: {} });
    });
    const bedrock = gateway(server.url);
    expect(await bedrock.listInferenceProfiles(context())).toMatchObject({
      failure: { name: 'AccessDeniedException' },
    });
    expect(await bedrock.listFoundationModels(context())).toEqual({ ok: true, value: [] });
  });

  const plain = { modelId: 'a', modelArn: 'b' };
  const modality = { ...plain, outputModalities: ['TEXT'], inferenceTypesSupported: null };

  test.each<[string, string, object, boolean]>([
    ['modelSummaries', 'listFoundationModels', plain, true],
    ['modelSummaries', 'listFoundationModels', modality, true],
    ['modelSummaries', 'listFoundationModels', { modelId: 'a' }, false],
    ['modelSummaries', 'listFoundationModels', { modelArn: 'a' }, false],
    ['modelSummaries', 'listFoundationModels', { ...plain, outputModalities: 'TEXT' }, false],
    ['modelSummaries', 'listFoundationModels', { ...plain, outputModalities: [7] }, false],
    ['modelSummaries', 'listFoundationModels', { ...plain, inferenceTypesSupported: {} }, false],
    ['inferenceProfileSummaries', 'listInferenceProfiles', { ...profile, models: [{}] }, true],
    ['inferenceProfileSummaries', 'listInferenceProfiles', { ...profile, models: [{ modelArn: 7 }] }, false],
    ['inferenceProfileSummaries', 'listInferenceProfiles', { ...profile, models: {} }, false],
    ['inferenceProfileSummaries', 'listInferenceProfiles', { ...profile, inferenceProfileId: 7 }, false],
    ['inferenceProfileSummaries', 'listInferenceProfiles', { ...profile, inferenceProfileArn: null }, false],
  ])('%s of %s: whether %j is kept is %j', async (field, operation, entry, isKept) => {
    const server = await loopback((response) => json(response, 200, { [field]: [entry] }));
    const bedrock = gateway(server.url);
    const outcome =
      operation === 'listFoundationModels'
        ? await bedrock.listFoundationModels(context())
        : await bedrock.listInferenceProfiles(context());
    expect(outcome).toEqual({ ok: true, value: isKept ? [entry] : [] });
  });

  test('reports a malformed profile', async () => {
    const server = await loopback((response) => json(response, 200, {}));
    expect(await gateway(server.url).getInferenceProfile(context(), 'a')).toEqual({
      ok: false,
      failure: { name: 'MalformedReply', status: 502, message: "Bedrock's answer is not an inference profile." },
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
