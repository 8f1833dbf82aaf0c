import { createHash } from 'node:crypto';

import { readSettings } from '../../infra/settings.ts';
import { asPulumiTellsIt } from './variants.ts';

const region = { 'aws:region': 'us-east-1' };
const tokenHash = '0123456789abcdef'.repeat(4);
const domain = { ...region, 'bedrock-gateway:domain': 'example.com' };
const read = (config: Record<string, unknown>) => readSettings(asPulumiTellsIt(config));

test('a config with a region only makes a complete gateway', () => {
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
    gatewayKeys: undefined,
  });
});

test('failover regions are in the environment of the functions, and must be among bedrockRegions', () => {
  const regions = { ...region, 'bedrock-gateway:bedrockRegions': ['us-east-1', 'us-west-2'] };
  const failover = (names: string[]) => read({ ...regions, 'bedrock-gateway:failoverRegions': names });
  expect(failover(['us-west-2']).environment.BEDROCK_FAILOVER_REGIONS).toBe('us-west-2');
  expect(read(regions).environment).not.toHaveProperty('BEDROCK_FAILOVER_REGIONS');
  expect(() => failover(['us-west-2', 'eu-west-1'])).toThrow(
    "bedrock-gateway:failoverRegions names eu-west-1, where calls may not go. Set it with: npx pulumi config set --path 'bedrockRegions[0]' us-east-1 && npx pulumi config set --path 'bedrockRegions[1]' us-west-2 && npx pulumi config set --path 'bedrockRegions[2]' eu-west-1",
  );
});

test('bedrockMantle is in the environment of the functions where it is true', () => {
  const settings = (value: unknown) => read({ ...region, 'bedrock-gateway:bedrockMantle': value }).environment;
  expect(settings(true).BEDROCK_MANTLE).toBe('true');
  expect(settings(false)).not.toHaveProperty('BEDROCK_MANTLE');
});

test('the log level is in the environment of the functions unless it is the default', () => {
  const level = (logLevel: string) => read({ ...region, 'bedrock-gateway:logLevel': logLevel }).environment;
  expect(level('debug').GATEWAY_LOG_LEVEL).toBe('debug');
  expect(level('info')).not.toHaveProperty('GATEWAY_LOG_LEVEL');
  expect(() => level('trace')).toThrow('bedrock-gateway:logLevel must be one of error, warn, info, debug, not "trace"');
});

test.each([
  [region, true, { origins: [] }],
  [domain, true, { origin: 'https://openai.example.com', origins: [] }],
  [region, { origins: ['http://localhost:*'] }, { origins: ['http://localhost:*'] }],
])(
  'the catalog of an MCP server names its origin if the stack has a domain, and those of pages',
  (config, mcp, told) => {
    expect(read({ ...config, 'bedrock-gateway:mcp': mcp }).catalog.mcp).toEqual(told);
  },
);

test.each([{}, { 'bedrock-gateway:mcp': false }])('with %j there is no MCP server', (config) => {
  expect(read({ ...region, ...config }).catalog).not.toHaveProperty('mcp');
});

test('keys of other projects and providers are ignored', () => {
  expect(() => read({ ...region, 'aws:profile': 'dev', 'other:key': 'x' })).not.toThrow();
});

test('names of built-in properties are ordinary model names', () => {
  const models = { constructor: { target: 'bedrock:amazon.nova-lite-v1:0' } };
  expect(read({ ...region, 'bedrock-gateway:models': models }).catalog.models).toEqual(models);
});

test('a model name may be `*` or end with it', () => {
  const models = {
    'gpt-*': { target: 'bedrock:amazon.nova-lite-v1:0' },
    '*': { target: 'bedrock:amazon.nova-lite-v1:0' },
  };
  const callers = [{ id: 'app', sha256: tokenHash, models: ['gpt-*', '*', 'gpt-4.1', 'o1'] }];
  const config = { ...region, 'bedrock-gateway:models': models, 'bedrock-gateway:callers': callers };
  expect(read(config).catalog).toMatchObject({ models, callers });
});

test.each([
  'amazon.nova-lite-v1:0',
  'us.anthropic.claude-sonnet-4-6',
  'meta.llama3-1-8b-instruct-v1:0:128k',
  'abcdefghijkl',
  'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl',
  'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
  'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
])('the target bedrock:%s is accepted', (id) => {
  const models = { m: { target: `bedrock:${id}` } };
  expect(read({ ...region, 'bedrock-gateway:models': models }).catalog.models).toEqual(models);
});

const callers = { 'bedrock-gateway:callers': [{ id: 'support-app', sha256: tokenHash }] };
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/openai-AbCdEf';
const secret = { 'bedrock-gateway:openaiKeyArn': secretArn };

test.each([
  'bedrock-openai:openai.gpt-oss-120b-1:0',
  'bedrock-openai:arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.openai.gpt-oss-120b-1:0',
  'sagemaker:My-Endpoint-1',
  'sagemaker:my-endpoint/My-Component-1',
  `sagemaker:${'a'.repeat(63)}`,
])('the target %s is accepted', (named) => {
  expect(read({ ...region, ...callers, ...target(named) }).catalog.models).toEqual({ m: { target: named } });
});

test.each(['gpt-4o-mini', 'org/model:free', 'a'.repeat(256)])('the target openai:%s is accepted', (name) => {
  const config = { ...region, ...callers, ...secret, ...target(`openai:${name}`) };
  expect(read(config).catalog.models).toEqual({ m: { target: `openai:${name}` } });
});

test('openaiFields may be an empty list', () => {
  expect(read({ ...region, 'bedrock-gateway:openaiFields': [] }).catalog.openaiFields).toEqual([]);
  expect(read(region).catalog).not.toHaveProperty('openaiFields');
  expect(read(region).environment).not.toHaveProperty('OPENAI_FETCHES_URLS');
});

