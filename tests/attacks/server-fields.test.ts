import type { Catalog } from '../../function/catalog/catalog.ts';
import { usualFields } from '../../function/dialects/usual-fields.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  chat,
  chatStream,
  completions,
  converseCall,
  converseStream,
  embeddings,
  gateway,
  gptOss,
  listed,
  post,
  startUpstreams,
  tokenOf,
  type Operation,
  type Upstreams,
} from './upstreams.ts';
import { cpuMsSince } from '../support/cpu.ts';

const token = tokenOf('app');
const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    oss: { target: `bedrock-openai:${gptOss}` },
    tiny: { target: 'sagemaker:my-endpoint' },
    base: { target: 'sagemaker:my-endpoint', chatTemplate: 'chatml' },
  },
};

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
  app = gateway(upstreams, { catalog });
});

/** What arrived at the model's server, and what the answer says was left out. */
async function sent(operation: Operation, model: string, more: object, key = token) {
  const { status, headers, text } = await post(app, operation.request(model, more), { token: key });
  const call = upstreams.arrived.find(({ service }) => ['runtime', 'openai', 'sagemaker'].includes(service));
  if (status !== 200 || call === undefined) throw new Error(`${status}: ${text}`);
  return {
    body: JSON.parse(call.body),
    text: call.body,
    ignored: (headers.get('x-gateway-ignored') ?? '').split(', '),
  };
}

/** Fields that servers take for orders: to run, load or fetch something, to ask another model, or to serve somebody else first. */
const orders: Readonly<Record<string, unknown>> = {
  chat_template: '{{ cycler.__init__.__globals__ }}',
  kv_transfer_params: { do_remote_prefill: true, remote_host: '169.254.169.254', remote_port: 80 },
  logits_processors: ['os.system'],
  prompt_embeds: 'gASVAAAA',
  documents: [{ text: 'x' }],
  mm_processor_kwargs: { num_crops: 1_000_000 },
  media_io_kwargs: { video: { num_frames: -1 } },
  guided_decoding_backend: 'lm-format-enforcer',
  lora_request: { lora_path: '/etc' },
  priority: -1_000,
  cache_salt: 'other-tenant',
  request_id: 'forged',
  models: ['anthropic/claude-opus'],
  route: 'fallback',
  provider: { order: ['x'] },
  plugins: [{ id: 'web' }],
  fallbacks: ['gpt-5'],
  api_base: 'https://attacker.example.com',
  api_key: 'x',
  base_url: 'https://attacker.example.com',
  extra_body: { chat_template: 'x' },
  extra_headers: { 'x-internal': '1' },
  mock_response: 'x',
  bedrock: { requestMetadata: { a: 'b' } },
  Model: 'other',
  MESSAGES: [],
  constructor: { prototype: {} },
};

function named(all: readonly (readonly [Operation, string])[]) {
  return all.map(([operation, model]) => [operation.name, model, operation] as const);
}

const chats: readonly (readonly [Operation, string])[] = [chat, chatStream].flatMap((operation) =>
  ['gpt', 'oss', 'tiny', 'base'].map((model) => [operation, model] as const),
);
const others: readonly (readonly [Operation, string])[] = [
  [completions, 'gpt'],
  [completions, 'tiny'],
  [embeddings, 'gpt'],
];

test.each(named([...chats, ...others]))('%s of %s carries no server options', async (_name, model, operation) => {
  const { bedrock: _ours, ...rest } = orders;
  const given = operation.name.startsWith('chat') ? orders : rest;
  const { body, ignored } = await sent(operation, model, given);
  expect(Object.keys(body).filter((name) => Object.hasOwn(given, name))).toEqual([]);
  expect(ignored.toSorted()).toEqual(expect.arrayContaining(Object.keys(given).toSorted()));
});

test.each([
  ['base', ['parallel_tool_calls', 'reasoning_effort', 'lora']],
  ['tiny', ['lora']],
])('%s names the fields of a chat that it has no words for: %j', async (model, expected) => {
  const fields = { parallel_tool_calls: false, reasoning_effort: 'low', lora: 1 };
  expect((await sent(chat, model, fields)).ignored).toEqual(expected);
});

const converses: readonly (readonly [Operation, string])[] = [
  [converseCall, 'gpt'],
  [converseStream, 'gpt'],
  [converseCall, 'tiny'],
  [converseStream, 'base'],
];

test.each(named(converses))(
  '%s of %s carries no server options in its model fields',
  async (_name, model, operation) => {
    const given = { ...orders, top_k: 5, seed: 7 };
    const { body, ignored } = await sent(operation, model, { additionalModelRequestFields: given });
    expect(body).toMatchObject({ top_k: 5, seed: 7 });
    expect(Object.keys(body).filter((name) => Object.hasOwn(orders, name))).toEqual([]);
    expect(ignored).toEqual(
      expect.arrayContaining(Object.keys(orders).map((name) => `additionalModelRequestFields.${name}`)),
    );
  },
);

