import { spendingPolicy } from '../../infra/spending-policy.ts';

const place = { partition: 'aws-us-gov', account: '123456789012', region: 'us-gov-west-1' };
const foundationModels = 'arn:aws-us-gov:bedrock:*::foundation-model/';
const inferenceProfiles = 'arn:aws-us-gov:bedrock:*:123456789012:inference-profile/';
const arnPrefix = 'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:';

const nothing = {
  bedrockModels: [],
  embeddingModels: [],
  endpoints: [],
  guardrail: undefined,
  callersGuardrails: false,
  readsFiles: false,
};

/** Resources that may be invoked for a catalog with one model: directly, and then only through a profile. */
function invoked(model: string): readonly string[] {
  const { Statement } = spendingPolicy({ ...nothing, bedrockModels: [model] }, place);
  return Statement.filter(({ Action }) => Action.includes('bedrock:InvokeModel')).flatMap(({ Resource }) => Resource);
}

test.each([
  ['amazon.nova-lite-v1:0', [`${foundationModels}amazon.nova-lite-v1:0`]],
  ['ai21.jamba-1.5-large-v1:0', [`${foundationModels}ai21.jamba-1.5-large-v1:0`]],
  ['openai.gpt-5.6-luna', [`${foundationModels}openai.gpt-5.6-luna`]],
  ['us.deepseek.r1-v1:0', [`${inferenceProfiles}us.deepseek.r1-v1:0`, `${foundationModels}deepseek.r1-v1:0`]],
  [
    'global.openai.gpt-5.6-luna',
    [`${inferenceProfiles}global.openai.gpt-5.6-luna`, `${foundationModels}openai.gpt-5.6-luna`],
  ],
  [
    'us-gov.amazon.nova-pro-v1:0',
    [`${inferenceProfiles}us-gov.amazon.nova-pro-v1:0`, `${foundationModels}amazon.nova-pro-v1:0`],
  ],
  [
    'apac.amazon.nova-pro-v1:0',
    [`${inferenceProfiles}apac.amazon.nova-pro-v1:0`, `${foundationModels}amazon.nova-pro-v1:0`],
  ],
  [
    'amer.amazon.nova-pro-v1:0',
    [`${inferenceProfiles}amer.amazon.nova-pro-v1:0`, `${foundationModels}amazon.nova-pro-v1:0`],
  ],
  ['eu-two.zai.glm-4.6', [`${inferenceProfiles}eu-two.zai.glm-4.6`, `${foundationModels}zai.glm-4.6`]],
  ['us.newcomer.model-v1:0', [`${inferenceProfiles}us.newcomer.model-v1:0`, `${foundationModels}newcomer.model-v1:0`]],
  ['some.newcomer.model-v1:0', [`${foundationModels}some.newcomer.model-v1:0`]],
  ['openai.gpt-oss-120b', [`${foundationModels}openai.gpt-oss-120b-1:0`]],
  [
    `${arnPrefix}inference-profile/us-gov.amazon.nova-pro-v1:0`,
    [`${arnPrefix}inference-profile/us-gov.amazon.nova-pro-v1:0`, `${foundationModels}amazon.nova-pro-v1:0`],
  ],
  [
    `${arnPrefix}application-inference-profile/abcdefghijkl`,
    [`${arnPrefix}application-inference-profile/abcdefghijkl`, `${foundationModels}*`],
  ],
  [`${arnPrefix}imported-model/abcdefghijkl`, [`${arnPrefix}imported-model/abcdefghijkl`]],
  [`${arnPrefix}prompt/ABCDEFGHIJ:1`, [`${arnPrefix}prompt/ABCDEFGHIJ:1`]],
])('a target %s is called with rights to %j', (model, resources) => {
  expect(invoked(model)).toEqual(resources);
});

test('with endpoints only, the policy allows no calls to Bedrock', () => {
  const spending = { ...nothing, endpoints: ['A', 'b'] };
  expect(spendingPolicy(spending, place).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sagemaker:InvokeEndpoint',
      Resource: ['a', 'b'].map((name) => `arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:endpoint/${name}`),
    },
  ]);
});

test('rule 74: an inference component is called by rights to it and to its endpoint', () => {
  const endpoints = ['One/chat', 'One/Base'];
  const spending = { ...nothing, endpoints };
  const resource = (name: string): string => `arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:${name}`;
  expect(spendingPolicy(spending, place).Statement[0]?.Resource).toEqual(
    ['endpoint/one', 'inference-component/chat', 'inference-component/base', 'inference-component/Base'].map(resource),
  );
});
