import { readSettings } from '../../infra/settings.ts';
import { asPulumiTellsIt } from './variants.ts';

const region = { 'aws:region': 'us-east-1' };
const domain = { ...region, 'bedrock-gateway:domain': 'example.com' };
const read = (config: Record<string, unknown>) => readSettings(asPulumiTellsIt(config));

test('an empty config but for the region is a gateway of its own', () => {
  expect(read(region)).toMatchObject({
    region: 'us-east-1',
    domain: undefined,
    streaming: true,
    logRetentionDays: 7,
    runtime: 'nodejs22.x',
    memory: 1024,
    tracing: false,
    restAccessLogs: false,
    environment: { BEDROCK_REGIONS: 'us-east-1', BEDROCK_KEYS: 'any', PROMPT_CACHING: 'auto', CORS_ORIGINS: '' },
    catalog: {
      models: {},
      allowUnmappedBedrockModels: true,
      callers: [],
      callersMaySet: [],
      chatTemplates: {},
    },
    spending: undefined,
    secretArn: undefined,
  });
});

test('other projects and providers keep their keys', () => {
  expect(() => read({ ...region, 'aws:profile': 'dev', 'other:key': 'x' })).not.toThrow();
});

test('a name of the language itself is a name like any other', () => {
  const models = { constructor: { target: 'bedrock:amazon.nova-lite-v1:0' } };
  expect(read({ ...region, 'bedrock-gateway:models': models }).catalog.models).toEqual(models);
});

test.each([
  'amazon.nova-lite-v1:0',
  'us.anthropic.claude-sonnet-4-6',
  'meta.llama3-1-8b-instruct-v1:0:128k',
  'abcdefghijkl',
  'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
  'arn:aws-us-gov:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl',
  'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
  'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
])('the target bedrock:%s is taken', (id) => {
  const models = { m: { target: `bedrock:${id}` } };
  expect(read({ ...region, 'bedrock-gateway:models': models }).catalog.models).toEqual(models);
});

/** What is set beside the base, which key the error names, and what it tells to do. */
type Refusal = [base: object, config: Record<string, unknown>, key: string, fix: string];

const models = (value: unknown): Record<string, unknown> => ({ 'bedrock-gateway:models': value });
const target = (value: unknown): Record<string, unknown> => models({ m: { target: value } });
const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/x';

