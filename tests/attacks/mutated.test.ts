import type { Catalog } from '../../function/catalog/catalog.ts';
import { event } from '../backends/wire/encoded.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { conforms, type SchemaKind } from '../schemas/conforms.ts';
import { mutations } from './mutations.ts';
import {
  chat,
  chatStream,
  claude,
  completions,
  converseCall,
  converseStream,
  embeddings,
  eventStream,
  gateway,
  gptOss,
  invoke,
  json,
  listed,
  part,
  post,
  startUpstreams,
  titan,
  tokenOf,
  type Operation,
  type Script,
  type Service,
  type Told,
  type Upstreams,
} from './upstreams.ts';

const token = tokenOf('app');
const cohere = 'cohere.embed-v4:0';
const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl';

const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    base: { target: 'sagemaker:my-endpoint', chatTemplate: 'chatml' },
    claude: { target: `bedrock:${claude}` },
    oss: { target: `bedrock-openai:${gptOss}` },
    titan: { target: `bedrock:${titan}` },
    cohere: { target: `bedrock:${cohere}` },
  },
};

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.scripts = {};
  app = gateway(upstreams, { catalog });
});

const head = { id: 'chatcmpl-1', created: 1, model: 'm' };
const usage = {
  prompt_tokens: 9,
  completion_tokens: 4,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 3 },
  completion_tokens_details: { reasoning_tokens: 2 },
};
const calls = [
  { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
  { id: 'call_2', type: 'custom', custom: { name: 'say', input: 'hello' } },
];
const message = { role: 'assistant', content: 'Hi', refusal: null, reasoning_content: 'Hm.', tool_calls: calls };
const chatReply = {
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message, logprobs: { content: [], refusal: null }, finish_reason: 'tool_calls' }],
  usage,
  service_tier: 'default',
  system_fingerprint: 'fp_1',
};
const legacyReply = {
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'Hi' },
        ],
        function_call: { name: 'look', arguments: '{}' },
      },
      finish_reason: 'function_call',
    },
  ],
};
const completionsReply = {
  ...head,
  object: 'text_completion',
  choices: [{ index: 0, text: 'ok', logprobs: null, finish_reason: 'stop' }],
  usage,
};

function chunk(delta: object, finish: string | null = null): object {
  return { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] };
}

const chunks = [
  chunk({ role: 'assistant', content: '', reasoning_content: 'Hm.' }),
  chunk({ content: 'Hi' }),
  chunk({ tool_calls: [{ index: 0, ...calls[0], function: { name: 'look', arguments: '' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
  chunk({}, 'tool_calls'),
  { ...head, object: 'chat.completion.chunk', choices: [], usage },
];
const texts = [
  { ...head, object: 'text_completion', choices: [{ index: 0, text: 'ok', logprobs: null, finish_reason: null }] },
  { ...head, object: 'text_completion', choices: [{ index: 0, text: '', logprobs: null, finish_reason: 'stop' }] },
];

const converseReply = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } },
        { text: 'ok' },
        { citationsContent: { content: [{ text: 'cited' }], citations: [{ title: 't' }] } },
        { toolUse: { toolUseId: 'a', name: 'look', input: { a: 1 } } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7, cacheReadInputTokens: 1, cacheWriteInputTokens: 1 },
  metrics: { latencyMs: 1 },
  serviceTier: { type: 'default' },
};
const converseEvents = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm.' } } } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { signature: 's' } } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'ok' } } },
  { contentBlockStop: { contentBlockIndex: 1 } },
  { contentBlockStart: { contentBlockIndex: 2, start: { toolUse: { toolUseId: 'a', name: 'look' } } } },
  { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '{"a":1}' } } } },
  { contentBlockStop: { contentBlockIndex: 2 } },
  { messageStop: { stopReason: 'tool_use' } },
  { metadata: { usage: converseReply.usage, metrics: { latencyMs: 1 } } },
];