test('callers, templates and the OpenAI backend of the config reach the function', () => {
  const settings = read({
    ...region,
    ...secret,
    'bedrock-gateway:callers': [
      { id: 'support-app', sha256: tokenHash, models: ['mini', 'amazon.nova-lite-v1:0'] },
      { id: 42, sha256: tokenHash.replaceAll('a', 'b') },
    ],
    'bedrock-gateway:callersMaySet': ['s3Location', 'guardrailConfig'],
    'bedrock-gateway:guardrail': { identifier: 'abcdef123456', version: 'DRAFT' },
    'bedrock-gateway:openaiBaseUrl': 'https://llm.example.com:8443/v1/',
    'bedrock-gateway:openaiTimeoutSeconds': 900,
    'bedrock-gateway:openaiFetchesUrls': true,
    'bedrock-gateway:openaiFields': ['top_k', 'kv_transfer_params'],
    'bedrock-gateway:chatTemplates': { mine: { template: '{{ messages }}' }, plain: { template: 'x', stop: ['###'] } },
    ...models({
      mini: { target: 'openai:gpt-4o-mini', maxTokensField: 'max_tokens' },
      base: { target: 'sagemaker:base', fallbacks: ['bedrock:amazon.nova-lite-v1:0'], chatTemplate: 'mine' },
      long: { target: 'bedrock:us.anthropic.claude-sonnet-5', defaultMaxOutput: 'model' },
    }),
    'bedrock-gateway:defaultMaxOutput': 8000,
  });
  expect(settings.catalog).toEqual({
    models: {
      mini: { target: 'openai:gpt-4o-mini', maxTokensField: 'max_tokens' },
      base: { target: 'sagemaker:base', fallbacks: ['bedrock:amazon.nova-lite-v1:0'], chatTemplate: 'mine' },
      long: { target: 'bedrock:us.anthropic.claude-sonnet-5', defaultMaxOutput: 'model' },
    },
    allowUnmappedBedrockModels: true,
    callers: [
      { id: 'support-app', sha256: tokenHash, models: ['mini', 'amazon.nova-lite-v1:0'] },
      { id: '42', sha256: tokenHash.replaceAll('a', 'b') },
    ],
    callersMaySet: ['s3Location', 'guardrailConfig'],
    guardrail: { identifier: 'abcdef123456', version: 'DRAFT' },
    chatTemplates: { mine: { template: '{{ messages }}', stop: [] }, plain: { template: 'x', stop: ['###'] } },
    openaiFields: ['top_k', 'kv_transfer_params'],
  });
  expect(settings.environment).toMatchObject({
    DEFAULT_MAX_OUTPUT: '8000',
    OPENAI_BASE_URL: 'https://llm.example.com:8443/v1',
    OPENAI_KEY_ARN: secretArn,
    OPENAI_TIMEOUT_SECONDS: '900',
    OPENAI_FETCHES_URLS: 'true',
  });
});

const parameter = { 'bedrock-gateway:modelsParameter': '/bedrock-gateway/models' };

test.each(['models', 'my_models.v2', '/bedrock-gateway/models', `/${'a/'.repeat(14)}b`])(
  'the parameter %s may hold further names',
  (name) => {
    const { modelsParameter, environment } = read({ ...region, 'bedrock-gateway:modelsParameter': name });
    expect([modelsParameter, environment.MODELS_PARAMETER]).toEqual([name, name]);
  },
);

test('with modelsParameter, settings for later models are accepted', () => {
  const later = { ...region, ...parameter, ...secret, 'bedrock-gateway:openaiTimeoutSeconds': 60 };
  expect(read({ ...later, ...listed({ id: 'a', sha256: tokenHash, models: ['later'] }) }).catalog.models).toEqual({});
  expect(read({ ...region, ...parameter, 'bedrock-gateway:allowUnmappedBedrockModels': false }).catalog).toMatchObject({
    models: {},
  });
});

const keys = { 'bedrock-gateway:gatewayKeys': true };
const issuing = (config: Record<string, unknown>, stack: string) =>
  readSettings(asPulumiTellsIt({ ...region, ...keys, ...config }), 'bedrock-gateway', stack);

test('gateway keys have the name of the stack and a first admin key of the first generation', () => {
  expect(issuing({}, 'acme').gatewayKeys).toEqual({ stack: 'acme', adminGeneration: 1 });
  expect(issuing({ 'bedrock-gateway:adminKeyGeneration': 3 }, 'acme').gatewayKeys).toEqual({
    stack: 'acme',
    adminGeneration: 3,
  });
});

test.each(['dev', 'proj-a', 'Admin', 'team_1.prod', 'a'.repeat(64)])('the stack %s can issue gateway keys', (stack) => {
  expect(issuing({}, stack).gatewayKeys?.stack).toBe(stack);
});

test.each([
  ['proj', 'keys that begin with sk-proj-, as keys of OpenAI do, because the stack is called proj'],
  ['svcacct', 'sk-svcacct-'],
  ['admin', 'sk-admin-'],
  ['a'.repeat(65), '1 to 64 letters, digits and . _ -'],
  ['a/b', '1 to 64 letters, digits and . _ -'],
])('the stack %s can issue no gateway keys', (stack, problem) => {
  const attempt = () => issuing({}, stack);
  expect(attempt).toThrow('bedrock-gateway:gatewayKeys makes keys');
  expect(attempt).toThrow(problem);
  expect(attempt).toThrow('Rename the stack with: npx pulumi stack rename <name>');
  expect(readSettings(asPulumiTellsIt(region), 'bedrock-gateway', stack).gatewayKeys).toBeUndefined();
});

test('holders of gateway keys are callers for whom the stack pays', () => {
  const config = {
    ...region,
    ...keys,
    ...models({ m: { target: 'bedrock:amazon.nova-lite-v1:0', fallbacks: ['sagemaker:y'] } }),
    'bedrock-gateway:bedrockKeys': 'none',
    'bedrock-gateway:callersMaySet': ['serviceTier'],
    'bedrock-gateway:guardrail': { identifier: 'abc', version: 1 },
  };
  expect(read(config).spending).toMatchObject({ bedrockModels: ['amazon.nova-lite-v1:0'], endpoints: ['y'] });
});

const limits = (value: unknown): Record<string, unknown> => ({ 'bedrock-gateway:limits': value });
const perKey = { requestsPerMinute: 60, tokensPerMinute: 2_147_483_647 };

