import type { Catalog } from '../../function/catalog/catalog.ts';
import { Flaw } from '../../function/catalog/check.ts';
import { withAdditionalModels, type Deployment } from '../../function/catalog/additional-models.ts';
import { isCovered } from '../../function/catalog/rights.ts';
import { resolve } from '../../function/catalog/resolve.ts';
import { backends } from '../../function/backends/registry.ts';
import { readSettings } from '../../infra/settings.ts';
import { models } from '../../infra/settings/models.ts';
import { InvalidValue } from '../../infra/settings/values.ts';
import { spendingPolicy } from '../../infra/spending-policy.ts';
import { plainCatalog } from '../support/catalog.ts';

const nova = 'bedrock:us.amazon.nova-lite-v1:0';
const callers = [{ id: 'app', sha256: '0123456789abcdef'.repeat(4) }];

function deployed(catalog: Partial<Catalog> = {}, rest: Partial<Deployment> = {}): Deployment {
  return {
    catalog: { ...plainCatalog, models: { 'gpt-4o': { target: nova } }, ...catalog },
    backendFacts: backends,
    regions: ['us-east-1'],
    hasOpenAiKey: false,
    hasCallers: false,
    hasSpendingRole: false,
    hasTemplate: (name) => name === 'chatml',
    ...rest,
  };
}

const paying = deployed(
  {
    callers,
    models: {
      'gpt-4o': { target: nova },
      vllm: { target: 'sagemaker:My-Endpoint' },
      team: { target: 'bedrock:arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl' },
    },
  },
  { hasOpenAiKey: true, hasCallers: true, hasSpendingRole: true },
);

const noRight =
  'The role that pays has no right to its target: an entry of models in the config has to name that first.';

function reasons(entries: unknown, on: Deployment): unknown {
  return withAdditionalModels(JSON.stringify(entries), on).leftOut;
}

test('entries come beside those of the config, patterns among them', () => {
  const { catalog, added, leftOut } = withAdditionalModels(
    JSON.stringify({ 'gpt-*': { target: nova, fallbacks: ['bedrock:amazon.nova-pro-v1:0'] }, o1: { target: nova } }),
    deployed(),
  );
  expect([added, leftOut]).toEqual([2, []]);
  expect(Object.keys(catalog.models)).toEqual(['gpt-4o', 'gpt-*', 'o1']);
  expect(resolve('gpt-4.1', catalog, backends).targets).toHaveLength(2);
  expect(withAdditionalModels('{}', deployed()).catalog.models).toEqual(deployed().catalog.models);
});

test("a name that the config has stays the config's", () => {
  const { catalog, leftOut } = withAdditionalModels('{"gpt-4o":{"target":"bedrock:amazon.nova-pro-v1:0"}}', deployed());
  expect(catalog.models['gpt-4o']).toEqual({ target: nova });
  expect(leftOut).toEqual([{ name: 'gpt-4o', reason: 'The config has an entry of this name, which holds.' }]);
});

test('who brings a Bedrock key needs no right of the stack', () => {
  expect(reasons({ a: { target: 'bedrock:anthropic.claude-opus-5' } }, deployed())).toEqual([]);
  expect(reasons({ a: { target: 'bedrock-openai:openai.gpt-oss-20b-1:0' } }, deployed())).toEqual([]);
});

test.each([
  ['openai:gpt-4o', 'The stack pays for its target, and the config has neither callers, gatewayKeys nor jwt.'],
  ['sagemaker:x', 'The stack pays for its target, and the config has neither callers, gatewayKeys nor jwt.'],
  [
    'bedrock:arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0',
    'The region of its ARN is none of bedrockRegions.',
  ],
])('where nobody is listed, %s is left out', (target, reason) => {
  const more = reasons({ a: { target }, b: { target: nova } }, deployed());
  expect(more).toEqual([{ name: 'a', reason }]);
});

test.each([
  nova,
  'bedrock-openai:us.amazon.nova-lite-v1:0',
  'bedrock:arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl',
  'sagemaker:my-endpoint',
  'openai:whatever',
])('%s needs nothing that the stack does not have', (target) => {
  expect(reasons({ a: { target } }, paying)).toEqual([]);
});

test.each([
  'bedrock:us.amazon.nova-pro-v1:0',
  // The right to a profile has the model behind it, but only through the profile.
  'bedrock:amazon.nova-lite-v1:0',
  'bedrock:eu.amazon.nova-lite-v1:0',
  'bedrock:arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/mnopqrstuvwx',
  'bedrock-openai:openai.gpt-oss-20b-1:0',
  'sagemaker:my-endpoint-2',
])('%s needs a right that the role does not have', (target) => {
  expect(reasons({ a: { target: nova, fallbacks: [target] }, b: { target: nova } }, paying)).toEqual([
    { name: 'a', reason: noRight },
  ]);
});

