import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCatalog, readConfig } from '../function/config.ts';

const env = {
  BEDROCK_REGIONS: 'eu-central-1, us-east-1',
  BEDROCK_KEYS: '123456789012,210987654321',
  PROMPT_CACHING: 'auto',
  CORS_ORIGINS: '',
};

test('the environment is read into typed values', () => {
  expect(readConfig(env)).toEqual({
    bedrockRegions: ['eu-central-1', 'us-east-1'],
    failoverRegions: [],
    bedrockKeys: ['123456789012', '210987654321'],
    promptCaching: 'auto',
    logLevel: 'info',
    defaultMaxOutput: 16_384,
    corsOrigins: [],
    endpoints: {},
    region: '',
    role: { accessKeyId: '', secretAccessKey: '', sessionToken: '' },
  });
});

test('failover regions are read as a list', () => {
  expect(readConfig({ ...env, BEDROCK_FAILOVER_REGIONS: 'us-east-1, us-west-2' }).failoverRegions).toEqual([
    'us-east-1',
    'us-west-2',
  ]);
});

test.each([
  ['true', true],
  ['false', undefined],
  ['', undefined],
  [undefined, undefined],
])('BEDROCK_MANTLE=%j says whether bedrock-mantle is used', (text, isUsed) => {
  expect(readConfig({ ...env, BEDROCK_MANTLE: text }).bedrockMantle).toBe(isUsed);
});

const paying = {
  SPENDING_ROLE_ARN: 'arn:aws:iam::123456789012:role/spending',
  OPENAI_BASE_URL: 'https://api.example.com/v1//',
  OPENAI_KEY_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai',
  OPENAI_TIMEOUT_SECONDS: '30',
  OPENAI_FETCHES_URLS: 'true',
  MODELS_PARAMETER: '/team/models',
  STORAGE_BUCKET: 'files-1a2b3c4',
  STAGE_URL: 'https://abc123.execute-api.us-east-1.amazonaws.com/v1',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
};

