import type { BackendModule } from '../../function/backends/module.ts';
import { backends, createBackends } from '../../function/backends/registry.ts';
import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { messageLimitsOf } from '../../function/backends/openai/message-limits.ts';
import type { Signer } from '../../function/backends/stack/signer.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { hello, reply } from './chat.ts';
import { closeLoopbacks, json, loopback } from './loopback.ts';
import { context } from './openai/backend.ts';
import { secretsManager } from './stack/secrets-manager.ts';

afterEach(closeLoopbacks);

/** The facts of every backend, as the Pulumi program reads them. */
const facts: Readonly<Record<string, Omit<BackendModule, 'isModel' | 'create'>>> = {
  bedrock: { modelIs: 'a model id, an inference profile id or an ARN', paidWith: 'bedrock-key' },
  'bedrock-openai': {
    modelIs: 'a model id, an inference profile id or the ARN of an inference profile',
    paidWith: 'bedrock-key',
  },
  openai: { modelIs: 'the name that the model has there, at most 256 characters without blanks', paidWith: 'stack' },
  sagemaker: {
    modelIs:
      'the name of an endpoint, and behind a slash that of its inference component where it has any: each 1 to 63 letters, digits and hyphens',
    paidWith: 'stack',
    takesTemplates: true,
  },
};

test('every backend is known by its facts', () => {
  const found = Object.entries(backends).map(([name, { isModel: _isModel, create: _create, ...rest }]) => [name, rest]);
  expect(Object.fromEntries(found)).toEqual(facts);
});

const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';
const longId = `a${'b'.repeat(2_047)}`;
const longArn = 'arn:aws:bedrock:us-east-1::foundation-model/';

/** Names, and the backends that take them as models. */
const models: readonly [string, readonly string[]][] = [
  ['amazon.nova-lite-v1:0', ['bedrock', 'bedrock-openai', 'openai']],
  ['7', ['bedrock', 'bedrock-openai', 'openai', 'sagemaker']],
  [longId, ['bedrock', 'bedrock-openai']],
  [`${longId}b`, []],
  ['a:', ['openai']],
  ['.a', ['openai']],
  [profile, ['bedrock', 'bedrock-openai', 'openai']],
  [profile.replace('application-', ''), ['bedrock', 'bedrock-openai', 'openai']],
  [profile.replace('aws', 'aws-us-gov'), ['bedrock', 'bedrock-openai', 'openai']],
  ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', ['bedrock', 'openai']],
  ['arn:aws:sagemaker:us-east-1:123456789012:endpoint/a', ['bedrock', 'openai']],
  ['arn:aws:lambda:us-east-1:123456789012:function/a', ['openai']],
  [longArn + 'a'.repeat(2_048 - longArn.length), ['bedrock']],
  [longArn + 'a'.repeat(2_049 - longArn.length), []],
  ['~'.repeat(256), ['openai']],
  ['~'.repeat(257), []],
  ['ü', []],
  ['my-endpoint', ['bedrock', 'bedrock-openai', 'openai', 'sagemaker']],
  ['my-endpoint/My-component', ['openai', 'sagemaker']],
  ['my-endpoint/a/b', ['openai']],
  ['my-endpoint/', ['openai']],
  ['-my-endpoint', ['openai']],
  ['my-endpoint-', ['bedrock', 'bedrock-openai', 'openai']],
  ['a'.repeat(63), ['bedrock', 'bedrock-openai', 'openai', 'sagemaker']],
  ['a'.repeat(64), ['bedrock', 'bedrock-openai', 'openai']],
  ['', []],
  ['a b', []],
];

test.each(models)('%s is a model of %j', (name, expected) => {
  const taken = Object.entries(backends).filter(([, { isModel }]) => isModel(name));
  expect(taken.map(([backend]) => backend)).toEqual(expected);
});