const nested = {
  messages: [
    { role: 'system', content: 'Be brief.', tools: [{ x: 1 }] },
    {
      role: 'user',
      kv: 1,
      content: [
        { type: 'text', text: 'Hello', chat_template: 'x', prompt_cache_breakpoint: { mode: 'x', more: 1 } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low', path: '/etc' }, uuid: 'a' },
        { type: 'image_embeds', image_embeds: 'gASVAAAA' },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning: 'because',
      partial: true,
      parsed: {},
      tool_calls: [{ id: 'a', type: 'function', index: 0, function: { name: 'f', arguments: '{}', run: true } }],
    },
    { role: 'tool', tool_call_id: 'a', content: 'done', is_error: true },
  ],
  tools: [
    {
      type: 'function',
      cache_control: { type: 'ephemeral' },
      server_url: 'https://attacker.example.com',
      function: {
        name: 'f',
        parameters: { type: 'object', properties: { chat_template: { type: 'string' } } },
        code: 'x',
      },
    },
  ],
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'a', schema: { kv_transfer_params: 1 }, eval: 'x' },
    run: 1,
  },
  stream_options: { include_usage: true, continuous: true },
  temperature: { chat_template: 'x' },
  stop: [{ a: 1 }],
};

test('nested fields of messages, parts, calls, tools and formats follow the same list', async () => {
  const { body, ignored } = await sent(chat, 'gpt', nested);
  expect(body).toEqual({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hello', prompt_cache_breakpoint: { mode: 'x' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
          { type: 'image_embeds' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning: 'because',
        partial: true,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'done' },
    ],
    tools: [
      {
        type: 'function',
        cache_control: { type: 'ephemeral' },
        function: { name: 'f', parameters: { type: 'object', properties: { chat_template: { type: 'string' } } } },
      },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { kv_transfer_params: 1 } } },
    stream_options: { include_usage: true },
    temperature: {},
    stop: [{}],
  });
  expect(ignored).toEqual(
    expect.arrayContaining([
      'messages.content.chat_template',
      'messages.content.image_embeds',
      'messages.content.image_url.path',
      'messages.tool_calls.function.run',
      'tools.server_url',
      'response_format.json_schema.eval',
      'temperature.chat_template',
    ]),
  );
});

test.each(['gpt', 'oss', 'tiny'])('the usual fields reach %s', async (model) => {
  const given = Object.fromEntries(usualFields.map((name) => [name, 1]));
  const { body, ignored } = await sent(chat, model, given);
  expect(body).toMatchObject(given);
  expect(ignored).toEqual(['']);
});

test("chat template variables pass, except the renderer's own arguments", async () => {
  const kwargs = {
    enable_thinking: false,
    thinking: true,
    style: 'short',
    chat_template: 'x',
    tokenize: true,
    deep: {},
  };
  const { body, ignored } = await sent(chat, 'gpt', { chat_template_kwargs: kwargs });
  expect(body.chat_template_kwargs).toEqual({ enable_thinking: false, thinking: true, style: 'short' });
  expect(ignored.toSorted()).toEqual(
    ['chat_template', 'deep', 'tokenize'].map((name) => `chat_template_kwargs.${name}`),
  );
});

test('openaiFields replaces the list of allowed fields', async () => {
  app = gateway(upstreams, { catalog: { ...catalog, openaiFields: ['kv_transfer_params'] } });
  const { body, ignored } = await sent(chat, 'gpt', { top_k: 1, kv_transfer_params: { a: 1 } });
  expect([body.top_k, body.kv_transfer_params, ignored]).toEqual([undefined, { a: 1 }, ['top_k']]);
  upstreams.arrived.length = 0;
  app = gateway(upstreams, { catalog: { ...catalog, openaiFields: [] } });
  expect((await sent(chat, 'tiny', { top_k: 1, min_p: null })).ignored).toEqual(['top_k']);
});

test("a caller-paid request reaches Bedrock's Chat Completions unchanged", async () => {
  const { body, ignored } = await sent(chat, 'oss', { kv_transfer_params: 1, top_k: 2 }, bedrockKey());
  expect([body.kv_transfer_params, body.top_k, ignored]).toEqual([1, 2, ['']]);
});

test('fields named after JavaScript object properties are ordinary fields', async () => {
  const hostile =
    '{"model":"gpt","messages":[{"role":"user","content":"x","__proto__":{"y":1}}],"__proto__":{"top_k":1}}';
  const answer = await post(app, { path: '/v1/chat/completions', body: hostile }, { token });
  expect(answer.status).toBe(200);
  const call = upstreams.arrived.find(({ service }) => service === 'openai');
  expect(call?.body).toBe('{"model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}]}');
});

test('very many unknown fields cost little, and only a few are reported', async () => {
  const given = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`field_${at}`, {}]));
  const began = process.cpuUsage();
  const { body, ignored } = await sent(chat, 'gpt', given);
  expect(cpuMsSince(began)).toBeLessThan(5_000);
  expect([Object.keys(body), ignored.length]).toEqual([['model', 'messages'], 32]);
});
