import { bedrockKey, type TestApp } from '../support/app.ts';
import { claude, gateway, gptOss, json, listed, post, startUpstreams, type Upstreams } from './upstreams.ts';

/** A Bedrock key of a caller who may use some models only: Bedrock itself would let it call any. */
const token = bedrockKey('held');
const nova = 'amazon.nova-pro-v1:0';

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
  app = gateway(upstreams, {
    catalog: {
      callers: [listed('held', token, ['claude', 'pat-*', gptOss])],
      models: {
        claude: { target: `bedrock:${claude}` },
        other: { target: `bedrock:${nova}` },
        'pat-*': { target: `bedrock:${claude}` },
        'pat-b*': { target: `bedrock:${nova}` },
        '*': { target: 'bedrock:amazon.nova-lite-v1:0' },
      },
    },
  });
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
});

const foundation = claude.slice('us.'.length);
const account = 'arn:aws:bedrock:us-east-1:123456789012';

/** Names of other models, and other spellings of the model that is allowed. */
const others: readonly string[] = [
  'other',
  '%6fther',
  'CLAUDE',
  'claude%20',
  'claude%00',
  'claude/invoke',
  '%2563laude',
  '*',
  'pat-b*',
  'pat-bc',
  nova,
  encodeURIComponent(nova),
  claude,
  foundation,
  `eu.${foundation}`,
  `arn:aws:bedrock:us-east-1::foundation-model/${foundation}`,
  encodeURIComponent(`${account}:inference-profile/${claude}`),
  encodeURIComponent(`${account}:application-inference-profile/abc`),
];

function sentBodies(): string {
  return upstreams.arrived.map(({ body }) => body).join('');
}

const messages = [{ role: 'user', content: 'Hello' }];
const converse = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const bodies: Readonly<Record<string, object>> = {
  converse,
  'converse-stream': converse,
  invoke: converse,
  'invoke-with-response-stream': converse,
  'count-tokens': { input: { converse } },
};

test.each(Object.keys(bodies))(
  'rule 72: %s reaches no other model, however the model name is spelled',
  async (operation) => {
    for (const prefix of ['', '/v1', '/', '/v1//']) {
      for (const name of others) {
        const path = `${prefix}/model/${name}/${operation}`;
        const { status } = await post(app, { path, body: bodies[operation] ?? {} }, { token });
        expect([path, status]).toEqual([path, 403]);
      }
    }
    expect(upstreams.arrived).toEqual([]);
    const allowed = await post(app, { path: `//model/pat-a/${operation}`, body: bodies[operation] ?? {} }, { token });
    expect(allowed.status).toBe(200);
  },
);

test.each(Object.keys(bodies))('%s does not resolve another model', async (operation) => {
  for (const name of ['claude%2F..%2Fother', 'claude/../other', '..%2fother', '%2e%2e/other']) {
    const { status } = await post(
      app,
      { path: `/model/${name}/${operation}`, body: bodies[operation] ?? {} },
      { token },
    );
    expect([403, 404]).toContain(status);
  }
  expect(upstreams.arrived).toEqual([]);
});

test.each(['', '/v1', '/'])('a deployment name in the path reaches no other model (%j)', async (prefix) => {
  for (const name of others) {
    const path = `${prefix}/openai/deployments/${name}/chat/completions?api-version=2024-10-21`;
    const { status } = await post(app, { path, body: { messages } }, { token });
    expect([path, status]).toEqual([path, 403]);
  }
  expect(upstreams.arrived).toEqual([]);
});

test.each(['/v1', '/openai/v1', '', '/v1/openai/v1', '/'])(
  'a model name in the body reaches no other model (%j)',
  async (base) => {
    for (const model of [...others.map(decodeURIComponent), undefined, null]) {
      const { status } = await post(app, { path: `${base}/chat/completions`, body: { model, messages } }, { token });
      expect([model, status]).toEqual([model, 403]);
    }
    expect(upstreams.arrived).toEqual([]);
  },
);

test.each([
  ['twice', `"model":"openai.gpt-oss-120b-1:0","model":"${gptOss}"`],
  ['twice, in disguise', `"m\\u006fdel":"openai.gpt-oss-120b-1:0","model":"${gptOss}"`],
  ['as a list', `"model":["openai.gpt-oss-120b-1:0"],"model":"${gptOss}"`],
])('a passthrough request names exactly one model: %s', async (_how, fields) => {
  const body = `{${fields},"messages":${JSON.stringify(messages)}}`;
  const deployment = `/openai/deployments/${gptOss}/chat/completions`;
  for (const path of ['/v1/chat/completions', deployment]) {
    expect((await post(app, { path, body }, { token })).status).toBe(200);
  }
  expect(upstreams.arrived.map(({ path }) => path)).toEqual(Array(2).fill('/openai/v1/chat/completions'));
  expect(sentBodies()).not.toContain('120b');
});

test('an asynchronous invocation names exactly one model', async () => {
  const body = `{"modelId":["${nova}"],"modelId":{"a":"${nova}"},"model\\u0049d":"${nova}","modelId":"claude"}`;
  expect((await post(app, { path: '/async-invoke', body }, { token })).status).toBe(200);
  expect(sentBodies()).not.toContain(nova);
});

test("Bedrock's lists show no other model", async () => {
  upstreams.scripts.control = (response) =>
    json(response, 200, {
      modelSummaries: [{ modelId: nova, modelArn: 'a' }, { modelId: gptOss, modelArn: 'b' }, null, 'x', {}],
      inferenceProfileSummaries: [{ inferenceProfileId: claude, inferenceProfileArn: 'a' }],
      modelDetails: { modelId: nova },
    });
  const get = async (path: string) => {
    const response = await app.open(path, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  };
  const { text } = await get('/foundation-models');
  expect(JSON.parse(text).modelSummaries.map(({ modelId }: { modelId: string }) => modelId)).toEqual([gptOss]);
  expect(JSON.parse((await get('/inference-profiles')).text).inferenceProfileSummaries).toEqual([]);
  upstreams.arrived.length = 0;
  for (const id of [nova, encodeURIComponent(`${account}:inference-profile/${claude}`), claude, 'other']) {
    expect((await get(`/foundation-models/${id}`)).status).toBe(403);
    expect((await get(`/inference-profiles/${id}`)).status).toBe(403);
  }
  expect(upstreams.arrived.filter(({ path }) => /models\/|profiles\//.test(path))).toEqual([]);
  expect((await get(`/foundation-models/${encodeURIComponent(gptOss)}`)).status).toBe(200);
  delete upstreams.scripts.control;
});