test('limits reach the function, and with them comes the usage table, as with gateway keys', () => {
  const set = { perKey, perJwtCaller: { requestsPerDay: 1 } };
  const jwt = { 'bedrock-gateway:jwt': [{ issuer: 'https://login.example.com', audience: 'a' }] };
  const { catalog, countsUsage } = read({ ...region, ...keys, ...jwt, ...limits(set) });
  expect(catalog.limits).toEqual({
    perKey: { requestsPerMinute: 60 },
    perJwtCaller: { requestsPerDay: 1 },
  });
  expect(countsUsage).toBe(true);
  const open = read({ ...region, ...keys, ...limits({ whenUnavailable: 'open' }) });
  expect(open.catalog.limits).toEqual({ whenUnavailable: 'open' });
  expect(read({ ...region, ...jwt, ...limits({ perJwtCaller: { requestsPerDay: 1 } }) }).countsUsage).toBe(true);
  expect([read({ ...region, ...keys }).countsUsage, read({ ...region, ...jwt }).countsUsage]).toEqual([true, false]);
  expect(read({ ...region, ...keys }).catalog).not.toHaveProperty('limits');
});

test('a registered caller may belong to a project', () => {
  const caller = { id: 'batch', sha256: tokenHash, project: 'proj_0123456789Ab' };
  expect(read({ ...region, ...keys, ...listed(caller) }).catalog.callers).toEqual([caller]);
});

const prices = (value: unknown): Record<string, unknown> => ({ 'bedrock-gateway:prices': value });

test('prices in USD per million tokens reach the function as whole numbers of 10⁻¹² USD per token', () => {
  const own = {
    fast: { input: 0.1, output: '2.50' },
    'openai:gpt-4o': { input: 2.5, output: 10, cacheRead: '0.000001', cacheWrite: 0 },
    'us.amazon.nova-pro-v1:0': { input: 1, output: 99_999 },
  };
  const config = { ...keys, ...target('bedrock:amazon.nova-lite-v1:0'), ...prices(own) };
  const named = { 'bedrock-gateway:models': { fast: { target: 'bedrock:amazon.nova-lite-v1:0' } } };
  expect(read({ ...region, ...config, ...named }).catalog.prices).toEqual({
    fast: { input: 100_000, output: 2_500_000, cacheRead: 100_000, cacheWrite: 100_000 },
    'openai:gpt-4o': { input: 2_500_000, output: 10_000_000, cacheRead: 1, cacheWrite: 0 },
    'us.amazon.nova-pro-v1:0': {
      input: 1_000_000,
      output: 99_999_000_000,
      cacheRead: 1_000_000,
      cacheWrite: 1_000_000,
    },
  });
  expect(read({ ...region, ...keys }).catalog).not.toHaveProperty('prices');
});

const storage = (value: unknown): Record<string, unknown> => ({ 'bedrock-gateway:storage': value });
const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';

test('storage is off by default, and an empty map turns it on with the defaults', () => {
  expect(read(region)).toMatchObject({ storage: undefined });
  expect(read(region).catalog).not.toHaveProperty('storage');
  const defaults = { retentionDays: 30, maxFileMegabytes: 512, maxOwnerMegabytes: 10_240, maxOwnerFiles: 1_000 };
  expect(read({ ...region, ...storage({}) })).toMatchObject({
    storage: { ...defaults, bedrockKeys: false, storeByDefault: false, deletionProtection: true },
    catalog: { storage: { ...defaults, bedrockKeys: false, storeByDefault: false } },
  });
});

test('of storage the function learns what concerns requests', () => {
  const bounds = { retentionDays: 1, maxFileMegabytes: 5, maxOwnerMegabytes: 50, maxOwnerFiles: 7 };
  const set = { ...bounds, bedrockKeys: true, storeByDefault: true };
  const { catalog, storage: settings } = read({
    ...region,
    ...storage({ ...set, kmsKeyArn, deletionProtection: false }),
  });
  expect(catalog.storage).toEqual(set);
  expect(settings).toEqual({ ...set, kmsKeyArn, deletionProtection: false });
});

/** Base config, further keys, the key that the error names, and a part of its fix. */
type Refusal = [base: object, config: Record<string, unknown>, key: string, fix: string];