const refusals: Refusal[] = [
  [{}, {}, 'aws:region', 'pulumi config set aws:region us-east-1'],
  [{}, { 'aws:region': 'virginia' }, 'aws:region', 'pulumi config set aws:region us-east-1'],
  [
    region,
    { 'bedrock-gateway:domian': 'example.com' },
    'bedrock-gateway:domian',
    'pulumi config rm bedrock-gateway:domian',
  ],
  [region, { 'bedrock-gateway:toString': 'x' }, 'bedrock-gateway:toString', 'pulumi config rm'],
  [region, { 'bedrock-gateway:domain': 'https://example.com' }, 'bedrock-gateway:domain', 'pulumi config set domain'],
  [region, { 'bedrock-gateway:domain': '' }, 'bedrock-gateway:domain', 'pulumi config set domain'],
  [domain, { 'bedrock-gateway:subdomain': 'Open_AI' }, 'bedrock-gateway:subdomain', 'pulumi config set subdomain'],
  [
    domain,
    { 'bedrock-gateway:hostedZoneId': 'example.com' },
    'bedrock-gateway:hostedZoneId',
    'pulumi config set hostedZoneId',
  ],
  [domain, { 'bedrock-gateway:dns': 'no' }, 'bedrock-gateway:dns', 'must be true or false'],
  [
    domain,
    { 'bedrock-gateway:certificateArn': 'arn:x' },
    'bedrock-gateway:certificateArn',
    'pulumi config set certificateArn',
  ],
  [region, { 'bedrock-gateway:bedrockRegions': 'us-east-1' }, 'bedrock-gateway:bedrockRegions', 'must be a list'],
  [region, { 'bedrock-gateway:bedrockRegions': [] }, 'bedrock-gateway:bedrockRegions', 'at least one entry'],
  [region, { 'bedrock-gateway:bedrockRegions': ['us-east-1', 'us-east-1'] }, 'bedrock-gateway:bedrockRegions', 'twice'],
  [region, { 'bedrock-gateway:bedrockRegions': ['moon'] }, 'bedrock-gateway:bedrockRegions', 'such as us-east-1'],
  [
    region,
    { 'bedrock-gateway:allowUnmappedBedrockModels': 'yes' },
    'bedrock-gateway:allowUnmappedBedrockModels',
    'true or false',
  ],
  [region, { 'bedrock-gateway:bedrockKeys': 'all' }, 'bedrock-gateway:bedrockKeys', 'any, none or a list'],
  [region, { 'bedrock-gateway:bedrockKeys': [12345678901] }, 'bedrock-gateway:bedrockKeys', 'quote it'],
  [region, { 'bedrock-gateway:streaming': 'maybe' }, 'bedrock-gateway:streaming', 'true or false'],
  [region, { 'bedrock-gateway:cors': ['example.com'] }, 'bedrock-gateway:cors', 'such as https://app.example.com'],
  [region, { 'bedrock-gateway:cors': ['https://example.com/'] }, 'bedrock-gateway:cors', 'no path'],
  [region, { 'bedrock-gateway:throttle': { rate: 5 } }, 'bedrock-gateway:throttle', 'lacks the member burst'],
  [region, { 'bedrock-gateway:throttle': { rate: 0, burst: 5 } }, 'bedrock-gateway:throttle', 'whole number from 1'],
  [
    region,
    { 'bedrock-gateway:throttle': { rate: 1, burst: 5, limit: 1 } },
    'bedrock-gateway:throttle',
    'no member "limit"',
  ],
  [region, { 'bedrock-gateway:throttle': 5 }, 'bedrock-gateway:throttle', 'must be a map'],
  [region, { 'bedrock-gateway:logRetentionDays': 8 }, 'bedrock-gateway:logRetentionDays', '1, 3, 5, 7'],
  [
    region,
    { 'bedrock-gateway:logRetentionDays': 0 },
    'bedrock-gateway:logRetentionDays',
    'pulumi config set logRetentionDays 7',
  ],
  [region, { 'bedrock-gateway:runtime': 'nodejs20.x' }, 'bedrock-gateway:runtime', 'nodejs22.x, nodejs24.x'],
  [region, { 'bedrock-gateway:memory': 64 }, 'bedrock-gateway:memory', 'from 128 to 10240'],
  [region, { 'bedrock-gateway:memory': '1e3' }, 'bedrock-gateway:memory', 'pulumi config set memory 1024'],
  [region, { 'bedrock-gateway:reservedConcurrency': -1 }, 'bedrock-gateway:reservedConcurrency', 'from 0'],
  [
    region,
    { 'bedrock-gateway:reservedConcurrency': { all: 1 } },
    'bedrock-gateway:reservedConcurrency',
    'buffered, streaming',
  ],
  [region, { 'bedrock-gateway:provisionedConcurrency': 0 }, 'bedrock-gateway:provisionedConcurrency', 'from 1'],
  [region, { 'bedrock-gateway:tracing': 1 }, 'bedrock-gateway:tracing', 'true or false'],
  [region, { 'bedrock-gateway:restAccessLogs': 'on' }, 'bedrock-gateway:restAccessLogs', 'true or false'],
  [region, { 'bedrock-gateway:promptCaching': 'true' }, 'bedrock-gateway:promptCaching', 'off, auto, always'],
  [region, models('gpt-4o'), 'bedrock-gateway:models', 'map of names to targets'],
  [region, models({ m: 'bedrock:amazon.nova-lite-v1:0' }), 'bedrock-gateway:models', '"m" that must be a map'],
  [region, models({ m: {} }), 'bedrock-gateway:models', 'lacks the member target'],
  [region, models({ 'a b': { target: 'bedrock:x' } }), 'bedrock-gateway:models', 'names "a b"'],
  [region, models({ ['a'.repeat(257)]: { target: 'bedrock:x' } }), 'bedrock-gateway:models', '1 to 256'],
  [region, models({ __proto_: { target: 'bedrock:x' } }), 'bedrock-gateway:models', '__proto_'],
  [region, models({ m: { target: 'bedrock:x', fallback: [] } }), 'bedrock-gateway:models', 'no member "fallback"'],
  [region, models({ m: { target: 'bedrock:x', fallbacks: 'bedrock:y' } }), 'bedrock-gateway:models', 'not a list'],
  [
    region,
    models({ m: { target: 'bedrock:x', fallbacks: ['bedrock:x'] } }),
    'bedrock-gateway:models',
    'one target twice',
  ],
  [region, models({ m: { target: 'bedrock:x', family: 'a b' } }), 'bedrock-gateway:models', 'family'],
  [region, target('amazon.nova-lite-v1:0'), 'bedrock-gateway:models', 'begin with one of bedrock:, bedrock-openai:'],
  [region, target('bedrock'), 'bedrock-gateway:models', 'begin with one of'],
  [region, target('toString:x'), 'bedrock-gateway:models', 'begin with one of'],
  [region, target('bedrock:'), 'bedrock-gateway:models', 'write "bedrock:"'],
  [region, target('bedrock:arn:aws:s3:::bucket'), 'bedrock-gateway:models', 'write "bedrock:"'],
  [region, target('bedrock:x/../y'), 'bedrock-gateway:models', 'write "bedrock:"'],
  [region, target(5), 'bedrock-gateway:models', 'not text'],
  [
    region,
    target('bedrock:arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0'),
    'bedrock-gateway:models',
    "pulumi config set --path 'bedrockRegions[1]' eu-west-1",
  ],
];

