import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { backends, createBackends } from '../../function/backends/registry.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { endpoints } from '../../function/endpoints/index.ts';
import { isOpen } from '../../function/pipeline/routing.ts';

const transport = createTransport();
const backend = createBackends({
  bedrock: createBedrock({ transport }),
  transport,
  openai: { baseUrl: 'https://api.example.com/v1', secretArn: 'arn', timeoutMs: 1_000 },
  endpoints: {},
  region: 'us-east-1',
  role: { accessKeyId: '', secretAccessKey: '', sessionToken: '' },
  now: () => 0,
});

/** Targets of every kind, by the words of the table. */
const targets = {
  bedrock: { backend: 'bedrock', model: 'amazon.nova-pro-v1:0' },
  'bedrock-openai': { backend: 'bedrock-openai', model: 'openai.gpt-oss-120b-1:0' },
  openai: { backend: 'openai', model: 'gpt-4o-mini' },
  sagemaker: { backend: 'sagemaker', model: 'my-endpoint' },
  'sagemaker with a template': { backend: 'sagemaker', model: 'my-endpoint', chatTemplate: 'chatml' },
};

/** The routing table of the product: by endpoint, the route to each kind of target. */
const table = {
  '/v1/chat/completions': {
    bedrock: 'translate converse',
    'bedrock-openai': 'passthrough chat',
    openai: 'passthrough chat',
    sagemaker: 'translate chat',
    'sagemaker with a template': 'translate chat',
  },
  '/v1/completions': {
    bedrock: 'translate converse',
    'bedrock-openai': 'translate converse',
    openai: 'passthrough completions',
    sagemaker: 'translate completions',
    'sagemaker with a template': 'translate completions',
  },
  '/v1/embeddings': {
    bedrock: 'translate invoke',
    'bedrock-openai': 'unsupported',
    openai: 'passthrough embeddings',
    sagemaker: 'unsupported',
    'sagemaker with a template': 'unsupported',
  },
  '/model/:model{.+}/converse': {
    bedrock: 'passthrough converse',
    'bedrock-openai': 'passthrough converse',
    openai: 'translate chat',
    sagemaker: 'translate chat',
    'sagemaker with a template': 'translate chat',
  },
  '/model/:model{.+}/invoke': {
    bedrock: 'passthrough invoke',
    'bedrock-openai': 'unsupported',
    openai: 'translate embeddings',
    sagemaker: 'unsupported',
    'sagemaker with a template': 'unsupported',
  },
  '/model/:model{.+}/invoke-with-response-stream': {
    bedrock: 'passthrough invoke',
    'bedrock-openai': 'unsupported',
    openai: 'unsupported',
    sagemaker: 'unsupported',
    'sagemaker with a template': 'unsupported',
  },
  '/model/:model{.+}/count-tokens': {
    bedrock: 'passthrough countTokens',
    'bedrock-openai': 'unsupported',
    openai: 'unsupported',
    sagemaker: 'unsupported',
    'sagemaker with a template': 'unsupported',
  },
} as const;

/** Other paths of the same endpoints → the path that stands for them in the table. */
const equals: Readonly<Record<string, keyof typeof table>> = {
  '/openai/deployments/:deployment{.+}/chat/completions': '/v1/chat/completions',
  '/openai/deployments/:deployment{.+}/completions': '/v1/completions',
  '/openai/deployments/:deployment{.+}/embeddings': '/v1/embeddings',
  '/model/:model{.+}/converse-stream': '/model/:model{.+}/converse',
};

const streams = (path: string) => path.endsWith('-stream');

async function routesOf(path: string): Promise<Record<string, string> | undefined> {
  const endpoint = endpoints.find((each) => each.path === path);
  if (endpoint === undefined || !('load' in endpoint)) return undefined;
  const { routes } = await endpoint.load();
  if (routes === undefined) return undefined;
  const to = (target: (typeof targets)[keyof typeof targets]) => {
    const routed = { request: { stream: streams(path) }, to: { target }, backend: backend(target.backend) };
    const route = routes.find((each) => isOpen(each, routed));
    return route === undefined ? 'unsupported' : `${route.kind} ${route.surface}`;
  };
  return Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, to(target)]));
}

test.each([...Object.keys(table), ...Object.keys(equals)])('%s takes its routes', async (path) => {
  const expected = Object.entries(table).find(([each]) => each === (equals[path] ?? path))?.[1];
  expect(expected).toBeDefined();
  expect(await routesOf(path)).toEqual(expected);
});

test('the table has every endpoint that asks a model, and every backend', async () => {
  const all = await Promise.all(endpoints.map(async ({ path }) => ({ path, routes: await routesOf(path) })));
  const asking = all.filter(({ routes }) => routes !== undefined).map(({ path }) => path);
  expect(asking.toSorted()).toEqual([...Object.keys(table), ...Object.keys(equals)].toSorted());
  expect(new Set(Object.values(targets).map((target) => target.backend))).toEqual(new Set(Object.keys(backends)));
});