const models = (value: unknown): Record<string, unknown> => ({ 'bedrock-gateway:models': value });
const target = (value: unknown): Record<string, unknown> => models({ m: { target: value } });
const listed = (...entries: unknown[]): Record<string, unknown> => ({ 'bedrock-gateway:callers': entries });
const emptyHash = createHash('sha256').digest('hex');
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
  [
    region,
    { 'bedrock-gateway:cors': ['https://example.com:*'] },
    'bedrock-gateway:cors',
    'http://localhost:* for any port',
  ],
  [region, { 'bedrock-gateway:cors': ['https://*.example.com'] }, 'bedrock-gateway:cors', 'no path'],
  [region, { 'bedrock-gateway:throttle': { rate: 5 } }, 'bedrock-gateway:throttle', 'lacks the field burst'],
  [region, { 'bedrock-gateway:throttle': { rate: 0, burst: 5 } }, 'bedrock-gateway:throttle', 'whole number from 1'],
  [
    region,
    { 'bedrock-gateway:throttle': { rate: 1, burst: 5, limit: 1 } },
    'bedrock-gateway:throttle',
    'no field "limit"',
  ],
  [region, { 'bedrock-gateway:throttle': 5 }, 'bedrock-gateway:throttle', 'must be a map'],
  [region, { 'bedrock-gateway:throttle': 'many' }, 'bedrock-gateway:throttle', 'must be a map'],
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
  [region, { 'bedrock-gateway:bedrockMantle': 'yes' }, 'bedrock-gateway:bedrockMantle', 'true or false'],
  [region, { 'bedrock-gateway:tracing': 1 }, 'bedrock-gateway:tracing', 'true or false'],
  [region, { 'bedrock-gateway:restAccessLogs': 'on' }, 'bedrock-gateway:restAccessLogs', 'true or false'],
  [region, { 'bedrock-gateway:promptCaching': 'true' }, 'bedrock-gateway:promptCaching', 'off, auto, always'],
  [region, { 'bedrock-gateway:defaultMaxOutput': 0 }, 'bedrock-gateway:defaultMaxOutput', 'number of tokens or model'],
  [region, { 'bedrock-gateway:defaultMaxOutput': 'all' }, 'bedrock-gateway:defaultMaxOutput', 'not "all"'],
  [region, models({ m: { target: 'bedrock:x', defaultMaxOutput: 1.5 } }), 'bedrock-gateway:models', 'not "1.5"'],
  [region, models({ m: { target: 'bedrock:x', defaultMaxOutput: null } }), 'bedrock-gateway:models', 'no value at .m.'],
  [
    region,
    models({ m: { target: 'openai:x', defaultMaxOutput: 10 } }),
    'bedrock-gateway:models',
    'no target that begins with bedrock:',
  ],
  [
    region,
    models({ m: { target: 'openai:x', maxTokensField: 'tokens' } }),
    'bedrock-gateway:models',
    'neither max_tokens nor max_completion_tokens',
  ],
  [
    region,
    models({ m: { target: 'bedrock:x', maxTokensField: 'max_tokens' } }),
    'bedrock-gateway:models',
    'no target that begins with openai: or sagemaker:',
  ],
  [region, models('gpt-4o'), 'bedrock-gateway:models', 'map of names to targets'],
  [region, models({ m: 'bedrock:amazon.nova-lite-v1:0' }), 'bedrock-gateway:models', '"m" that must be a map'],
  [region, models({ m: {} }), 'bedrock-gateway:models', 'lacks the field target'],
  [region, models({ 'a b': { target: 'bedrock:x' } }), 'bedrock-gateway:models', 'names "a b"'],
  [region, models({ ['a'.repeat(257)]: { target: 'bedrock:x' } }), 'bedrock-gateway:models', '1 to 256'],
  [region, models({ 'gpt-*-mini': { target: 'bedrock:x' } }), 'bedrock-gateway:models', 'a * at its end'],
  [region, models({ '**': { target: 'bedrock:x' } }), 'bedrock-gateway:models', 'names "**"'],
  [region, models({ '-*': { target: 'bedrock:x' } }), 'bedrock-gateway:models', 'names "-*"'],
  [region, models({ __proto_: { target: 'bedrock:x' } }), 'bedrock-gateway:models', '__proto_'],
  [region, models({ m: { target: 'bedrock:x', fallback: [] } }), 'bedrock-gateway:models', 'no field "fallback"'],
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
    "npx pulumi config set --path 'bedrockRegions[0]' us-east-1 && npx pulumi config set --path 'bedrockRegions[1]' eu-west-1",
  ],
  [
    region,
    target('bedrock-openai:arn:aws:bedrock:us-east-1::foundation-model/x'),
    'bedrock-gateway:models',
    'a model id',
  ],
  [region, target('openai:'), 'bedrock-gateway:models', 'the name that the model has there'],
  [region, target('openai:a b'), 'bedrock-gateway:models', 'without blanks'],
  [region, target(`openai:${'a'.repeat(257)}`), 'bedrock-gateway:models', 'at most 256'],
  [region, target('sagemaker:my_endpoint'), 'bedrock-gateway:models', 'letters, digits and hyphens'],
  [region, target('sagemaker:my-endpoint/'), 'bedrock-gateway:models', 'inference component'],
  [region, target('sagemaker:/my-component'), 'bedrock-gateway:models', 'inference component'],
  [region, target('sagemaker:my-endpoint/a/b'), 'bedrock-gateway:models', 'inference component'],
  [region, target('sagemaker:my-endpoint/a b'), 'bedrock-gateway:models', 'inference component'],
  [region, target(`sagemaker:${'a'.repeat(64)}`), 'bedrock-gateway:models', '1 to 63'],
  [region, models({ m: { target: 'bedrock:x', chatTemplate: 'chatml' } }), 'bedrock-gateway:models', 'sagemaker:'],
  [region, models({ m: { target: 'sagemaker:x', chatTemplate: 1 } }), 'bedrock-gateway:models', 'not the name of one'],
  [
    region,
    listed('support-app'),
    'bedrock-gateway:callers',
    "pulumi config set --path 'callers[0].id' support-app && npx pulumi config set --path 'callers[0].sha256' <hash>",
  ],
  [region, { 'bedrock-gateway:callers': [] }, 'bedrock-gateway:callers', 'must be a list of maps'],
  [
    region,
    { 'bedrock-gateway:callers': { 'support-app': tokenHash } },
    'bedrock-gateway:callers',
    'must be a list of maps',
  ],
  [region, listed({ id: 'support-app' }), 'bedrock-gateway:callers', '64 lower-case'],
  [region, listed({ id: 'support-app', sha256: tokenHash.toUpperCase() }), 'bedrock-gateway:callers', 'shasum -a 256'],
  [region, listed({ id: 'a b', sha256: tokenHash }), 'bedrock-gateway:callers', '[0] whose id'],
  [region, listed({ id: 'a'.repeat(65), sha256: tokenHash }), 'bedrock-gateway:callers', '1 to 64'],
  [
    region,
    listed({ id: 'support-app', sha256: tokenHash, model: 'm' }),
    'bedrock-gateway:callers',
    'none of id, sha256, models',
  ],
  [region, listed({ id: 'support-app', sha256: tokenHash, models: [] }), 'bedrock-gateway:callers', 'leave it out'],
  [region, listed({ id: 'support-app', sha256: tokenHash, models: 'm' }), 'bedrock-gateway:callers', 'list of names'],
  [region, listed({ id: 'a', sha256: emptyHash }), 'bedrock-gateway:callers', '$KEY was not set'],
  [
    region,
    listed({ id: 'a', sha256: tokenHash }, { id: 'a', sha256: tokenHash.replaceAll('a', 'b') }),
    'bedrock-gateway:callers',
    '[1] whose id another',
  ],
  [
    region,
    listed({ id: 'a', sha256: tokenHash }, { id: 'b', sha256: tokenHash }),
    'bedrock-gateway:callers',
    '[1] whose sha256 another',
  ],
  [region, { 'bedrock-gateway:gatewayKeys': 'yes' }, 'bedrock-gateway:gatewayKeys', 'must be true or false'],
  ...[0, 1_000_001, 1.5].map((generation): Refusal => [
    { ...region, ...keys },
    { 'bedrock-gateway:adminKeyGeneration': generation },
    'bedrock-gateway:adminKeyGeneration',
    'a whole number from 1 to 1000000',
  ]),
  ...(
    [
      ['2.50', 'must be a map of model names or targets to prices'],
      [{ m: 2.5 }, 'has an entry "m" that must be a map, not "2.5"'],
      [{ m: { input: 1 } }, 'has an entry "m" that lacks the field output'],
      [
        { m: { input: 1, output: 2, cached: 1 } },
        'has no field "cached": it takes input, output, cacheRead, cacheWrite',
      ],
      [{ m: { input: '1 USD', output: 2 } }, 'the input "1 USD": write USD per million tokens, such as 2.5'],
      [{ m: { input: 1, output: 1e-7 } }, 'with at most six decimals'],
      [{ m: { input: -1, output: 2 } }, 'npx pulumi config rm --path \'prices["m"].input\''],
      [{ 'gpt-4': { '1': { input: 1, output: 2 } } }, `npx pulumi config set --path 'prices["gpt-4.1"].input' <input>`],
    ] as const
  ).map(([value, fix]): Refusal => [{ ...region, ...keys }, prices(value), 'bedrock-gateway:prices', fix]),
  ...(
    [
      ['60', 'must be a map, not "60"'],
      [{ perUser: {} }, 'has no field "perUser": it takes perKey, perJwtCaller, whenUnavailable'],
      [{ perKey: 60 }, 'has a value at perKey that must be a map, not "60"'],
      [{ perKey: {} }, 'npx pulumi config set --path limits.perKey.requestsPerMinute 60'],
      [{ perKey: { rpm: 1 } }, 'has no field "rpm": it takes requestsPerMinute, tokensPerMinute, requestsPerDay'],
      [{ perJwtCaller: { rpm: 1 } }, 'npx pulumi config rm --path limits.perJwtCaller.rpm'],
      [{ perKey: { tokensPerMinute: 'x' } }, '--path limits.perKey.tokensPerMinute 60'],
      [{ whenUnavailable: true }, 'npx pulumi config set --path limits.whenUnavailable open'],
      [{ perKey: { requestsPerMinute: 0 } }, 'must be a whole number from 1 to 2147483647, not "0"'],
      [{ whenUnavailable: 'ignore' }, 'must be one of closed, open, not "ignore"'],
      [{ perJwtCaller: { requestsPerDay: 5 } }, "npx pulumi config rm --path 'limits.perJwtCaller'"],
    ] as const
  ).map(([value, fix]): Refusal => [{ ...region, ...keys }, limits(value), 'bedrock-gateway:limits', fix]),
  ...(
    [
      ['true', 'must be a map, not "true"'],
      [
        { days: 5 },
        'has no field "days" (did you mean retentionDays?): it takes retentionDays, maxFileMegabytes, maxOwnerMegabytes',
      ],
      [{ retentionDays: 0 }, 'npx pulumi config set --path storage.retentionDays 30'],
      [{ maxFileMegabytes: 5_001 }, 'has a value at maxFileMegabytes that must be a whole number from 1 to 5000'],
      [{ maxOwnerFiles: 10_001 }, 'npx pulumi config set --path storage.maxOwnerFiles 1000'],
      [{ bedrockKeys: 'yes' }, 'npx pulumi config set --path storage.bedrockKeys false'],
      [{ storeByDefault: 'yes' }, 'npx pulumi config set --path storage.storeByDefault false'],
      [{ kmsKeyArn: 'alias/files' }, 'must be the ARN of a KMS key by its id'],
      [{ kmsKeyArn: kmsKeyArn.replace('us-east-1', 'eu-west-1') }, "npx pulumi config rm --path 'storage.kmsKeyArn'"],
      [{ maxOwnerMegabytes: 100 }, 'npx pulumi config set --path storage.maxOwnerMegabytes 512'],
    ] as const
  ).map(([value, fix]): Refusal => [region, storage(value), 'bedrock-gateway:storage', fix]),
  [region, limits({ perKey }), 'bedrock-gateway:limits', "npx pulumi config rm --path 'limits.perKey'"],
  [region, limits({ whenUnavailable: 'open' }), 'bedrock-gateway:limits', 'limits nothing'],
  [
    { ...region, ...keys },
    listed({ id: 'a', sha256: tokenHash, project: 'proj_1' }),
    'bedrock-gateway:callers',
    "npx pulumi config rm --path 'callers[0].project'",
  ],
  [
    region,
    listed({ id: 'a', sha256: tokenHash, project: 'proj_0123456789Ab' }),
    'bedrock-gateway:callers',
    'npx pulumi config set gatewayKeys true',
  ],
  [region, { 'bedrock-gateway:callersMaySet': ['tools'] }, 'bedrock-gateway:callersMaySet', 's3Location, promptVar'],
  [region, { 'bedrock-gateway:callersMaySet': 'serviceTier' }, 'bedrock-gateway:callersMaySet', 'must be a list'],
  [region, { 'bedrock-gateway:guardrail': 'abc' }, 'bedrock-gateway:guardrail', 'must be a map'],
  [
    region,
    { 'bedrock-gateway:guardrail': { identifier: 'abc' } },
    'bedrock-gateway:guardrail',
    'lacks the field version',
  ],
  [
    region,
    { 'bedrock-gateway:guardrail': { identifier: 'A b', version: 1 } },
    'bedrock-gateway:guardrail',
    'the id or ARN',
  ],
  [region, { 'bedrock-gateway:guardrail': { identifier: 'abc', version: 0 } }, 'bedrock-gateway:guardrail', 'or DRAFT'],
  [
    region,
    { 'bedrock-gateway:openaiBaseUrl': 'http://llm.example.com/v1' },
    'bedrock-gateway:openaiBaseUrl',
    'https://',
  ],
  [region, { 'bedrock-gateway:openaiBaseUrl': 'llm.example.com' }, 'bedrock-gateway:openaiBaseUrl', 'https://'],
  [
    region,
    { 'bedrock-gateway:openaiBaseUrl': 'https://me:word@llm.example.com/v1' },
    'bedrock-gateway:openaiBaseUrl',
    'without user',
  ],
  [
    region,
    { 'bedrock-gateway:openaiBaseUrl': 'https://llm.example.com/v1?key=x' },
    'bedrock-gateway:openaiBaseUrl',
    'query',
  ],
  [region, { 'bedrock-gateway:openaiKeyArn': 'openai' }, 'bedrock-gateway:openaiKeyArn', 'never the key itself'],
  [
    region,
    { 'bedrock-gateway:openaiKeyArn': 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai' },
    'bedrock-gateway:openaiKeyArn',
    'six characters',
  ],
  [region, { 'bedrock-gateway:openaiFetchesUrls': 'yes' }, 'bedrock-gateway:openaiFetchesUrls', 'true or false'],
  [region, { 'bedrock-gateway:openaiFields': 'top_k' }, 'bedrock-gateway:openaiFields', 'a list of field names'],
  ...['amazon-bedrock-guardrailConfig', '', 'a b', 'messages[0]', 7, 'Model', 'STREAM'].map((name): Refusal => {
    return [region, { 'bedrock-gateway:openaiFields': [name] }, 'bedrock-gateway:openaiFields', 'a name of'];
  }),
  [region, { 'bedrock-gateway:openaiTimeoutSeconds': 901 }, 'bedrock-gateway:openaiTimeoutSeconds', 'from 1 to 900'],
  ...[
    'models/of/mine',
    '/models/',
    '//models',
    'aws-models',
    '/AWS/models',
    'ssm',
    'a b',
    'models*',
    `/${'a/'.repeat(15)}b`,
    'a'.repeat(901),
    '',
  ].map((name): Refusal => [
    region,
    { 'bedrock-gateway:modelsParameter': name },
    'bedrock-gateway:modelsParameter',
    'pulumi config set modelsParameter /bedrock-gateway/models',
  ]),
  [
    region,
    { 'bedrock-gateway:modelsParameter': 'arn:aws:ssm:us-east-1:123456789012:parameter/models' },
    'bedrock-gateway:modelsParameter',
    'not an ARN',
  ],
  [region, { 'bedrock-gateway:chatTemplates': 'chatml' }, 'bedrock-gateway:chatTemplates', 'map of names'],
  [region, { 'bedrock-gateway:chatTemplates': { m: {} } }, 'bedrock-gateway:chatTemplates', 'lacks the field template'],
  [region, { 'bedrock-gateway:chatTemplates': { m: { template: ' ' } } }, 'bedrock-gateway:chatTemplates', 'no text'],
  [
    region,
    { 'bedrock-gateway:chatTemplates': { m: { template: '{% for x in %}' } } },
    'bedrock-gateway:chatTemplates',
    '"m" that has a template that is not Jinja',
  ],
  [
    region,
    { 'bedrock-gateway:chatTemplates': { m: { template: 'x', stop: 'y' } } },
    'bedrock-gateway:chatTemplates',
    'list of strings',
  ],
  [
    region,
    { 'bedrock-gateway:chatTemplates': { 'a b': { template: 'x' } } },
    'bedrock-gateway:chatTemplates',
    'names "a b"',
  ],
];