const embedded = {
  object: 'list',
  model: 'm',
  data: [{ object: 'embedding', index: 0, embedding: [0.5, 1] }],
  usage: { prompt_tokens: 1, total_tokens: 1 },
};
const titanReply = { embedding: [0.5, 1], embeddingsByType: { float: [0.5, 1] }, inputTextTokenCount: 1 };
const cohereReply = { id: 'i', response_type: 'embeddings_by_type', embeddings: { float: [[0.5, 1]] }, texts: ['a'] };

type Writer = (value: unknown) => Script;

const whole: Writer = (value) => (response) => json(response, 200, value);
const sse: Writer = (value) => (response) =>
  void response.setHeader('content-type', 'text/event-stream').end(sseOf(value));
const parts: Writer = (value) => (response) => eventStream(response, part(sseOf(value)));
const frames: Writer = (value) => (response) => {
  const events = list(value).flatMap((one) => Object.entries(Object(one)));
  eventStream(response, Buffer.concat(events.map(([type, payload]) => event(type, payload))));
};

function sseOf(value: unknown): string {
  return `${list(value)
    .map((one) => `data: ${JSON.stringify(one)}\n\n`)
    .join('')}data: [DONE]\n\n`;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** What is asked of whom, and the real answer that is changed. */
const directions: readonly (readonly [Operation, string, Service, Writer, unknown])[] = [
  [converseCall, 'gpt', 'openai', whole, chatReply],
  [converseCall, 'gpt', 'openai', whole, legacyReply],
  [converseStream, 'gpt', 'openai', sse, chunks],
  [converseStream, 'gpt', 'openai', whole, chatReply],
  [converseStream, 'tiny', 'sagemaker', parts, chunks],
  [converseCall, 'tiny', 'sagemaker', whole, chatReply],
  [converseCall, 'base', 'sagemaker', whole, completionsReply],
  [chat, 'gpt', 'openai', whole, chatReply],
  [chatStream, 'gpt', 'openai', sse, chunks],
  [chat, 'tiny', 'sagemaker', whole, chatReply],
  [chatStream, 'tiny', 'sagemaker', parts, chunks],
  [chat, 'base', 'sagemaker', whole, completionsReply],
  [chatStream, 'base', 'sagemaker', parts, texts],
  [completions, 'tiny', 'sagemaker', whole, completionsReply],
  [chat, 'claude', 'runtime', whole, converseReply],
  [chatStream, 'claude', 'runtime', frames, converseEvents],
  [completions, 'claude', 'runtime', whole, converseReply],
  [chat, 'oss', 'runtime', whole, chatReply],
  [embeddings, 'gpt', 'openai', whole, embedded],
  [embeddings, 'titan', 'runtime', whole, titanReply],
  [embeddings, 'cohere', 'runtime', whole, cohereReply],
  [invoke, 'gpt', 'openai', whole, embedded],
];

/** What JavaScript itself throws: a log line has it as the error only where nobody expected what came. */
const thrown: ReadonlySet<string> = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError']);

/** The schema of what an operation answers well where it is translated; bytes that pass through are upstream's own. */
function schemaOf({ name }: Operation, model: string): SchemaKind | undefined {
  if (model === 'oss' || (model === 'gpt' && !name.startsWith('converse'))) return undefined;
  return schemas.get(name);
}

const schemas: ReadonlyMap<string, SchemaKind> = new Map<string, SchemaKind>([
  ['chat', 'chat-reply'],
  ['chat, streamed', 'chat-chunk'],
  ['completions', 'completions-reply'],
  ['embeddings', 'embeddings-reply'],
  ['converse', 'converse-response'],
]);

/** How an answer of 200 breaks its schema. */
function misshapen(text: string, schema: SchemaKind): string[] {
  const said = schema === 'chat-chunk' ? [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => data ?? '') : [text];
  return said.map((one): unknown => JSON.parse(one)).flatMap((one) => (isError(one) ? [] : conforms(schema, one)));
}

function isError(value: unknown): boolean {
  return Object.hasOwn(Object(value), 'error');
}

/** What is wrong with an answer; nothing where it is one, or a failure of upstream's. */
function wrongWith({ status, text }: Told, schema?: SchemaKind): string[] {
  const { error, stack } = app.log.at(-1) ?? {};
  return [
    ...(stack === undefined && !thrown.has(error ?? '') ? [] : [`${error} was thrown: ${JSON.stringify(stack)}`]),
    ...(text.includes('[object Object]') ? ['[object Object]'] : []),
    ...(status === 200 || status >= 400 ? [] : [`the status ${status}`]),
    ...(status === 200 && schema !== undefined ? misshapen(text, schema) : []),
  ];
}

const rows = directions.map(
  ([operation, model, service, writer, answer]) =>
    [`${operation.name} to ${model}`, { operation, model, service, writer, answer }] as const,
);

test.each(rows)(
  'rule 9: %s: a malformed response becomes a valid response or an error',
  async (_name, direction) => {
    const { operation, model, service, writer, answer } = direction;
    const found: string[] = [];
    for (const { name, value } of mutations(answer)) {
      upstreams.scripts[service] = writer(value);
      const told = await post(app, operation.request(model), { token });
      found.push(...wrongWith(told, schemaOf(operation, model)).map((wrong) => `${name}: ${wrong}`));
    }
    expect(found).toEqual([]);
  },
  120_000,
);

const models = {
  modelSummaries: [
    {
      modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${claude.slice(3)}`,
      modelId: claude.slice(3),
      modelName: 'Claude',
      providerName: 'Anthropic',
      inputModalities: ['TEXT'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
      inferenceTypesSupported: ['INFERENCE_PROFILE', 'ON_DEMAND'],
      modelLifecycle: { status: 'ACTIVE', startOfLifeTime: '2025-09-29T00:00:00Z' },
    },
  ],
};
const oneProfile = {
  inferenceProfileName: 'Claude',
  inferenceProfileArn: profile,
  inferenceProfileId: claude,
  createdAt: '2025-09-29T00:00:00Z',
  models: [{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${claude.slice(3)}` }],
  status: 'ACTIVE',
  type: 'SYSTEM_DEFINED',
};
const profiles = { inferenceProfileSummaries: [oneProfile], nextToken: '' };

/** The control plane, with one of its answers changed. */
function control(changed: 'models' | 'profiles' | 'profile', value: unknown): Script {
  const good = { models, profiles, profile: oneProfile };
  return (response, { path }) => {
    const asked = path.startsWith('/foundation-models') ? 'models' : path.includes('profile/') ? 'profile' : 'profiles';
    json(response, 200, asked === changed ? value : good[asked]);
  };
}

describe.each([
  ['models', models],
  ['profiles', profiles],
  ['profile', oneProfile],
] as const)('rule 9: a malformed response about %s', (changed, answer) => {
  test('leaves lists and calls working', async () => {
    const found: string[] = [];
    for (const { name, value } of mutations(answer)) {
      app = gateway(upstreams, { catalog });
      upstreams.scripts.control = control(changed, value);
      const headers = { authorization: `Bearer ${bedrockKey()}` };
      const paths = ['/v1/models', '/foundation-models', '/inference-profiles', `/v1/models/${claude}`];
      for (const path of paths) {
        const response = await app.open(path, { headers });
        const told = { status: response.status, headers: response.headers, text: await response.text() };
        found.push(...wrongWith(told).map((wrong) => `${path}: ${name}: ${wrong}`));
      }
      const told = await post(app, chat.request(profile), { token: bedrockKey() });
      found.push(...wrongWith(told).map((wrong) => `chat: ${name}: ${wrong}`));
    }
    expect(found).toEqual([]);
  }, 120_000);
});
