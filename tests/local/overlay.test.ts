import { createHash } from 'node:crypto';
import { overlayConfig } from '../../local/overlay.ts';

const demo = {
  model: 'us.big',
  throttledModel: 'us.slow',
  embeddingModel: 'cohere.embed-v4:0',
  isLikeAda: true,
};
const apiKey = ['made', 'up', 'key'].join('-');
const sha256 = createHash('sha256').update(apiKey).digest('hex');
const options = { region: 'us-east-1', isSetUp: true, isSimulated: true, demo, apiKey };

function laid(stack: Record<string, unknown>, change: object = {}) {
  const config = Object.fromEntries(
    Object.entries(stack).map(([key, value]) => [
      `bedrock-gateway:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const result = overlayConfig(config, { ...options, ...change });
  const json = (key: string): unknown => JSON.parse(result.config[`bedrock-gateway:${key}`] ?? 'null');
  return { ...result, models: json('models'), callers: json('callers') };
}

const demoModels = {
  'gpt-4o': { target: 'bedrock:us.big' },
  throttled: { target: 'bedrock:us.slow' },
  'text-embedding-3-small': { target: 'bedrock:cohere.embed-v4:0' },
  'text-embedding-ada-002': { target: 'bedrock:cohere.embed-v4:0' },
  'gpt-4o-mini': { target: 'openai:gpt-4o-mini' },
  'gpt-3.5-turbo-instruct': { target: 'openai:gpt-3.5-turbo-instruct' },
  'text-embedding-3-large': { target: 'openai:text-embedding-3-large' },
  'llama-vllm': { target: 'sagemaker:demo-vllm' },
  'llama-base': { target: 'sagemaker:demo-base', chatTemplate: 'chatml' },
};
const localOrigins = [
  'http://localhost:*',
  'http://127.0.0.1:*',
  'http://[::1]:*',
  'https://localhost:*',
  'https://127.0.0.1:*',
  'https://[::1]:*',
];
const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:local-AbCdEf';

test('a stack without a file gets a domain, MCP, keys of its own, the demo models and a caller for the key', () => {
  expect(overlayConfig({}, { ...options, isSetUp: false })).toEqual({
    names: {
      model: 'gpt-4o',
      throttledModel: 'throttled',
      embeddingModel: 'text-embedding-3-small',
      openaiModel: 'gpt-4o-mini',
      sagemakerModel: 'llama-vllm',
    },
    config: {
      'aws:region': 'us-east-1',
      'bedrock-gateway:domain': 'example.com',
      'bedrock-gateway:mcp': JSON.stringify({ origins: localOrigins }),
      'bedrock-gateway:gatewayKeys': 'true',
      'bedrock-gateway:storage': '{}',
      'bedrock-gateway:models': JSON.stringify(demoModels),
      'bedrock-gateway:callers': JSON.stringify([{ id: 'local', sha256 }]),
      'bedrock-gateway:openaiKeyArn': secretArn,
    },
  });
});

test.each([
  ['true', { origins: localOrigins }],
  ['{"origins":["https://app.example.com"]}', { origins: ['https://app.example.com', ...localOrigins] }],
])("an MCP server of the stack's own, %s, also takes pages of this machine", (mcp, laidOver) => {
  const { config } = overlayConfig({ 'bedrock-gateway:mcp': mcp }, options);
  expect(JSON.parse(config['bedrock-gateway:mcp'] ?? '')).toEqual(laidOver);
});

test.each([{}, { 'bedrock-gateway:mcp': 'false' }])('a stack with the file %j has no MCP server', (stack) => {
  expect(overlayConfig(stack, options).config['bedrock-gateway:mcp']).toBe(stack['bedrock-gateway:mcp']);
});

test('a stack with a file keeps its own domain setting, and whether it issues keys', () => {
  expect(laid({}).config).not.toHaveProperty(['bedrock-gateway:domain']);
  expect(laid({}).config).not.toHaveProperty(['bedrock-gateway:gatewayKeys']);
});

test('a stack whose models are those of AWS issues no keys unless its file says so', () => {
  const { config } = laid({}, { isSetUp: false, isSimulated: false });
  expect(config).not.toHaveProperty(['bedrock-gateway:gatewayKeys']);
});

test("the stack's own models are unchanged", () => {
  const models = { 'gpt-4o': { target: 'bedrock:own' }, 'llama-vllm': { target: 'sagemaker:own' } };
  const { names, models: all } = laid({ models });
  expect(names).toMatchObject({ model: 'demo-gpt-4o', throttledModel: 'throttled', sagemakerModel: 'demo-llama-vllm' });
  expect(all).toMatchObject({ ...models, 'demo-gpt-4o': { target: 'bedrock:us.big' } });
});

test("names that match the stack's patterns are not added", () => {
  const models = { 'gpt-4*': { target: 'bedrock:own' } };
  expect(laid({ models }).names).toMatchObject({ model: 'demo-gpt-4o', openaiModel: 'demo-gpt-4o-mini' });
  expect(laid({ models: { '*': { target: 'bedrock:own' } } }).names).toMatchObject({ model: 'demo-gpt-4o' });
});

test("the stack's own callers and secret are unchanged", () => {
  const callers = [{ id: 'local', sha256: 'a'.repeat(64), models: ['x'] }];
  const own = laid({ callers, openaiKeyArn: 'arn:own' });
  expect(own.callers).toEqual([...callers, { id: 'demo-local', sha256 }]);
  expect(own.config).toMatchObject({ 'bedrock-gateway:openaiKeyArn': 'arn:own' });
  const known = [{ id: 'support-app', sha256, models: ['x'] }];
  expect(laid({ callers: known }).callers).toEqual(known);
});

test('without a key, stack-paid models are added only when the stack has callers', () => {
  const nobody = laid({}, { apiKey: undefined });
  expect(nobody.names).toMatchObject({ openaiModel: undefined, sagemakerModel: undefined });
  const free = ['gpt-4o', 'throttled', 'text-embedding-3-small', 'text-embedding-ada-002'];
  expect(Object.keys(Object(nobody.models))).toEqual(free);
  expect(Object.keys(nobody.config)).toEqual(['aws:region', 'bedrock-gateway:models']);
  const callers = [{ id: 'support-app', sha256 }];
  const somebody = laid({ callers }, { apiKey: undefined });
  expect(somebody.names).toMatchObject({ openaiModel: 'gpt-4o-mini' });
  expect(somebody.callers).toEqual(callers);
});

test('with the real Bedrock no throttled model and no stand-in for ada-002 are added', () => {
  const real = { model: 'us.small', throttledModel: undefined, embeddingModel: 'vectors', isLikeAda: false };
  const { names, models } = laid({}, { demo: real, apiKey: undefined });
  expect(names).toMatchObject({ model: 'gpt-4o', throttledModel: undefined });
  expect(models).toEqual({
    'gpt-4o': { target: 'bedrock:us.small' },
    'text-embedding-3-small': { target: 'bedrock:vectors' },
  });
});

test("cors adds the origins of this machine to the stack's own", () => {
  const own = ['https://app.example.com', 'http://localhost:*'];
  const origins = (cors?: unknown) =>
    JSON.parse(laid(cors === undefined ? {} : { cors }, { cors: true }).config['bedrock-gateway:cors'] ?? '');
  expect(origins()).toEqual(expect.arrayContaining(['http://localhost:*', 'http://127.0.0.1:*', 'https://[::1]:*']));
  expect(origins(own).slice(0, 3)).toEqual([...own, 'http://127.0.0.1:*']);
  expect(origins(['*'])).toEqual(['*']);
  expect(laid({}).config).not.toHaveProperty(['bedrock-gateway:cors']);
});

test('unreadable values are left for the program to refuse', () => {
  const broken = { 'bedrock-gateway:models': 'gpt-4o', 'bedrock-gateway:callers': '7' };
  expect(overlayConfig(broken, options).config).toMatchObject(broken);
});