test.each(refusals)('%j with %j is refused with the key %s and the fix', (base, config, key, fix) => {
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
    { 'bedrock-gateway:subdomain': 'a'.repeat(53) },
    'bedrock-gateway:subdomain',
    'of 65 characters, and ACM issues certificates for at most 64',
  ],
  [
    domain,
    { 'bedrock-gateway:openaiBaseUrl': 'https://openai.example.com/v1' },
    'bedrock-gateway:openaiBaseUrl',
    'is the address of this gateway, which would call itself',
  ],
  [region, { 'bedrock-gateway:domain': '10.0.0.1' }, 'bedrock-gateway:domain', 'ends in "1", which no domain does'],
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
  [
    region,
    { 'bedrock-gateway:cors': ['*', 'https://example.com'] },
    'bedrock-gateway:cors',
    "pulumi config rm cors && npx pulumi config set --path 'cors[0]' '*'",
  ],
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
  [
    region,
    { ...callers, ...target('openai:gpt-4o') },
    'bedrock-gateway:openaiKeyArn',
    'aws secretsmanager create-secret',
  ],
  [region, secret, 'bedrock-gateway:openaiKeyArn', 'pulumi config rm openaiKeyArn'],
  [
    region,
    { 'bedrock-gateway:openaiBaseUrl': 'https://llm.example.com' },
    'bedrock-gateway:openaiBaseUrl',
    'pulumi config rm openaiBaseUrl',
  ],
  [
    region,
    { ...parameter, 'bedrock-gateway:openaiBaseUrl': 'https://llm.example.com' },
    'bedrock-gateway:openaiBaseUrl',
    'pulumi config rm openaiBaseUrl',
  ],
  [
    region,
    { 'bedrock-gateway:openaiTimeoutSeconds': 5 },
    'bedrock-gateway:openaiTimeoutSeconds',
    'pulumi config rm openaiTimeoutSeconds',
  ],
  [
    region,
    { ...secret, ...target('openai:gpt-4o') },
    'bedrock-gateway:callers',
    "pulumi config set --path 'callers[0].id' support-app && npx pulumi config set --path 'callers[0].sha256' <hash>",
  ],
  [
    region,
    models({ m: { target: 'bedrock:x', fallbacks: ['sagemaker:y'] } }),
    'bedrock-gateway:callers',
    'begins with sagemaker:',
  ],
  [
    region,
    { 'bedrock-gateway:adminKeyGeneration': 2 },
    'bedrock-gateway:adminKeyGeneration',
    'pulumi config rm adminKeyGeneration',
  ],
  [
    { ...region, 'bedrock-gateway:metrics': false },
    prices({ m: { input: 1, output: 2 } }),
    'bedrock-gateway:prices',
    'pulumi config rm prices',
  ],
  [
    { ...region, ...keys },
    prices({ 'gpt-4.1': { input: 1, output: 2 } }),
    'bedrock-gateway:prices',
    `Remove it with: npx pulumi config rm --path 'prices["gpt-4.1"]'`,
  ],
  [
    region,
    { ...target('sagemaker:y') },
    'bedrock-gateway:callers',
    'Or issue keys: npx pulumi config set gatewayKeys true',
  ],
  [
    { ...region, ...keys },
    { 'bedrock-gateway:bedrockKeys': Array.from({ length: 255 }, (_, n) => String(100_000_000_000 + n)) },
    'bedrock-gateway:bedrockKeys',
    'Shorten the lists',
  ],
  [
    region,
    { 'bedrock-gateway:callersMaySet': ['serviceTier'] },
    'bedrock-gateway:callersMaySet',
    'pulumi config rm callersMaySet',
  ],
  [
    region,
    { 'bedrock-gateway:guardrail': { identifier: 'abc', version: 1 } },
    'bedrock-gateway:guardrail',
    'pulumi config rm guardrail',
  ],
  [
    region,
    {
      ...callers,
      ...target('bedrock-openai:openai.gpt-oss-120b-1:0'),
      'bedrock-gateway:guardrail': { identifier: 'abc', version: 1 },
    },
    'bedrock-gateway:guardrail',
    `pulumi config set --path 'models["m"].target' bedrock:openai.gpt-oss-120b-1:0`,
  ],
  [
    region,
    {
      ...callers,
      'bedrock-gateway:guardrail': { identifier: 'arn:aws:bedrock:eu-west-1:123456789012:guardrail/abc', version: 1 },
    },
    'bedrock-gateway:guardrail',
    "npx pulumi config set --path 'bedrockRegions[0]' us-east-1 && npx pulumi config set --path 'bedrockRegions[1]' eu-west-1",
  ],
  [
    region,
    listed({ id: 'support-app', sha256: tokenHash, models: ['gpt-4o'] }),
    'bedrock-gateway:callers',
    `pulumi config set --path 'models["gpt-4o"].target' bedrock:<model>`,
  ],
  [
    region,
    {
      ...target('bedrock:x'),
      ...listed({ id: 'support-app', sha256: tokenHash, models: ['amazon.nova-lite-v1:0'] }),
      'bedrock-gateway:allowUnmappedBedrockModels': false,
    },
    'bedrock-gateway:callers',
    '"amazon.nova-lite-v1:0", which is no entry of models',
  ],
  [
    region,
    {
      ...models({ 'gpt-*': { target: 'bedrock:x' } }),
      ...listed({ id: 'app', sha256: tokenHash, models: ['gpt-4*'] }),
    },
    'bedrock-gateway:callers',
    '"gpt-4*", which is no entry of models',
  ],
  [
    region,
    { ...callers, ...models({ m: { target: 'sagemaker:x', chatTemplate: 'mine' } }) },
    'bedrock-gateway:models',
    `pulumi config set --path 'chatTemplates["mine"].template'`,
  ],
  [
    region,
    target('bedrock-openai:arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.openai.gpt-oss-120b-1:0'),
    'bedrock-gateway:models',
    "npx pulumi config set --path 'bedrockRegions[0]' us-east-1 && npx pulumi config set --path 'bedrockRegions[1]' eu-west-1",
  ],
  [
    region,
    {
      ...callers,
      ...models(
        Object.fromEntries(
          Array.from({ length: 100 }, (_, n) => [
            `m${n}`,
            { target: `bedrock:us.example.a-model-of-some-length-${n}` },
          ]),
        ),
      ),
    },
    'bedrock-gateway:models',
    '10240 characters',
  ],
  [
    region,
    {
      ...callers,
      ...secret,
      ...target('openai:x'),
      'bedrock-gateway:openaiBaseUrl': `https://example.com/${'a'.repeat(3_500)}`,
    },
    'bedrock-gateway:bedrockKeys',
    'openaiBaseUrl',
  ],
];

