import { createHash } from 'node:crypto';
import type { Backend } from '../../function/backends/backend.ts';
import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { backends, createBackends } from '../../function/backends/registry.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import type { ChatChunk, ChatReply } from '../../function/dialects/chat.gen.ts';
import { endpoints } from '../../function/endpoints/index.ts';
import { isOpen } from '../../function/pipeline/routing.ts';
import { chatInit, testApp } from '../support/app.ts';

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
  '/v1/responses': {
    bedrock: 'translate converse',
    'bedrock-openai': 'translate converse',
    openai: 'translate chat',
    sagemaker: 'translate chat',
    'sagemaker with a template': 'translate chat',
  },
  '/v1/responses/input_tokens': {
    bedrock: 'translate countTokens',
    'bedrock-openai': 'translate converse',
    openai: 'translate chat',
    sagemaker: 'translate chat',
    'sagemaker with a template': 'translate chat',
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
  '/v1/messages': {
    bedrock: 'passthrough messages',
    'bedrock-openai': 'unsupported',
    openai: 'unsupported',
    sagemaker: 'unsupported',
    'sagemaker with a template': 'unsupported',
  },
  '/v1/messages/count_tokens': {
    bedrock: 'passthrough countTokens',
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
    const routed = {
      request: { stream: streams(path) },
      to: { target, credential: { kind: 'bearer', token: 'made-up' } as const },
      backend: backend(target.backend),
    };
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
  const paths = [...new Set(endpoints.map(({ path }) => path))];
  const all = await Promise.all(paths.map(async (path) => ({ path, routes: await routesOf(path) })));
  const asking = all.filter(({ routes }) => routes !== undefined).map(({ path }) => path);
  expect(asking.toSorted()).toEqual([...Object.keys(table), ...Object.keys(equals)].toSorted());
  expect(new Set(Object.values(targets).map((target) => target.backend))).toEqual(new Set(Object.keys(backends)));
});

describe('a backend that has nothing but chats', () => {
  const chat: NonNullable<Backend['chat']> = {
    call: ({ messages }) => Promise.resolve({ ok: true, value: chatReply(JSON.stringify(messages)) }),
    open: () => Promise.resolve({ ok: true, value: chunks('Once', ' more') }),
  };
  const send = (body: object) => {
    const token = 'a-token-of-some-app';
    const app = testApp({
      backends: { sagemaker: { chat } },
      catalog: {
        models: { old: { target: 'sagemaker:my-endpoint' } },
        callers: [{ id: 'app', sha256: createHash('sha256').update(token).digest('hex') }],
      },
    });
    return app.send('/v1/completions', chatInit({ model: 'old', prompt: 'Once upon', ...body }, token));
  };

  test('serves completions, translated twice through the hub', async () => {
    const { status, text, headers } = await send({});
    expect([status, headers.get('x-gateway-target')]).toEqual([200, 'sagemaker:my-endpoint (chat)']);
    const { object, choices } = JSON.parse(text);
    expect([object, choices[0].text, choices[0].finish_reason]).toEqual([
      'text_completion',
      '[{"role":"user","content":"Once upon"}]',
      'stop',
    ]);
  });

  test('streams them, one choice for each prompt', async () => {
    const { status, text } = await send({ stream: true, prompt: ['a', 'b'] });
    expect(status).toBe(200);
    const events = text
      .split('\n\n')
      .flatMap((each) => (each.startsWith('data: {') ? [JSON.parse(each.slice(6))] : []));
    const told = (index: number) =>
      events
        .flatMap(({ choices }) => choices)
        .filter((choice) => choice.index === index)
        .map((choice) => choice.text)
        .join('');
    expect([told(0), told(1)]).toEqual(['Once more', 'Once more']);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

function chatReply(content: string): ChatReply {
  const message = { role: 'assistant' as const, content, refusal: null };
  return {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
    usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 },
  };
}

async function* chunks(...texts: string[]): AsyncGenerator<readonly ChatChunk[]> {
  const chunk = (delta: object, finish: 'stop' | null): ChatChunk => ({
    id: 'x',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
  });
  for (const content of texts) yield [chunk({ content }, null)];
  yield [chunk({}, 'stop')];
}
