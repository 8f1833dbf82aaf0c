import { createHash } from 'node:crypto';
import type { Token } from '../../function/auth/authenticate.ts';
import type { Caller } from '../../function/auth/caller.ts';
import { registeredCallers } from '../../function/auth/registered-callers.ts';
import { bedrockKeys } from '../../function/auth/bedrock-keys.ts';
import { createProofs } from '../../function/auth/proofs.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { shortTermKey } from '../auth/keys.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  claude,
  gateway,
  gptOss,
  json,
  listed,
  post,
  startUpstreams,
  tokenOf,
  visible,
  type Script,
  type Upstreams,
} from './upstreams.ts';

const gpt = 'openai.gpt-5.5';
const catalog: Partial<Catalog> = {
  callers: [listed('app'), listed('limited', tokenOf('limited'), ['claude'])],
  models: {
    'gpt-5.5': { target: `bedrock:${gpt}` },
    oss: { target: `bedrock-openai:${gptOss}` },
    claude: { target: `bedrock:${claude}` },
  },
};

/** Callers that the stack pays for, by their tokens. */
const issued = ['a gateway key', 'a JWT'].map((name, at): [string, Caller] => [
  tokenOf(name.replaceAll(' ', '-')),
  {
    id: name,
    method: at === 0 ? 'gateway-key' : 'jwt',
    isProven: true,
    cacheKey: createHash('sha256').update(name).digest('hex'),
  },
]);

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = { runtime: notCounted };
  const proofs = createProofs({ now: () => Date.now() });
  const authenticators = [
    registeredCallers(catalog.callers ?? []),
    { authenticate: ({ text }: Token) => new Map(issued).get(text) },
    bedrockKeys({ accepted: 'any', proofs }),
  ];
  app = gateway(upstreams, { catalog, config: { bedrockMantle: true }, services: { authenticators } });
});

/** Bedrock's runtime, which counts for no Claude that only profiles reach. */
const notCounted: Script = (response, { path }) =>
  path.endsWith('/count-tokens')
    ? json(
        response,
        400,
        { message: "The provided model doesn't support counting tokens." },
        { 'x-amzn-errortype': 'ValidationException' },
      )
    : json(response, 200, {
        output: { message: { role: 'assistant', content: [{ text: 'ok' }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
        metrics: { latencyMs: 1 },
      });

const messages = [{ role: 'user', content: 'Hello' }];
/** Every way to bedrock-mantle, with a model of each kind. */
const ways: readonly (readonly [string, string, object])[] = [
  ['GPT-5.5', '/v1/responses', { model: gpt, input: 'Hello' }],
  ['GPT-5.5 by its name, streamed', '/v1/responses', { model: 'gpt-5.5', input: 'Hello', stream: true }],
  ['gpt-oss', '/v1/responses', { model: 'oss', input: 'Hello' }],
  ['gpt-oss by its ID', '/v1/responses', { model: gptOss, input: 'Hello' }],
  ['input tokens', '/v1/responses/input_tokens', { model: 'claude', input: 'Hello' }],
  ['tokens of Messages', '/v1/messages/count_tokens', { model: 'claude', messages }],
];

const atMantle = () => upstreams.arrived.filter(({ service }) => service === 'mantle');

describe.each(ways)('%s', (_name, path, body) => {
  test.each([
    ['a key', bedrockKey('own')],
    ["a key of somebody else's account", bedrockKey('stranger', '210987654321')],
    [
      'a short-term key',
      shortTermKey({ account: '123456789012', date: new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '') }),
    ],
  ])('goes there with nothing but the key of its caller: %s', async (_who, token) => {
    const { status } = await post(
      app,
      { path, body },
      { token, headers: { 'x-amzn-bedrock-guardrailidentifier': 'x' } },
    );
    expect(status).toBe(200);
    expect(atMantle()).toHaveLength(1);
    for (const { headers } of atMantle()) {
      expect(headers.authorization).toBe(`Bearer ${token}`);
      expect(Object.keys(headers).filter((name) => /^x-(?:amz|api|gateway)/.test(name))).toEqual([]);
    }
    expect(upstreams.arrived.filter(({ service }) => service === 'sts')).toEqual([]);
  });

  test.each<[string, string]>([
    ['a registered caller', tokenOf('app')],
    ['a registered caller with a list of models', tokenOf('limited')],
    ...issued.map(([token, { id }]): [string, string] => [id, token]),
    ['an unknown token', 'nobody-at-all'],
    ['a damaged key', `${bedrockKey('own')}x`],
    ['no token', ''],
  ])('never goes there for %s', async (_who, token) => {
    await post(app, { path, body }, token === '' ? {} : { token });
    expect(atMantle()).toEqual([]);
  });

  test('the region is that of the config, whatever the request says', async () => {
    const more = { region: 'evil.example', endpoint: 'https://evil.example', base_url: 'https://evil.example' };
    await post(app, { path: `${path}?region=evil.example`, body: { ...body, ...more } }, { token: bedrockKey('own') });
    expect(atMantle().length).toBeLessThanOrEqual(1);
    expect(new Set(upstreams.arrived.map(({ headers }) => headers.host))).toEqual(
      new Set([new URL(upstreams.url).host]),
    );
  });

  test('a redirect is not followed', async () => {
    upstreams.scripts.mantle = (response) =>
      void response.writeHead(307, { location: `${upstreams.url}/control` }).end();
    await post(app, { path, body }, { token: bedrockKey('own') });
    expect(upstreams.arrived.filter(({ service }) => service === 'control')).toEqual([]);
  });

  test('no answer or line of the log has the key', async () => {
    const token = bedrockKey('own');
    upstreams.scripts.mantle = (response) =>
      json(response, 401, { error: { message: `Invalid bearer token ${token}`, code: 'invalid_api_key' } });
    const answer = await post(app, { path, body }, { token });
    expect(visible(app, answer)).not.toContain(token);
  });
});

test.each([
  [tokenOf('app'), 403, 'bedrock_key_required'],
  ...issued.map(([token]): [string, number, string] => [token, 403, 'bedrock_key_required']),
  [tokenOf('limited'), 403, 'model_not_allowed'],
])('callers that the stack pays for are told why', async (token, status, code) => {
  const { status: told, text } = await post(
    app,
    { path: '/v1/responses', body: { model: 'gpt-5.5', input: 'Hi' } },
    { token },
  );
  expect([told, JSON.parse(text).error.code]).toEqual([status, code]);
});

test('the list of models is asked for with the key of its caller alone', async () => {
  const get = (token: string) => app.open('/v1/models', { headers: { authorization: `Bearer ${token}` } });
  for (const token of [tokenOf('app'), ...issued.map(([each]) => each), 'nobody-at-all'])
    await (await get(token)).text();
  expect(atMantle()).toEqual([]);
  const key = bedrockKey('own');
  await (await get(key)).text();
  expect(atMantle().map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ['/v1/models', `Bearer ${key}`],
  ]);
});

test('a short-term key of another region goes nowhere', async () => {
  const token = shortTermKey({
    account: '123456789012',
    region: 'eu-west-1',
    date: new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
  });
  for (const [, path, body] of ways) await post(app, { path, body }, { token });
  expect(upstreams.arrived).toEqual([]);
});