test('what the stack pays with is read where it is set', () => {
  expect(readConfig({ ...env, ...paying })).toEqual({
    ...readConfig(env),
    spendingRoleArn: 'arn:aws:iam::123456789012:role/spending',
    openai: {
      baseUrl: 'https://api.example.com/v1',
      secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai',
      timeoutMs: 30_000,
      fetchesUrls: true,
    },
    modelsParameter: '/team/models',
    storageBucket: 'files-1a2b3c4',
    stageUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com/v1',
    region: 'us-east-1',
    role: { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' },
  });
});

const issuing = {
  KEY_STACK: 'acme',
  KEY_TABLE: 'bedrock-gateway-acme-keys',
  USER_POOL_ID: 'us-east-1_Example1',
  ADMIN_KEY_SHA256: '0123456789abcdef'.repeat(4),
  ADMIN_KEY_GENERATION: '2',
};

test('the variables of gateway keys are handed on where any of them is set', () => {
  expect(readConfig({ ...env, ...issuing }).gatewayKeys).toEqual(issuing);
  expect(readConfig({ ...env, KEY_TABLE: 't', USER_POOL_ID: '' }).gatewayKeys).toEqual({
    KEY_TABLE: 't',
    USER_POOL_ID: '',
  });
  expect(readConfig(env)).not.toHaveProperty('gatewayKeys');
});

test('requests are counted where there is a table for that', () => {
  expect(readConfig({ ...env, USAGE_TABLE: 'bedrock-gateway-acme-usage' }).usageTable).toBe(
    'bedrock-gateway-acme-usage',
  );
  expect(readConfig(env)).not.toHaveProperty('usageTable');
});

test.each([
  [undefined, 600_000],
  ['1', 1_000],
])('OPENAI_TIMEOUT_SECONDS=%j is a timeout of %d ms', (text, timeoutMs) => {
  const { openai } = readConfig({ ...env, ...paying, OPENAI_TIMEOUT_SECONDS: text });
  expect(openai?.timeoutMs).toBe(timeoutMs);
});

test.each([undefined, 'false', ''])('OPENAI_FETCHES_URLS=%j says that the server fetches no URLs', (text) => {
  const { openai } = readConfig({ ...env, ...paying, OPENAI_FETCHES_URLS: text });
  expect(openai && 'fetchesUrls' in openai).toBe(false);
});

test.each(['OPENAI_BASE_URL', 'OPENAI_KEY_ARN'])('without %s there is no OpenAI-compatible server', (name) => {
  expect(readConfig({ ...env, ...paying, [name]: undefined })).not.toHaveProperty('openai');
});

test("AWS's endpoint variables change the endpoints", () => {
  const elsewhere = {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://localhost:1',
    AWS_ENDPOINT_URL_BEDROCK: 'http://localhost:2',
    AWS_ENDPOINT_URL_BEDROCK_MANTLE: 'http://localhost:9',
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: 'http://localhost:3',
    AWS_ENDPOINT_URL_STS: 'http://localhost:4',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://localhost:5',
    AWS_ENDPOINT_URL_SSM: 'http://localhost:6',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:7',
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: 'http://localhost:8',
  };
  expect(readConfig({ ...env, ...elsewhere }).endpoints).toEqual({
    runtime: 'http://localhost:1',
    control: 'http://localhost:2',
    mantle: 'http://localhost:9',
    sagemaker: 'http://localhost:3',
    sts: 'http://localhost:4',
    secretsManager: 'http://localhost:5',
    ssm: 'http://localhost:6',
    dynamodb: 'http://localhost:7',
    cognito: 'http://localhost:8',
  });
  expect(readConfig({ ...env, AWS_ENDPOINT_URL_SSM: '' }).endpoints).toEqual({});
});

test.each(['off', 'auto', 'always'])('PROMPT_CACHING=%s is taken', (word) => {
  expect(readConfig({ ...env, PROMPT_CACHING: word }).promptCaching).toBe(word);
});

test.each(['error', 'warn', 'info', 'debug'])('GATEWAY_LOG_LEVEL=%s is taken', (word) => {
  expect(readConfig({ ...env, GATEWAY_LOG_LEVEL: word }).logLevel).toBe(word);
});

test.each(['any', 'none'] as const)('bedrockKeys accepts %s', (word) => {
  expect(readConfig({ ...env, BEDROCK_KEYS: word }).bedrockKeys).toBe(word);
});

test.each([
  ['20000', 20_000],
  ['1', 1],
  ['model', 'model'],
] as const)('DEFAULT_MAX_OUTPUT=%s', (text, value) => {
  expect(readConfig({ ...env, DEFAULT_MAX_OUTPUT: text }).defaultMaxOutput).toBe(value);
});

test('a missing origin variable means no allowed origins', () => {
  const { CORS_ORIGINS: _dropped, ...rest } = env;
  expect(readConfig(rest).corsOrigins).toEqual([]);
});

test.each(['BEDROCK_REGIONS', 'BEDROCK_KEYS', 'PROMPT_CACHING'])('the function does not start without %s', (name) => {
  const message = `The environment variable ${name} is missing: deploy the stack again.`;
  expect(() => readConfig({ ...env, [name]: undefined })).toThrow(new Error(message));
});

const noTimeout = 'OPENAI_TIMEOUT_SECONDS must be a whole number of seconds: deploy the stack again.';
const noOutput = 'DEFAULT_MAX_OUTPUT must be a number of tokens, or model: deploy the stack again.';

test.each([
  ['BEDROCK_REGIONS', ' , ', 'BEDROCK_REGIONS names no region: deploy the stack again.'],
  ['PROMPT_CACHING', 'sometimes', 'PROMPT_CACHING must be off, auto or always: deploy the stack again.'],
  ['GATEWAY_LOG_LEVEL', 'loud', 'GATEWAY_LOG_LEVEL must be error, warn, info or debug: deploy the stack again.'],
  ['DEFAULT_MAX_OUTPUT', '0', noOutput],
  ['DEFAULT_MAX_OUTPUT', '1.5', noOutput],
  ['DEFAULT_MAX_OUTPUT', 'all', noOutput],
  ['OPENAI_TIMEOUT_SECONDS', '0', noTimeout],
  ['OPENAI_TIMEOUT_SECONDS', '1.5', noTimeout],
  ['OPENAI_TIMEOUT_SECONDS', 'soon', noTimeout],
])('%s=%j is refused', (name, value, message) => {
  expect(() => readConfig({ ...env, ...paying, [name]: value })).toThrow(new Error(message));
});

test("the catalog is read from the bundle's folder", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'catalog-'));
  writeFileSync(path.join(folder, 'catalog.json'), '{"models":{}}');
  expect(readCatalog(folder)).toEqual({ models: {} });
  rmSync(folder, { recursive: true });
});

test('the namespace of metrics is read, and absent where the stack has none', () => {
  expect(readConfig({ ...env, METRICS_NAMESPACE: 'bedrock-gateway-acme-metrics' }).metricsNamespace).toBe(
    'bedrock-gateway-acme-metrics',
  );
  expect(readConfig(env)).not.toHaveProperty('metricsNamespace');
  expect(readConfig({ ...env, PRIVATE_NETWORK: 'true' }).isPrivate).toBe(true);
  expect(readConfig(env)).not.toHaveProperty('isPrivate');
});