test.each(conflicts)('%j with %j is refused as a conflict with the key %s and the fix', (base, config, key, fix) => {
  const attempt = () => read({ ...base, ...config });
  expect(attempt).toThrow(key);
  expect(attempt).toThrow(fix);
});

test('all problems are reported together', () => {
  const attempt = () => read({ 'bedrock-gateway:memory': 1, 'bedrock-gateway:runtime': 'deno' });
  expect(attempt).toThrow(/aws:region[^]*bedrock-gateway:runtime[^]*bedrock-gateway:memory/);
});

test('ACM issues certificates for hosts of up to 64 characters; a longer host needs certificateArn', () => {
  const host =
    (subdomain: string, more = {}) =>
    () =>
      read({ ...region, ...domain, 'bedrock-gateway:subdomain': subdomain, ...more });
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/example';
  expect(host('a'.repeat(52))().domain?.host).toHaveLength(64);
  expect(host('a'.repeat(53))).toThrow('ACM issues certificates for at most 64');
  expect(host('a'.repeat(53), { 'bedrock-gateway:certificateArn': certificateArn })().domain?.host).toHaveLength(65);
});

test.each([
  'a'.repeat(64),
  `${'a'.repeat(64)}.example.com`,
  '-a.com',
  'a-.com',
  'a..com',
  '.com',
  'a.com.',
  'A.com',
  'a_b.com',
  '*.a.com',
  'bücher.de',
])('a host %s is refused', (name) => {
  expect(() => read({ ...region, 'bedrock-gateway:domain': name })).toThrow('bedrock-gateway:domain must be');
});