test('what else may not be there', () => {
  const reasonOf = (entry: unknown, on: Deployment) => reasons({ a: entry }, on);
  const left = (reason: string) => [{ name: 'a', reason }];
  expect(reasonOf({ target: 'openai:x' }, { ...paying, hasOpenAiKey: false })).toEqual(
    left('The config has no openaiKeyArn.'),
  );
  expect(reasonOf({ target: nova }, { ...paying, hasSpendingRole: false })).toEqual(left(noRight));
  const template = (chatTemplate: string) => ({ target: 'sagemaker:my-endpoint', chatTemplate });
  expect(reasonOf(template('mine'), paying)).toEqual(
    left('Its chatTemplate is neither shipped nor in chatTemplates of the config.'),
  );
  expect(reasonOf(template('chatml'), paying)).toEqual([]);
  const guarded = deployed(
    { callers, guardrail: { identifier: 'abc', version: '1' } },
    { hasCallers: true, hasSpendingRole: true },
  );
  expect(reasonOf({ target: 'bedrock-openai:us.amazon.nova-lite-v1:0' }, guarded)).toEqual(
    left("The stack's guardrail cannot hold for a target that begins with bedrock-openai:."),
  );
});

const secret = 'pasted-by-mistake';
const broken: [string, string][] = [
  ['no JSON', `{"${secret}"`],
  ['text', `"${secret}"`],
  ['a list', `[{"target":"${nova}"}]`],
  ['null', 'null'],
  ['nothing', ''],
  ['an entry that is a text', `{"${secret}":"${nova}"}`],
  ['a target without a backend', `{"${secret}":{"target":"${secret}"}}`],
  ['a target of no backend', `{"a":{"target":"constructor:x"}}`],
  ['an unknown field', `{"a":{"target":"${nova}","${secret}\\"x":1}}`],
  ['a name that is none', `{"${secret} ":{"target":"${nova}"}}`],
  ['a name of the language', `{"__proto__":{"target":"${nova}"}}`],
  ['a star inside of a name', `{"g*t":{"target":"${nova}"}}`],
  ['one target twice', `{"a":{"target":"${nova}","fallbacks":["${nova}"]}}`],
  ['a template where none is taken', `{"a":{"target":"${nova}","chatTemplate":"chatml"}}`],
  ['fallbacks that are no list', `{"a":{"target":"${nova}","fallbacks":"${secret}"}}`],
];

test.each(broken)('%s is refused as a whole, and nothing of it is quoted', (_name, text) => {
  const attempt = () => withAdditionalModels(text, deployed());
  expect(attempt).toThrow(Flaw);
  expect(attempt).not.toThrow(secret);
});

const noObject = 'It is not a JSON object of names and their targets.';
const second = (entry: unknown, name = 'b') => JSON.stringify({ a: { target: nova }, [name]: entry });

test.each([
  ['null', noObject],
  ['[]', noObject],
  ['no JSON', noObject],
  ['"a"', noObject],
  [second({ target: 'nova' }), 'Entry 2: target must be <backend>:<model>, such as bedrock:us.amazon.nova-pro-v1:0.'],
  [second({ target: nova, more: 1 }), 'Entry 2: has no member "…".'],
  [second({ target: nova }, 'a b'), 'Entry 2: its name is none that the config takes.'],
  [second({ target: nova, fallbacks: ['openai:x', nova] }), 'Entry 2: it names one target twice.'],
  [second({ target: nova, family: 'a/b' }), 'Entry 2: its family is no model id.'],
  [
    second({ target: nova, chatTemplate: 'chatml' }),
    'Entry 2: it has a chatTemplate, and none of its targets takes one.',
  ],
  [
    second({ target: nova, maxTokensField: 'max_tokens' }),
    'Entry 2: it has a maxTokensField, and none of its targets takes one.',
  ],
  [
    second({ target: 'openai:x', defaultMaxOutput: 5 }),
    'Entry 2: it has a defaultMaxOutput, and no target that begins with bedrock:.',
  ],
  [second({ target: nova, defaultMaxOutput: 2_147_483_648 }), 'Entry 2: its defaultMaxOutput is too large.'],
])('%s is told: %s', (text, message) => {
  expect(() => withAdditionalModels(text, deployed())).toThrow(new Error(message));
});

