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

test('stack credentials are read where they are set', () => {
  const paying = {
    SPENDING_ROLE_ARN: 'arn:aws:iam::123456789012:role/spending',
    OPENAI_BASE_URL: 'https://api.example.com/v1/',
    OPENAI_KEY_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai',
    OPENAI_TIMEOUT_SECONDS: '30',
    OPENAI_FETCHES_URLS: 'true',
    AWS_REGION: 'us-east-1',
    MODELS_PARAMETER: '/team/models',
  };
  expect(readConfig({ ...env, ...paying })).toMatchObject({
    spendingRoleArn: paying.SPENDING_ROLE_ARN,
    openai: {
      baseUrl: 'https://api.example.com/v1',
      secretArn: paying.OPENAI_KEY_ARN,
      timeoutMs: 30_000,
      fetchesUrls: true,
    },
    region: 'us-east-1',
    modelsParameter: '/team/models',
  });
  expect(() => readConfig({ ...env, ...paying, OPENAI_TIMEOUT_SECONDS: 'soon' })).toThrow('OPENAI_TIMEOUT_SECONDS');
});

test("AWS's endpoint variables change the endpoints", () => {
  const elsewhere = {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://localhost:1',
    AWS_ENDPOINT_URL_BEDROCK: 'http://localhost:2',
    AWS_ENDPOINT_URL_SSM: 'http://localhost:3',
  };
  expect(readConfig({ ...env, ...elsewhere }).endpoints).toEqual({
    runtime: 'http://localhost:1',
    control: 'http://localhost:2',
    ssm: 'http://localhost:3',
  });
});

test.each(['any', 'none'] as const)('bedrockKeys accepts %s', (word) => {
  expect(readConfig({ ...env, BEDROCK_KEYS: word }).bedrockKeys).toBe(word);
});

test.each([
  ['20000', 20_000],
  ['model', 'model'],
] as const)('DEFAULT_MAX_OUTPUT=%s', (text, value) => {
  expect(readConfig({ ...env, DEFAULT_MAX_OUTPUT: text }).defaultMaxOutput).toBe(value);
});

test('a missing origin variable means no allowed origins', () => {
  const { CORS_ORIGINS: _dropped, ...rest } = env;
  expect(readConfig(rest).corsOrigins).toEqual([]);
});

test.each(['BEDROCK_REGIONS', 'BEDROCK_KEYS', 'PROMPT_CACHING'])('the function does not start without %s', (name) => {
  expect(() => readConfig({ ...env, [name]: undefined })).toThrow(name);
});

test.each([
  ['BEDROCK_REGIONS', ' , '],
  ['PROMPT_CACHING', 'sometimes'],
  ['DEFAULT_MAX_OUTPUT', '0'],
  ['DEFAULT_MAX_OUTPUT', 'all'],
])("%s=%j is refused with the variable's name", (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(name);
});

test("the catalog is read from the bundle's folder", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'catalog-'));
  writeFileSync(path.join(folder, 'catalog.json'), '{"models":{}}');
  expect(readCatalog(folder)).toEqual({ models: {} });
  rmSync(folder, { recursive: true });
});