test('a long invalid value is shortened in the message', () => {
  const attempt = () => read({ ...region, 'bedrock-gateway:runtime': 'x'.repeat(500) });
  expect(attempt).not.toThrow('x'.repeat(100));
});

test.each([
  ['as a whole entry', (token: string) => [token]],
  ['as a hash', (token: string) => [{ id: 'support-app', sha256: token }]],
  ['as an id', (token: string) => [{ id: token, sha256: tokenHash }]],
  ['as the name of a field', (token: string) => [{ id: 'support-app', [token]: 'x', sha256: tokenHash }]],
  ['instead of the list', (token: string) => token],
])('a token that is written %s is refused and not repeated', (_, wrong) => {
  for (const token of [['sk', 'A1b2C3d4'].join('-'), ['ABSK', 'QmVkcm9jaw'].join(''), 'a plain token']) {
    const attempt = () => read({ ...region, 'bedrock-gateway:callers': wrong(token) });
    expect(attempt).toThrow('bedrock-gateway:callers');
    expect(attempt).not.toThrow(token);
  }
});

test('the former name of a key is refused with the two commands that rename it', () => {
  const attempt = () =>
    read({ ...region, ...callers, ...target('openai:x'), 'bedrock-gateway:openaiSecretArn': secretArn });
  expect(attempt).toThrow(
    `bedrock-gateway:openaiSecretArn is now called openaiKeyArn. Rename it with: npx pulumi config set openaiKeyArn ${secretArn} && npx pulumi config rm bedrock-gateway:openaiSecretArn`,
  );
  const key = ['sk', 'A1b2C3d4'].join('-');
  const pasted = () => read({ ...region, 'bedrock-gateway:openaiSecretArn': key });
  expect(pasted).toThrow(
    'npx pulumi config set openaiKeyArn <value> && npx pulumi config rm bedrock-gateway:openaiSecretArn',
  );
  expect(pasted).not.toThrow(key);
});