describe('an entry is taken or refused as in the config', () => {
  const entries: [string, unknown][] = [
    ['a', { target: nova }],
    ['gpt-*', { target: nova }],
    ['*', { target: nova }],
    ['-*', { target: nova }],
    ['_a', { target: nova }],
    ['.a', { target: nova }],
    ['a b', { target: nova }],
    ['a*b', { target: nova }],
    ['', { target: nova }],
    ['a'.repeat(256), { target: nova }],
    ['a'.repeat(257), { target: nova }],
    [`${'a'.repeat(255)}*`, { target: nova }],
    [`${'a'.repeat(256)}*`, { target: nova }],
    ['constructor', { target: nova }],
    ['a', nova],
    ['a', null],
    ['a', []],
    ['a', {}],
    ['a', { target: 5 }],
    ['a', { target: 'us.amazon.nova-lite-v1:0' }],
    ['a', { target: 'bedrock:' }],
    ['a', { target: 'bedrock:x/../y' }],
    ['a', { target: 'bedrock:arn:aws:s3:::bucket' }],
    ['a', { target: 'sagemaker:my_endpoint' }],
    ['a', { target: 'openai:a b' }],
    ['a', { target: nova, fallbacks: [] }],
    ['a', { target: nova, fallbacks: ['openai:x'] }],
    ['a', { target: nova, fallbacks: [nova] }],
    ['a', { target: nova, fallbacks: nova }],
    ['a', { target: nova, fallbacks: [null] }],
    ['a', { target: nova, more: 1 }],
    ['a', { target: nova, family: 'anthropic.claude-sonnet-4-6' }],
    ['a', { target: nova, family: 'a b' }],
    ['a', { target: nova, family: 'a/b' }],
    ['a', { target: nova, family: '' }],
    ['a', { target: nova, family: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' }],
    ['a', { target: nova, chatTemplate: 'chatml' }],
    ['a', { target: 'sagemaker:x', chatTemplate: 'chatml' }],
    ['a', { target: 'sagemaker:x', chatTemplate: 1 }],
    ['a', { target: nova, defaultMaxOutput: 4096 }],
    ['a', { target: nova, defaultMaxOutput: 'model' }],
    ['a', { target: nova, defaultMaxOutput: 0 }],
    ['a', { target: nova, defaultMaxOutput: 1.5 }],
    ['a', { target: nova, defaultMaxOutput: 'most' }],
    ['a', { target: nova, defaultMaxOutput: 1 }],
    ['a', { target: nova, defaultMaxOutput: 2_147_483_647 }],
    ['a', { target: nova, defaultMaxOutput: 2_147_483_648 }],
    ['a', { target: 'openai:x', defaultMaxOutput: 4096 }],
    ['a', { target: 'openai:x', maxTokensField: 'max_tokens' }],
    ['a', { target: 'sagemaker:x', maxTokensField: 'max_completion_tokens' }],
    ['a', { target: 'openai:x', maxTokensField: 'tokens' }],
    ['a', { target: nova, maxTokensField: 'max_tokens' }],
  ];
  const takes = (read: () => unknown): boolean => {
    try {
      read();
      return true;
    } catch (error) {
      if (error instanceof Flaw || error instanceof InvalidValue) return false;
      throw error;
    }
  };

  test.each(entries)('%j: %j', (name, entry) => {
    const text = JSON.stringify({ [name]: entry });
    expect(takes(() => withAdditionalModels(text, deployed()))).toBe(takes(() => models(text)));
  });
});

describe('the rights of a target', () => {
  const place = { partition: 'aws', account: '123456789012', region: 'us-east-1' };
  const application = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl';
  const ids = [
    'amazon.nova-lite-v1:0',
    'us.amazon.nova-lite-v1:0',
    'eu.amazon.nova-lite-v1:0',
    'us-gov.amazon.nova-lite-v1:0',
    'us.newcomer.model-v1:0',
    'newcomer.model-v1:0',
    'openai.gpt-oss-120b',
    'openai.gpt-oss-120b-1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0',
    application,
    'arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl',
  ];
  const endpoints = ['my-endpoint', 'My-Endpoint', 'my-endpoint/one', 'my-endpoint/One', 'my-endpoint/two', 'two/one'];
  interface Placed {
    readonly backend: string;
    readonly model: string;
    readonly family?: string;
  }
  const places: readonly Placed[] = [
    ...ids.map((model) => ({ backend: 'bedrock', model })),
    { backend: 'bedrock', model: application, family: 'cohere.embed-v4:0' },
    { backend: 'bedrock', model: application, family: 'anthropic.claude-sonnet-4-6' },
    ...endpoints.map((model) => ({ backend: 'sagemaker', model })),
  ];
  const guardrail = { identifier: 'abcdefghijkl', version: '1' };
  const statements = ({ backend, model, family }: Placed, guarded: boolean): readonly string[] => {
    const settings = readSettings({
      // A profile of Europe is called in no region elsewhere.
      'aws:region': model.startsWith('eu.') ? 'eu-west-1' : 'us-east-1',
      'bedrock-gateway:callers': JSON.stringify([{ id: 'support-app', sha256: '0123456789abcdef'.repeat(4) }]),
      'bedrock-gateway:models': JSON.stringify({ name: { target: `${backend}:${model}`, family } }),
      ...(guarded && { 'bedrock-gateway:guardrail': JSON.stringify(guardrail) }),
    });
    if (settings.spending === undefined) throw new Error('nothing is paid for');
    return spendingPolicy(settings.spending, place)
      .Statement.filter(({ Action }) => /Invoke/.test(String(Action)))
      .flatMap(({ Resource, Condition }) => Resource.map((each) => JSON.stringify([each, Condition])));
  };

  test.each(
    places.flatMap((have) => places.flatMap((want) => [false, true].map((guarded) => [have, want, guarded] as const))),
  )('are those of the policy: with %j, %j (guardrail: %s)', (have, want, guarded) => {
    const granted = statements(have, guarded);
    const allowed = statements(want, guarded).every((each) => granted.includes(each));
    expect(isCovered(want, [have], { guarded })).toBe(allowed);
  });
});
