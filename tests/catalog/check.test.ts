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
      newer: { target, maxTokensField: 'max_completion_tokens' },
      shortest: { target, defaultMaxOutput: 1 },
      ['x'.repeat(256)]: { target },
    },
    allowUnmappedBedrockModels: false,
    callers: [{ id: 'app', sha256: '0123456789abcdef'.repeat(4), models: ['tiny'] }],
    callersMaySet: ['s3Location', 'promptVariables', 'guardrailConfig', 'serviceTier', 'performanceConfig'],
    openaiFields: ['top_k'],
    guardrail: { identifier: 'abcdef123456', version: '1' },
    chatTemplates: { mine: { template: '{{ messages }}', stop: ['###'] } },
  };
  expect(checkCatalog(JSON.parse(JSON.stringify(catalog)), known)).toEqual(catalog);
  const withoutStop = { ...catalog, chatTemplates: { mine: { template: 'x' } } };
  expect(checkCatalog(withoutStop, known).chatTemplates).toEqual({ mine: { template: 'x', stop: [] } });
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

const noTarget = 'must be <backend>:<model>, such as bedrock:us.amazon.nova-pro-v1:0';
const noName = 'must be a name of 1 to 256 printable ASCII characters without blanks';
const noTokens = 'models["gpt-4o"].defaultMaxOutput must be a number of tokens, or model';
const noFamily = 'models["gpt-4o"].family must be the id of a model of the family, such as anthropic.claude-sonnet-5';
const noHash = 'callers[0].sha256 must be 64 lower-case hexadecimal digits';
const noFields =
  'callersMaySet must list some of s3Location, promptVariables, guardrailConfig, serviceTier, performanceConfig';

const named = (name: string) => ({ models: { [name]: { target } }, allowUnmappedBedrockModels: true });
const also = (members: object) => ({ models: {}, allowUnmappedBedrockModels: true, ...members });
const sha256 = '0123456789abcdef'.repeat(4);
const caller = (members: object) => also({ callers: [{ id: 'app', sha256, ...members }] });

