import type { BackendFactsByName } from '../../function/catalog/catalog.ts';
import { checkCatalog } from '../../function/catalog/check.ts';

const known: BackendFactsByName = {
  bedrock: { isModel: (text) => /^[a-z0-9:./-]+$/.test(text), paidWith: 'bedrock-key' },
  sagemaker: { isModel: (text) => text === 'my-endpoint', paidWith: 'stack', takesTemplates: true },
};
const target = 'bedrock:us.amazon.nova-pro-v1:0';

test('a whole catalog is given as it is', () => {
  const catalog = {
    models: {
      'gpt-4o': { target, fallbacks: [target], family: 'amazon.nova-pro-v1:0' },
      team: { target: 'bedrock:arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc' },
      tiny: { target: 'sagemaker:my-endpoint', chatTemplate: 'mine' },
      'gpt-*': { target },
      '*': { target },
      long: { target, defaultMaxOutput: 'model' },
      short: { target, defaultMaxOutput: 2000 },
      strict: { target, maxTokensField: 'max_tokens' },
    },
    allowUnmappedBedrockModels: false,
    callers: [{ id: 'app', sha256: '0123456789abcdef'.repeat(4), models: ['tiny'] }],
    callersMaySet: ['serviceTier'],
    guardrail: { identifier: 'abcdef123456', version: '1' },
    chatTemplates: { mine: { template: '{{ messages }}', stop: ['###'] } },
  };
  expect(checkCatalog(JSON.parse(JSON.stringify(catalog)), known)).toEqual(catalog);
});

test('a stack that pays for nobody need not say so', () => {
  expect(checkCatalog({ models: {}, allowUnmappedBedrockModels: true }, known)).toEqual({
    models: {},
    allowUnmappedBedrockModels: true,
    callers: [],
    callersMaySet: [],
    chatTemplates: {},
  });
});

const models = (entry: unknown) => ({ models: { 'gpt-4o': entry }, allowUnmappedBedrockModels: true });

const flaws: [string, unknown, string][] = [
  ['no object', [], 'the catalog must be an object'],
  ['nothing', null, 'the catalog must be an object'],
  ['no models', { allowUnmappedBedrockModels: true }, 'models must be an object'],
  ['no word on unmapped models', { models: {} }, 'allowUnmappedBedrockModels must be true or false'],
  [
    'an unknown member',
    { models: {}, allowUnmappedBedrockModels: true, extra: 1 },
    'the catalog has no member "extra"',
  ],
  ['an entry that is a string', models(target), 'models["gpt-4o"] must be an object'],
  ['an unknown member of an entry', models({ target, template: 'x' }), 'models["gpt-4o"] has no member "template"'],
  ['no target', models({}), 'models["gpt-4o"].target must be <backend>:<model>'],
  ['a target without a backend', models({ target: 'us.amazon.nova-pro-v1:0' }), 'models["gpt-4o"].target must be'],
  ['a target of an unknown backend', models({ target: 'openai:gpt-4o' }), 'models["gpt-4o"].target must be'],
  ['a target of a name of the language', models({ target: 'constructor:x' }), 'models["gpt-4o"].target must be'],
  ['a model that is none there', models({ target: 'sagemaker:x' }), 'models["gpt-4o"].target must be'],
  ['an empty target', models({ target: 'bedrock:' }), 'models["gpt-4o"].target must be'],
  ['a target with a blank', models({ target: 'bedrock:a b' }), 'models["gpt-4o"].target must be'],
  ['fallbacks that are no list', models({ target, fallbacks: target }), 'models["gpt-4o"].fallbacks must be a list'],
  [
    'a fallback that is no target',
    models({ target, fallbacks: [target, 'x'] }),
    'models["gpt-4o"].fallbacks[1] must be',
  ],
  ['a family that is none', models({ target, family: '' }), 'models["gpt-4o"].family must be'],
  [
    'another field for the length of an answer',
    models({ target, maxTokensField: 'tokens' }),
    'models["gpt-4o"].maxTokensField must be max_tokens or max_completion_tokens',
  ],
  [
    'an answer of no tokens',
    models({ target, defaultMaxOutput: 0 }),
    'models["gpt-4o"].defaultMaxOutput must be a number of tokens, or model',
  ],
  [
    'a name with a blank',
    { models: { 'gpt 4': { target } }, allowUnmappedBedrockModels: true },
    'models["gpt 4"] must be a name',
  ],
  [
    'a star before the end of a name',
    { models: { 'gpt-*-mini': { target } }, allowUnmappedBedrockModels: true },
    'models["gpt-*-mini"] may have a * at its end, and nowhere else',
  ],
  ['two stars', { models: { '**': { target } }, allowUnmappedBedrockModels: true }, 'models["**"] may have a *'],
  ['an empty name', { models: { '': { target } }, allowUnmappedBedrockModels: true }, 'models[""] must be a name'],
];

test.each(flaws)('%s is told by its key', (_name, value, message) => {
  expect(() => checkCatalog(value, known)).toThrow(`catalog.json: ${message}`);
});