test('advice for a path that the CLI would take for a secret has --plaintext', () => {
  const named = (name: string) => () =>
    read({ ...region, 'bedrock-gateway:callers': [{ id: 'support-app', sha256: tokenHash, models: [name] }] });
  expect(named('passage-rewriter')).toThrow(
    `pulumi config set --plaintext --path 'models["passage-rewriter"].target' bedrock:<model>`,
  );
  expect(named('rewriter')).toThrow(`pulumi config set --path 'models["rewriter"].target' bedrock:<model>`);
});

test('an API key in place of the ARN of its secret is not repeated', () => {
  const key = ['sk', 'A1b2C3d4'].join('-');
  const attempt = () => read({ ...region, 'bedrock-gateway:openaiKeyArn': key });
  expect(attempt).toThrow('bedrock-gateway:openaiKeyArn');
  expect(attempt).not.toThrow(key);
});

describe('the command in a message fixes its problem', () => {
  const entry = (value: unknown) => ({ 'bedrock-gateway:models': { 'gpt-4o': value } });
  const nova = 'bedrock:us.amazon.nova-pro-v1:0';

  test.each<[string, Record<string, unknown>, string]>([
    [
      'a path without --path',
      { 'bedrock-gateway:models.gpt-4.1.target': 'bedrock:x' },
      `config set --path 'models["gpt-4.1"].target' bedrock:x && npx pulumi config rm bedrock-gateway:models.gpt-4.1.target`,
    ],
    [
      'a quoted path without --path',
      { 'bedrock-gateway:models["gpt-4.1"].target': 'bedrock:x' },
      `--path 'models["gpt-4.1"].target' bedrock:x && npx pulumi config rm 'bedrock-gateway:models["gpt-4.1"].target'`,
    ],
    [
      'an entry of a list without --path',
      { 'bedrock-gateway:callers[0].id': 'sk-pasted-by-mistake' },
      `--path 'callers[0].id' <value> && npx pulumi config rm 'bedrock-gateway:callers[0].id'`,
    ],
    [
      'a name that is cut at its dot',
      { 'bedrock-gateway:models': { 'gpt-4': { '1': 'bedrock:x' } } },
      `config rm --path 'models["gpt-4"]'. Set it with: npx pulumi config set --path 'models["gpt-4.1"].target' <target>`,
    ],
    [
      'a text in place of a map',
      entry('bedrock:x'),
      `not "bedrock:x". Set it with: npx pulumi config rm --path 'models["gpt-4o"]' && npx pulumi config set --path 'models["gpt-4o"].target' ${nova}`,
    ],
    [
      'a list in place of a map',
      { 'bedrock-gateway:models': ['gpt-4o'] },
      `config rm models && npx pulumi config set --path 'models.gpt-4o.target' ${nova}`,
    ],
    [
      'a map in place of a list',
      { 'bedrock-gateway:cors': { a: 1 } },
      `config rm cors && npx pulumi config set --path 'cors[0]' https://app.example.com`,
    ],
    [
      'a field that is not known',
      entry({ tagret: 'x' }),
      `Remove it with: npx pulumi config rm --path 'models["gpt-4o"].tagret'`,
    ],
    [
      'a field of the wrong kind',
      entry({ target: 'bedrock:x', fallbacks: 'bedrock:y' }),
      `Remove it with: npx pulumi config rm --path 'models["gpt-4o"].fallbacks'`,
    ],
    [
      'a name that no model may have',
      { 'bedrock-gateway:models': { "it's": { target: 'bedrock:x' } } },
      String.raw`Remove it with: npx pulumi config rm --path 'models["it'\''s"]'`,
    ],
    [
      'a field of a caller that is not known',
      { 'bedrock-gateway:callers': [{ id: 'app', sha256: tokenHash, token: 'x' }] },
      `Remove it with: npx pulumi config rm --path 'callers[0].token'`,
    ],
    [
      'a key cut in two',
      { 'openai:baseUrl': 'https://llm.example.com' },
      'config set openaiBaseUrl https://llm.example.com',
    ],
    [
      'a region that is empty',
      { 'aws:region': '' },
      'no value. Set it with: npx pulumi config set aws:region us-east-1',
    ],
  ])('%s', (_what, config, command) => {
    expect(() => read({ ...region, ...config })).toThrow(command);
  });

  test.each([
    ['https://OpenAI.Example.com/v1', 'openai.example.com'],
    ['//example.com', 'example.com'],
    ['*.example.com', 'example.com'],
    ['example.com.', 'example.com'],
    ['example.com:443', 'example.com'],
    ['an example', 'example.com'],
  ])('the domain %s', (written, intended) => {
    expect(() => read({ ...region, 'bedrock-gateway:domain': written })).toThrow(
      `not "${written}". Set it with: npx pulumi config set domain ${intended}`,
    );
  });
});