const flaws: [string, unknown, string][] = [
  ['no object', [], 'the catalog must be an object'],
  ['nothing', null, 'the catalog must be an object'],
  ['no models', { allowUnmappedBedrockModels: true }, 'models must be an object'],
  ['no word on unmapped models', { models: {} }, 'allowUnmappedBedrockModels must be true or false'],
  ['an unknown member', also({ extra: 1 }), 'the catalog has no member "extra"'],
  ['an entry that is a string', models(target), 'models["gpt-4o"] must be an object'],
  ['an unknown member of an entry', models({ target, template: 'x' }), 'models["gpt-4o"] has no member "template"'],
  ['no target', models({}), `models["gpt-4o"].target ${noTarget}`],
  ['a target without a backend', models({ target: 'us.amazon.nova-pro-v1:0' }), `models["gpt-4o"].target ${noTarget}`],
  ['a target of an unknown backend', models({ target: 'openai:gpt-4o' }), `models["gpt-4o"].target ${noTarget}`],
  ['a target of a name of the language', models({ target: 'constructor:x' }), `models["gpt-4o"].target ${noTarget}`],
  ['a model that is none there', models({ target: 'sagemaker:x' }), `models["gpt-4o"].target ${noTarget}`],
  ['an empty target', models({ target: 'bedrock:' }), `models["gpt-4o"].target ${noTarget}`],
  ['a target with a blank', models({ target: 'bedrock:a b' }), `models["gpt-4o"].target ${noTarget}`],
  ['fallbacks that are no list', models({ target, fallbacks: target }), 'models["gpt-4o"].fallbacks must be a list'],
  [
    'a fallback that is no target',
    models({ target, fallbacks: [target, 'x'] }),
    `models["gpt-4o"].fallbacks[1] ${noTarget}`,
  ],
  ['a family that is none', models({ target, family: '' }), noFamily],
  ['a family that is a number', models({ target, family: 5 }), noFamily],
  ['a family with a blank', models({ target, family: 'a b' }), noFamily],
  ['an empty chat template', models({ target, chatTemplate: '' }), 'models["gpt-4o"].chatTemplate must be text'],
  [
    'another field for the length of an answer',
    models({ target, maxTokensField: 'tokens' }),
    'models["gpt-4o"].maxTokensField must be max_tokens or max_completion_tokens',
  ],
  ['an answer of no tokens', models({ target, defaultMaxOutput: 0 }), noTokens],
  ['an answer of half a token', models({ target, defaultMaxOutput: 1.5 }), noTokens],
  ['an answer by a word', models({ target, defaultMaxOutput: 'most' }), noTokens],
  ['a number in a text', models({ target, defaultMaxOutput: '5' }), noTokens],
  ['a name with a blank', named('gpt 4'), `models["gpt 4"] ${noName}`],
  ['a name that is too long', named('x'.repeat(257)), `models["${'x'.repeat(257)}"] ${noName}`],
  ['an empty name', named(''), `models[""] ${noName}`],
  [
    'a star before the end of a name',
    named('gpt-*-mini'),
    'models["gpt-*-mini"] may have a * at its end, and nowhere else',
  ],
  ['two stars', named('**'), 'models["**"] may have a * at its end, and nowhere else'],
  ['callers that are no list', also({ callers: {} }), 'callers must be a list'],
  ['a caller that is a text', also({ callers: ['app'] }), 'callers[0] must be an object'],
  ['a caller without an id', caller({ id: '' }), 'callers[0].id must be text'],
  ['a caller without a hash', caller({ sha256: undefined }), noHash],
  ['a hash in capitals', caller({ sha256: sha256.toUpperCase() }), noHash],
  ['a hash that is too short', caller({ sha256: sha256.slice(1) }), noHash],
  ['models of a caller that are no list', caller({ models: 'x' }), 'callers[0].models must be a list'],
  ['an empty model of a caller', caller({ models: ['x', ''] }), 'callers[0].models[1] must be text'],
  ['an unknown member of a caller', caller({ key: 'x' }), 'callers[0] has no member "key"'],
  ['fields of callers that are no list', also({ callersMaySet: 's3Location' }), 'callersMaySet must be a list'],
  ['an unknown field of callers', also({ callersMaySet: ['s3Location', 'messages'] }), noFields],
  ['a guardrail that is a text', also({ guardrail: 'x' }), 'guardrail must be an object'],
  ['a guardrail without an identifier', also({ guardrail: { version: '1' } }), 'guardrail.identifier must be text'],
  ['a guardrail without a version', also({ guardrail: { identifier: 'x' } }), 'guardrail.version must be text'],
  [
    'an unknown member of a guardrail',
    also({ guardrail: { identifier: 'x', version: '1', trace: 'x' } }),
    'guardrail has no member "trace"',
  ],
  ['usual fields that are no list', also({ openaiFields: 'top_k' }), 'openaiFields must be a list'],
  ['an empty usual field', also({ openaiFields: ['top_k', ''] }), 'openaiFields[1] must be text'],
  ['templates that are a list', also({ chatTemplates: [] }), 'chatTemplates must be an object'],
  ['a template that is a text', also({ chatTemplates: { mine: 'x' } }), 'chatTemplates["mine"] must be an object'],
  ['an empty template', also({ chatTemplates: { mine: {} } }), 'chatTemplates["mine"].template must be text'],
  [
    'stop strings that are no list',
    also({ chatTemplates: { mine: { template: 'x', stop: 'x' } } }),
    'chatTemplates["mine"].stop must be a list',
  ],
  [
    'an empty stop string',
    also({ chatTemplates: { mine: { template: 'x', stop: ['x', ''] } } }),
    'chatTemplates["mine"].stop[1] must be text',
  ],
  [
    'an unknown member of a template',
    also({ chatTemplates: { mine: { template: 'x', eos: 'x' } } }),
    'chatTemplates["mine"] has no member "eos"',
  ],
];

test.each(flaws)('%s is told by its key', (_name, value, message) => {
  expect(() => checkCatalog(value, known)).toThrow(new Error(`catalog.json: ${message}.`));
});
