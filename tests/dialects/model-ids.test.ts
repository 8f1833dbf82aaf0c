import {
  foundationId,
  isApplicationProfile,
  isOpaque,
  isOwnId,
  mayBeIn,
  runtimeId,
} from '../../function/dialects/model-ids.ts';

test.each([
  'ai21',
  'amazon',
  'anthropic',
  'cohere',
  'deepseek',
  'google',
  'luma',
  'meta',
  'minimax',
  'mistral',
  'moonshot',
  'moonshotai',
  'nvidia',
  'openai',
  'qwen',
  'stability',
  'twelvelabs',
  'writer',
  'xai',
  'zai',
])('%s is a provider, before which any one word is a geography', (provider) => {
  expect(foundationId(`eu-sovereign.${provider}.some-model-v1:0`)).toBe(`${provider}.some-model-v1:0`);
  expect(isOwnId(`eu-sovereign.${provider}.some-model-v1:0`)).toBe(true);
});

test.each(['eu', 'us-gov', 'amer', 'apac', 'global'])('%s is a geography before any provider', (geography) => {
  expect(foundationId(`${geography}.newcomer.some-model-v1:0`)).toBe('newcomer.some-model-v1:0');
});

test('no other word is a geography before an unknown provider', () => {
  expect(foundationId('eu-sovereign.newcomer.some-model-v1:0')).toBe('eu-sovereign.newcomer.some-model-v1:0');
});

const regions = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-4',
  'ap-southeast-6',
  'ca-central-1',
  'eu-west-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-gov-west-1',
];

test.each([
  ['amer', ['ca-central-1', 'mx-central-1', 'sa-east-1', 'us-east-1']],
  [
    'apac',
    [
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-southeast-1',
      'ap-southeast-2',
      'ap-southeast-4',
      'ap-southeast-6',
    ],
  ],
  ['au', ['ap-southeast-2', 'ap-southeast-4', 'ap-southeast-6']],
  ['ca', ['ca-central-1']],
  ['eu', ['eu-west-1']],
  ['jp', ['ap-northeast-1', 'ap-northeast-3']],
  ['us', ['us-east-1']],
  ['us-gov', ['us-gov-west-1']],
  ['global', regions],
])('the profiles of %s may be called in %j', (geography, own) => {
  expect(regions.filter((region) => mayBeIn(`${geography}.anthropic.claude-opus-5`, region))).toEqual(own);
});

test('a model may be called in any region', () => {
  expect(regions.filter((region) => mayBeIn('anthropic.claude-opus-5', region))).toEqual(regions);
});

test.each([
  ['deepseek.v3.1', 'deepseek.v3-v1:0'],
  ['moonshotai.kimi-k2-thinking', 'moonshot.kimi-k2-thinking'],
  ['openai.gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
  ['openai.gpt-oss-20b', 'openai.gpt-oss-20b-1:0'],
  ['qwen.qwen3-235b-a22b-2507', 'qwen.qwen3-235b-a22b-2507-v1:0'],
  ['qwen.qwen3-32b', 'qwen.qwen3-32b-v1:0'],
  ['qwen.qwen3-coder-30b-a3b-instruct', 'qwen.qwen3-coder-30b-a3b-v1:0'],
  ['qwen.qwen3-coder-480b-a35b-instruct', 'qwen.qwen3-coder-480b-a35b-v1:0'],
  ['us.qwen.qwen3-32b', 'us.qwen.qwen3-32b-v1:0'],
  ['openai.gpt-oss-120b-1:0', 'openai.gpt-oss-120b-1:0'],
])("%s of Bedrock's other endpoint is %s here", (id, expected) => {
  expect(runtimeId(id)).toBe(expected);
});

const account = 'arn:aws:bedrock:us-east-1:123456789012';

test.each([
  [`${account}:application-inference-profile/abc`, true, true],
  [`${account}:provisioned-model/abc`, true, false],
  [`${account}:inference-profile/us.amazon.nova-pro-v1:0`, false, false],
  ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', false, false],
  ['amazon.nova-pro-v1:0', false, false],
])('%s hides its model: %s; is an application profile: %s', (model, opaque, profile) => {
  expect([isOpaque(model), isApplicationProfile(model)]).toEqual([opaque, profile]);
});
