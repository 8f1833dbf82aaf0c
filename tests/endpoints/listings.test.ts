import { createHash } from 'node:crypto';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { bedrockKey, testApp } from '../support/app.ts';

const key = bedrockKey();
const token = 'a-token-of-some-app';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const arn = (id: string) => `arn:aws:bedrock:us-east-1::foundation-model/${id}`;
const [lite, pro] = ['amazon.nova-lite-v1:0', 'amazon.nova-pro-v1:0'];
const own = {
  modelSummaries: [{ modelId: lite, modelArn: arn(lite) }, { modelId: pro, modelArn: arn(pro) }, 'odd'],
  inferenceProfileSummaries: [
    { inferenceProfileId: `us.${lite}`, inferenceProfileArn: 'arn:profile/lite' },
    { inferenceProfileId: `us.${pro}`, inferenceProfileArn: 'arn:profile/pro' },
  ],
  nextToken: 'more',
};

interface Options {
  readonly bearer?: string;
  readonly answer?: Outcome<Record<string, unknown>>;
  readonly catalog?: Partial<Catalog>;
}

/** Asks for a list of Bedrock's control plane, which gives this answer. */
async function get(path: string, { bearer = key, answer = { ok: true, value: own }, catalog }: Options = {}) {
  const asked: unknown[] = [];
  const listing = (list: string, query: string, { region, credential }: { region: string; credential: object }) => {
    asked.push([list, query, region, credential]);
    return Promise.resolve(answer);
  };
  const nothing = { ok: true, value: [] } as const;
  const app = testApp({
    catalog: {
      models: { film: { target: `bedrock:${arn(pro)}` }, 'any-*': { target: `bedrock:${arn(pro)}` } },
      ...catalog,
    },
    services: {
      bedrock: { listing, operate: () => Promise.reject(new Error('not asked')) },
      directory: {
        available: () => Promise.resolve({ foundationModels: nothing, profiles: nothing }),
        modelOf: () => Promise.resolve(undefined),
      },
    },
  });
  const response = await app.open(path, { headers: { authorization: `Bearer ${bearer}` } });
  return { status: response.status, headers: response.headers, body: await response.json(), asked, log: app.log };
}

const film = {
  modelId: 'film',
  modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/film',
  modelName: 'film',
  providerName: 'bedrock-gateway',
  inputModalities: ['TEXT'],
  outputModalities: ['TEXT'],
  responseStreamingSupported: true,
  customizationsSupported: [],
  inferenceTypesSupported: ['ON_DEMAND'],
  modelLifecycle: { status: 'ACTIVE' },
};

test("Bedrock's models are listed with the names of the catalog", async () => {
  const { status, body, asked } = await get('/foundation-models');
  expect([status, body]).toEqual([200, { ...own, modelSummaries: [...own.modelSummaries, film] }]);
  expect(asked).toEqual([['/foundation-models', '', 'us-east-1', { kind: 'bearer', token: key }]]);
});

test('a filter is about what Bedrock knows of its models', async () => {
  const { body, asked } = await get('/foundation-models?byProvider=amazon');
  expect(body).toEqual(own);
  expect(asked).toEqual([['/foundation-models', 'byProvider=amazon', 'us-east-1', { kind: 'bearer', token: key }]]);
});

test('a caller who is limited sees what they may ask for, by any of its names', async () => {
  const callers = [{ id: 'a', sha256: hash(key), models: [lite, 'arn:profile/pro'] }];
  const models = await get('/foundation-models', { catalog: { callers } });
  expect(models.body.modelSummaries).toEqual([{ modelId: lite, modelArn: arn(lite) }]);
  const profiles = await get('/inference-profiles', { catalog: { callers } });
  expect(profiles.body).toEqual({ ...own, inferenceProfileSummaries: [own.inferenceProfileSummaries[1]] });
});

test('a list that is none is empty', async () => {
  const odd = { ok: true, value: { modelSummaries: {}, inferenceProfileSummaries: 'x' } } as const;
  expect((await get('/foundation-models?a', { answer: odd })).body.modelSummaries).toEqual([]);
  expect((await get('/inference-profiles', { answer: odd })).body.inferenceProfileSummaries).toEqual([]);
});

test('who has no key of Bedrock sees the names of the catalog, and nobody is asked', async () => {
  const catalog = { callers: [{ id: 'a', sha256: hash(token) }] };
  const { body, asked } = await get('/foundation-models', { bearer: token, catalog });
  expect([body, asked]).toEqual([{ modelSummaries: [film] }, []]);
  expect((await get('/inference-profiles', { bearer: token, catalog })).body).toEqual({
    inferenceProfileSummaries: [],
  });
  for (const path of [`/foundation-models/${pro}`, `/inference-profiles/us.${pro}`]) {
    const one = await get(path, { bearer: token, catalog });
    expect([one.status, one.body.message, one.asked]).toEqual([
      404,
      'There is no model or profile of this name that you may use.',
      [],
    ]);
  }
});

test('one model is a name of the catalog, or one that Bedrock knows', async () => {
  const named = await get('/foundation-models/film');
  expect([named.body, named.asked]).toEqual([{ modelDetails: film }, []]);
  const taken = await get('/foundation-models/any-thing');
  expect(taken.body.modelDetails).toMatchObject({ modelId: 'any-thing', modelName: 'any-thing' });
  const details = { ok: true, value: { modelDetails: { modelId: pro } } } as const;
  const known = await get(`/foundation-models/${encodeURIComponent(arn(pro))}`, { answer: details });
  expect(known.body).toEqual(details.value);
  expect(known.asked).toEqual([[`/foundation-models/${arn(pro)}`, '', 'us-east-1', { kind: 'bearer', token: key }]]);
});

test("one profile is Bedrock's own answer, for who may ask for it", async () => {
  const profile = { ok: true, value: { inferenceProfileId: 'p' } } as const;
  const { body, asked } = await get(`/inference-profiles/us.${pro}`, { answer: profile });
  expect(body).toEqual(profile.value);
  expect(asked).toEqual([[`/inference-profiles/us.${pro}`, '', 'us-east-1', { kind: 'bearer', token: key }]]);
  const callers = [{ id: 'a', sha256: hash(key), models: [lite] }];
  const other = await get(`/inference-profiles/us.${pro}`, { answer: profile, catalog: { callers } });
  expect([other.status, other.asked]).toEqual([403, []]);
});

test.each([
  ['/foundation-models/-', 'model'],
  ['/inference-profiles/-', 'profile'],
])('%s is no id', async (path, name) => {
  const { status, body, asked } = await get(path);
  expect([status, body.message, asked]).toEqual([400, `The value of ${name} in the path is no id or ARN.`, []]);
});

test("a failure is told as AWS tells it, and stands in the log by AWS's name", async () => {
  const failure: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down', retryAfter: '7' };
  const { status, headers, body, log } = await get('/foundation-models', { answer: { ok: false, failure } });
  expect([status, headers.get('x-amzn-errortype'), body]).toEqual([
    429,
    'ThrottlingException',
    { message: 'slow down' },
  ]);
  expect(log).toMatchObject([{ status: 429, error: 'ThrottlingException' }]);
});
