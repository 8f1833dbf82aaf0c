import { isBedrockModel } from '../../function/catalog/names.ts';
import { backends } from '../../function/backends/registry.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { keyFor, resolve, unknownModel } from '../../function/catalog/resolve.ts';
import { ApiError } from '../../function/errors.ts';
import { plainCatalog } from '../support/catalog.ts';

const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';

const catalog: Catalog = {
  ...plainCatalog,
  models: {
    'gpt-4o': { target: 'bedrock:us.anthropic.claude-sonnet-4-6', fallbacks: ['bedrock:us.amazon.nova-pro-v1:0'] },
    team: {
      target: `bedrock:${profile}`,
      fallbacks: [`bedrock:${profile}2`, 'bedrock:us.amazon.nova-pro-v1:0'],
      family: 'anthropic.claude-sonnet-4-6',
    },
    'amazon.nova-lite-v1:0': { target: 'bedrock:eu.amazon.nova-lite-v1:0' },
  },
  allowUnmappedBedrockModels: true,
};
const strict: Catalog = { ...catalog, allowUnmappedBedrockModels: false };

function refusal(name: string, from = catalog): unknown {
  try {
    return resolve(name, from, backends).targets;
  } catch (error) {
    return error;
  }
}

test('a configured name is its target and then its fallbacks', () => {
  expect(resolve('gpt-4o', catalog, backends).targets).toEqual([
    { backend: 'bedrock', model: 'us.anthropic.claude-sonnet-4-6' },
    { backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0' },
  ]);
});

test('a configured family is for the ids that do not show it', () => {
  expect(resolve('team', catalog, backends).targets).toEqual([
    { backend: 'bedrock', model: profile, family: 'anthropic.claude-sonnet-4-6' },
    { backend: 'bedrock', model: `${profile}2`, family: 'anthropic.claude-sonnet-4-6' },
    { backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0' },
  ]);
});

test("a configured name comes before Bedrock's own", () => {
  expect(resolve('amazon.nova-lite-v1:0', catalog, backends).targets).toEqual([
    { backend: 'bedrock', model: 'eu.amazon.nova-lite-v1:0' },
  ]);
});

const ids = [
  'amazon.nova-pro-v1:0',
  'us.amazon.nova-pro-v1:0',
  'us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0',
  'global.anthropic.claude-opus-5',
  'amer.anthropic.claude-opus-5',
  'eu-sovereign.anthropic.claude-opus-5',
  'anthropic.claude-3-sonnet-20240229-v1:0:28k',
  'ai21.jamba-1-5-large-v1:0',
  'openai.gpt-oss-120b-1:0',
  'openai.gpt-5.6-luna',
  'moonshotai.kimi-k2.5',
  'mistral.mistral-7b-instruct-v0:2',
  'deepseek.r1-v1:0',
  'arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0',
  'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-sonnet-4-6',
  'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
  'arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1',
  'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123abc123',
  profile,
];

test.each(ids)("%s is one of Bedrock's own", (id) => {
  expect(resolve(id, catalog, backends).targets[0]).toBeDefined();
  expect(resolve(id, plainCatalog, backends).targets).toEqual([{ backend: 'bedrock', model: id }]);
});

test.each(ids.filter((id) => !Object.hasOwn(catalog.models, id)))('%s is not, unless the catalog allows it', (id) => {
  expect(refusal(id, strict)).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
});

const unknown = [
  'gpt-4.1',
  'gpt-4o-mini',
  'claude-3.5-sonnet',
  'llama3.1',
  'gpt-3.5-turbo-0125',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' gpt-4o',
  'GPT-4O',
  'Amazon.nova-pro-v1:0',
  'amazon.Nova-pro-v1:0',
  'US.amazon.nova-pro-v1:0',
  'amazon.nova-pro-v1%3A0',
  'amazon.nova-pro-v1:0 ',
  'amazon.nova-pro-v1:0\n',
  'amazon..nova',
  'my-app.gpt-4',
  'my-app.unknown.model',
  '-us.amazon.nova-pro-v1:0',
  'us-.amazon.nova-pro-v1:0',
  'amazon.nova/../other',
  'bedrock:amazon.nova-pro-v1:0',
  'arn:aws:s3:::bucket/key',
  'arn:aws:bedrock:us-east-1:123456789012:guardrail/abc',
  'ARN:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0',
  'arn:aws:bedrock:us-east-1.example.com::foundation-model/amazon.nova-pro-v1:0',
  `amazon.${'x'.repeat(300)}`,
];

test.each(unknown)('%j does not exist', (name) => {
  const error = refusal(name);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model', type: 'invalid_request_error' });
});

test.each<readonly [string, string]>([
  ['gpt-9', 'gpt-9'],
  ['x'.repeat(256), 'x'.repeat(256)],
  ...['a\nb', 'a\u0000b', 'é', 'x'.repeat(257)].map((name) => [name, '(no valid name)'] as const),
])("the refusal of %j is in OpenAI's own words, and says where names are mapped", (name, quoted) => {
  expect(unknownModel(name).message).toBe(
    `The model \`${quoted}\` does not exist or you do not have access to it. Names are mapped to models in the config of the ` +
      'stack, under bedrock-gateway:models; GET /v1/models lists those that you can use.',
  );
});

test('what an entry says beside its targets goes to those that it is for', () => {
  const entry = {
    target: 'sagemaker:my-endpoint',
    fallbacks: ['openai:gpt-4o', `bedrock:${profile}`, 'bedrock:us.amazon.nova-pro-v1:0'],
    family: 'anthropic.claude-sonnet-4-6',
    chatTemplate: 'chatml',
    defaultMaxOutput: 5,
    maxTokensField: 'max_tokens',
  } as const;
  const [defaultMaxOutput, maxTokensField] = [5, 'max_tokens'];
  expect(resolve('all', { ...plainCatalog, models: { all: entry } }, backends)).toEqual({
    mapped: true,
    targets: [
      { backend: 'sagemaker', model: 'my-endpoint', chatTemplate: 'chatml', defaultMaxOutput, maxTokensField },
      { backend: 'openai', model: 'gpt-4o', defaultMaxOutput, maxTokensField },
      { backend: 'bedrock', model: profile, family: 'anthropic.claude-sonnet-4-6', defaultMaxOutput },
      { backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0', defaultMaxOutput },
    ],
  });
});

test('an id is told in time that does not grow with its length', () => {
  expect(isBedrockModel(`a.${'a:'.repeat(120)}!`)).toBe(false);
});

describe('patterns', () => {
  const patterns: Catalog = {
    ...plainCatalog,
    models: {
      'gpt-4o': { target: 'bedrock:exact' },
      'gpt-*': { target: 'bedrock:short', fallbacks: ['bedrock:other'] },
      'gpt-4*': { target: 'bedrock:long' },
      'amazon.*': { target: 'bedrock:amazon' },
    },
  };
  const open: Catalog = { ...patterns, models: { ...patterns.models, '*': { target: 'bedrock:any' } } };
  const closed: Catalog = { ...open, allowUnmappedBedrockModels: false };
  const targetOf = (name: string, from: Catalog) => resolve(name, from, backends).targets[0].model;

  test.each([
    ['gpt-4o', 'exact'],
    ['gpt-4.1', 'long'],
    ['gpt-4', 'long'],
    ['gpt-4o-mini', 'long'],
    ['gpt-3.5-turbo', 'short'],
    ['gpt-', 'short'],
    ['gpt-*', 'short'],
    ['claude-3.5-sonnet', 'any'],
    ['__proto__', 'any'],
    ['constructor', 'any'],
    ['*', 'any'],
    ['GPT-4o', 'any'],
    ['amazon.Nova', 'amazon'],
    ['amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    ['us.anthropic.claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6'],
    [profile, profile],
  ])('%s leads to %s', (name, model) => {
    expect(targetOf(name, open)).toBe(model);
  });

  test("where Bedrock's own ids are not allowed, a pattern takes them as any other name", () => {
    expect(targetOf('amazon.nova-pro-v1:0', closed)).toBe('amazon');
    expect(targetOf('us.anthropic.claude-sonnet-4-6', closed)).toBe('any');
    expect(targetOf(profile, closed)).toBe('any');
  });

  test("Bedrock's own id is never the stack's to pay, whatever pattern is there", () => {
    expect(resolve('amazon.nova-pro-v1:0', open, backends).mapped).toBe(false);
    expect(resolve('gpt-4.1', open, backends).mapped).toBe(true);
  });

  test.each(['', ' gpt-4', 'gpt-4 ', 'gpt-é', 'gpt-\n', 'gpt-\u0000', `gpt-${'x'.repeat(253)}`])(
    'no pattern takes %j, which is no name',
    (name) => {
      expect(refusal(name, closed)).toMatchObject({ status: 404, code: 'model_not_found' });
    },
  );

  test('a name that no pattern takes does not exist', () => {
    expect(refusal('gpt', patterns)).toMatchObject({ status: 404 });
    expect(refusal('claude', patterns)).toMatchObject({ status: 404 });
  });

  test.each([
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4.1', 'gpt-4*'],
    ['x', '*'],
    ['amazon.nova-pro-v1:0', undefined],
  ])('the entry of %s is %s', (name, key) => {
    expect(keyFor(name, open)).toBe(key);
  });
});

test.each([
  ['openai.gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
  ['us.openai.gpt-oss-20b', 'us.openai.gpt-oss-20b-1:0'],
  ['qwen.qwen3-coder-30b-a3b-instruct', 'qwen.qwen3-coder-30b-a3b-v1:0'],
  ['deepseek.v3.1', 'deepseek.v3-v1:0'],
  ['openai.gpt-oss-safeguard-120b', 'openai.gpt-oss-safeguard-120b'],
])("rule 58: %s, as Bedrock's other endpoint calls it, is %s", (name, model) => {
  const models = { mapped: { target: `bedrock-openai:${name}` } };
  expect(resolve(name, plainCatalog, backends).targets).toEqual([{ backend: 'bedrock', model }]);
  expect(resolve('mapped', { ...plainCatalog, models }, backends).targets).toEqual([
    { backend: 'bedrock-openai', model },
  ]);
});