const transport = createTransport();
const bedrock = createBedrock({ transport });
const server = { secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a', timeoutMs: 1 };
const dependencies = {
  bedrock,
  transport,
  endpoints: {},
  region: 'us-east-1',
  role: { accessKeyId: 'made-up-id', secretAccessKey: 'made-up', sessionToken: 'made-up-session' },
  now: () => 0,
};

/** What a backend has, and says of itself. */
function made(name: string, openai?: { baseUrl: string; fetchesUrls?: boolean }): object {
  const backend = createBackends({ ...dependencies, openai: openai && { ...server, ...openai } })(name);
  const { messageLimits, fetchesUrls, ...surfaces } = backend;
  return { messageLimits, fetchesUrls, surfaces: Object.keys(surfaces).toSorted() };
}

test('backends have their surfaces before anything of them is loaded', () => {
  expect(createBackends(dependencies)('bedrock')).toBe(bedrock);
  expect(made('bedrock-openai')).toEqual({
    messageLimits: { shortIds: true, strict: true },
    fetchesUrls: true,
    surfaces: ['chat', 'converse', 'responses'],
  });
  expect(made('sagemaker')).toEqual({ messageLimits: { shortIds: true }, surfaces: ['chat', 'completions'] });
  expect(made('openai')).toEqual({ surfaces: [] });
  expect(() => createBackends(dependencies)('other')).toThrow('a target names a backend that was not checked');
});

/** The two of the servers below that are OpenAI's own, which has the Responses API. */
const isOpenAi = /^https:\/\/(eu\.)?api\.openai\.com\/v1$/;

test.each([
  ['https://api.openai.com/v1', undefined, true, true],
  ['https://eu.api.openai.com/v1', undefined, true, true],
  ['https://notapi.openai.com/v1', undefined, false, false],
  ['https://name.openai.azure.com/openai/v1', undefined, true, false],
  ['https://api.openai.com.example.com/v1', undefined, false, false],
  ['https://example.com/api.openai.com', undefined, false, false],
  ['https://example.com/v1', true, false, true],
  ['https://example.com/v1', false, false, false],
] as const)('the server %s (fetchesUrls %j) is strict: %j, fetches URLs: %j', (baseUrl, said, strict, fetchesUrls) => {
  expect(made('openai', { baseUrl, ...(said !== undefined && { fetchesUrls: said }) })).toEqual({
    messageLimits: { shortIds: true, strict },
    fetchesUrls,
    surfaces: ['chat', 'completions', 'embeddings', ...(isOpenAi.test(baseUrl) ? ['responses'] : [])],
  });
  expect(messageLimitsOf(baseUrl)).toEqual({ shortIds: true, strict });
});

/** Adds what can be seen, instead of a signature. */
const signer: Signer = {
  sign: ({ headers }, { service, region }) =>
    Promise.resolve({ ok: true, value: { ...headers, authorization: `signed for ${service} in ${region}` } }),
};

test('backends use the endpoints, the signer, the guardrail and the key that they are created with', async () => {
  const manager = await secretsManager('the-key');
  const upstream = await loopback((response) => json(response, 200, reply));
  const create = createBackends({
    ...dependencies,
    region: 'us-west-2',
    signer,
    guardrail: { identifier: 'abc', version: '1' },
    endpoints: { runtime: `${upstream.url}/a`, sagemaker: `${upstream.url}/b`, secretsManager: manager.url },
    openai: { ...server, timeoutMs: 60_000, baseUrl: `${upstream.url}/c` },
  });
  for (const name of ['bedrock-openai', 'sagemaker', 'openai']) {
    expect([name, await create(name).chat?.call(hello, context())]).toEqual([name, { ok: true, value: reply }]);
  }
  const sent = upstream.arrived.map(({ path, headers }) => [
    path,
    headers.authorization,
    headers['x-amzn-bedrock-guardrailidentifier'],
  ]);
  expect(sent).toEqual([
    ['/a/openai/v1/chat/completions', 'signed for bedrock in us-east-1', 'abc'],
    ['/b/endpoints/upstream-model/invocations', 'signed for sagemaker in us-west-2', undefined],
    ['/c/chat/completions', 'Bearer the-key', undefined],
  ]);
});