test.each(refusals)('%j with %j: the error names %s and the fix', (base, config, key, fix) => {
  const attempt = () => read({ ...base, ...config });
  expect(attempt).toThrow(key);
  expect(attempt).toThrow(fix);
});

const conflicts: Refusal[] = [
  [region, { 'bedrock-gateway:subdomain': 'llm' }, 'bedrock-gateway:subdomain', 'pulumi config set domain'],
  [region, { 'bedrock-gateway:dns': false }, 'bedrock-gateway:dns', 'pulumi config set domain'],
  [
    region,
    { 'bedrock-gateway:certificateArn': certificate },
    'bedrock-gateway:certificateArn',
    'pulumi config set domain',
  ],
  [
    region,
    { 'bedrock-gateway:hostedZoneId': 'Z0123456789' },
    'bedrock-gateway:hostedZoneId',
    'pulumi config set domain',
  ],
  [domain, { 'bedrock-gateway:dns': false }, 'bedrock-gateway:certificateArn', 'pulumi config set certificateArn'],
  [
    domain,
    {
      'bedrock-gateway:dns': false,
      'bedrock-gateway:certificateArn': certificate,
      'bedrock-gateway:hostedZoneId': 'Z0123456789',
    },
    'bedrock-gateway:hostedZoneId',
    'pulumi config rm hostedZoneId',
  ],
  [
    domain,
    { 'bedrock-gateway:certificateArn': certificate.replace('us-east-1', 'eu-west-1') },
    'bedrock-gateway:certificateArn',
    'Issue one there',
  ],
  [
    domain,
    { 'bedrock-gateway:subdomain': `${'a'.repeat(62)}.`.repeat(4).slice(0, -1) },
    'bedrock-gateway:subdomain',
    '253',
  ],
  [region, { 'bedrock-gateway:streaming': false }, 'bedrock-gateway:streaming', 'pulumi config set domain'],
  [
    domain,
    { 'bedrock-gateway:streaming': false, 'bedrock-gateway:restAccessLogs': true },
    'bedrock-gateway:restAccessLogs',
    'pulumi config rm restAccessLogs',
  ],
  [region, { 'bedrock-gateway:cors': ['*', 'https://example.com'] }, 'bedrock-gateway:cors', 'Remove the rest'],
  [
    region,
    { 'bedrock-gateway:bedrockKeys': Array.from({ length: 300 }, (_, n) => String(100_000_000_000 + n)) },
    'bedrock-gateway:bedrockKeys',
    'Shorten the lists',
  ],
  [
    region,
    { 'bedrock-gateway:reservedConcurrency': 1, 'bedrock-gateway:provisionedConcurrency': { streaming: 2 } },
    'bedrock-gateway:provisionedConcurrency',
    "pulumi config set --path 'provisionedConcurrency.streaming' 1",
  ],
  [
    region,
    { 'bedrock-gateway:allowUnmappedBedrockModels': false },
    'bedrock-gateway:allowUnmappedBedrockModels',
    "pulumi config set --path 'models.gpt-4o.target'",
  ],
];

test.each(conflicts)('%j with %j: keys that do not go together name %s and the fix', (base, config, key, fix) => {
  const attempt = () => read({ ...base, ...config });
  expect(attempt).toThrow(key);
  expect(attempt).toThrow(fix);
});

test('all that is wrong is told at once', () => {
  const attempt = () => read({ 'bedrock-gateway:memory': 1, 'bedrock-gateway:runtime': 'deno' });
  expect(attempt).toThrow(/aws:region[^]*bedrock-gateway:runtime[^]*bedrock-gateway:memory/);
});

test('a long wrong value is not repeated whole', () => {
  const attempt = () => read({ ...region, 'bedrock-gateway:runtime': 'x'.repeat(500) });
  expect(attempt).not.toThrow('x'.repeat(100));
});
