import type { Catalog } from '../../function/catalog/catalog.ts';
import type { TestApp } from '../support/app.ts';
import {
  chat,
  claude,
  completions,
  converseCall,
  converseStream,
  countTokens,
  embeddings,
  gateway,
  gptOss,
  invoke,
  invokeStream,
  listed,
  nova,
  post,
  startUpstreams,
  titan,
  tokenOf,
  type Operation,
  type Told,
  type Upstreams,
} from './upstreams.ts';

const token = tokenOf('app');

const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  guardrail: { identifier: 'stack-guardrail', version: '7' },
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    claude: { target: `bedrock:${claude}` },
    oss: { target: `bedrock-openai:${gptOss}` },
    lite: { target: 'bedrock:amazon.nova-lite-v1:0' },
    titan: { target: `bedrock:${titan}` },
    nova: { target: `bedrock:${nova}` },
  },
};

const { guardrail: _stacks, ...unguarded } = catalog;

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
  app = gateway(upstreams, { catalog });
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
});

/** What was sent to models: the role and the secret may be had before. */
function spent() {
  return upstreams.arrived.filter(({ service }) => service !== 'sts' && service !== 'secrets');
}

/** What it looks like when a member is refused, and nothing was sent. */
function refusedFor(member: string): object {
  return { status: 400, text: expect.stringContaining(`let callers set ${member} there`), sent: [] };
}

/** What comes of a wish: outside of Bedrock some cannot be carried out, and less latency is not heard of at all. */
function notTaken(model: string, member: string): object {
  if (member === 'performanceConfig' && (model === 'gpt' || model === 'tiny')) return { status: 200 };
  const text = new RegExp(`let callers set ${member} there|is not supported with this model`);
  return { status: 400, text: expect.stringMatching(text), sent: [] };
}

function outcome({ status, text }: Told): object {
  return { status, text, sent: spent() };
}

const s3Location = { uri: 's3://bucket-of-the-stack/key', bucketOwner: '123456789012' };
const source = { s3Location };
const image = { image: { format: 'png', source } };
const document = { document: { format: 'pdf', name: 'a', source } };
const video = { video: { format: 'mp4', source } };
const audio = { audio: { format: 'mp3', source } };
const bytes = 'aGVsbG8=';

function said(...content: object[]): object {
  return { messages: [{ role: 'user', content: [{ text: 'Hello' }, ...content] }] };
}

function result(...content: object[]): object {
  return said({ toolResult: { toolUseId: 'a', content } });
}

const inConverse: readonly (readonly [string, object | string])[] = [
  ['an image', said(image)],
  ['a document', said(document)],
  ['a video', said(video)],
  ['audio', said(audio)],
  ["a tool's image", result(image)],
  ["a tool's document", result({ text: 'x' }, document)],
  ["a tool's video", result(video)],
  [
    "a later message's image",
    {
      messages: [
        ...Array.from({ length: 9 }, () => ({ role: 'user', content: [{ text: 'x' }] })),
        { role: 'assistant', content: [image] },
      ],
    },
  ],
  ['a source with bytes and an S3 location', said({ image: { format: 'png', source: { bytes, s3Location } } })],
  ['a guarded image', said({ guardContent: { image: { format: 'png', source: { bytes, s3Location } } } })],
  ['an unknown block type', said({ text: 'x', hologram: { parts: [{ source }] } })],
  ['an unknown system block', { ...said(), system: [{ text: 'x', hologram: { source } }] }],
  ['an unknown field', said({ image: { format: 'png', source: { bytes }, mask: source } })],
  ['a field for the model', { ...said(), additionalModelRequestFields: { a: [{ b: { s3Location } }] } }],
  ["a field's address", { ...said(), additionalModelRequestFields: { url: ' \nS3://bucket/key' } }],
  ["a field in the model's own spelling", { ...said(), additionalModelRequestFields: { s3_location: { uri: 'x' } } }],
  ['an escaped key', JSON.stringify(said(image)).replace('s3Location', 's3\\u004cocation')],
  ['a repeated key', JSON.stringify(said(image)).replace('"s3Location":', '"bytes":"","s3Location":')],
  ['messages that come twice', `{"messages":[],"messages":${JSON.stringify(said(image)).slice('{"messages":'.length)}`],
];

const fronts: readonly Operation[] = [converseCall, converseStream];

/** The request with other members, or as this very text. */
function written(operation: Operation, model: string, more: object | string) {
  if (typeof more !== 'string') return operation.request(model, more);
  return { ...operation.request(model), body: more };
}

describe.each(fronts)('$name', (operation) => {
  describe.each(['claude', 'oss', 'gpt', 'tiny'])('to %s', (model) => {
    test.each(inConverse)("%s cannot read the stack's buckets", async (_where, more) => {
      const told = await post(app, written(operation, model, more), { token });
      expect([told.status, spent()]).toEqual([400, []]);
    });

    test.each<[string, object]>([
      ['promptVariables', { promptVariables: { a: { text: 'x' } } }],
      ['promptVariables', { promptVariables: {} }],
      ['guardrailConfig', { guardrailConfig: { guardrailIdentifier: 'mine', guardrailVersion: '1' } }],
      ['guardrailConfig', { additionalModelRequestFields: { 'amazon-bedrock-guardrailConfig': {} } }],
      ['guardrailConfig', { additionalModelRequestFields: { 'Amazon-Bedrock-Trace': 'ENABLED' } }],
      ['serviceTier', { serviceTier: { type: 'priority' } }],
      ['serviceTier', { serviceTier: { type: 'flex' } }],
      ['serviceTier', { serviceTier: { type: 'reserved' } }],
      ['serviceTier', { additionalModelRequestFields: { service_tier: 'priority' } }],
      ['performanceConfig', { performanceConfig: { latency: 'optimized' } }],
    ])('a caller cannot set %s (%j)', async (member, more) => {
      const found = outcome(await post(app, operation.request(model, more), { token }));
      expect(found).toMatchObject(notTaken(model, member));
      expect(JSON.stringify(spent())).not.toContain('optimized');
    });
  });

  test.each<[string, object]>([
    ['promptVariables', { promptVariables: null }],
    ['serviceTier', { serviceTier: null }],
    ['performanceConfig', { performanceConfig: null }],
    ['guardrailConfig', { guardrailConfig: null }],
    ['requestMetadata', { requestMetadata: null }],
    ['additionalModelRequestFields', { additionalModelRequestFields: null }],
    ['messages', { messages: [{ role: 'user', content: null }] }],
    ['system', { system: [null] }],
    ['block', said({ toolResult: null })],
    ['image', said({ image: null })],
  ])('null as %s does not fail', async (_member, more) => {
    for (const model of ['claude', 'gpt', 'tiny']) {
      const { status } = await post(app, operation.request(model, more), { token });
      expect([model, status < 500]).toEqual([model, true]);
    }
  });

  test('tool data may contain S3 URIs', async () => {
    const used = { toolUse: { toolUseId: 'a', name: 'f', input: { s3Location } } };
    const messages = [
      { role: 'user', content: [{ text: 's3://bucket/key' }] },
      { role: 'assistant', content: [used] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [{ json: { s3Location } }] } }] },
    ];
    const inputSchema = { json: { type: 'object', properties: { s3Location: { type: 'string' } } } };
    const toolConfig = { tools: [{ toolSpec: { name: 'f', inputSchema } }] };
    expect((await post(app, operation.request('claude', { messages, toolConfig }), { token })).status).toBe(200);
  });

  test('no guard content marker narrows what the guardrail assesses', async () => {
    const mark = { guardContent: { text: { text: 'Hello' } } };
    const all = [
      [[mark, { text: 'the rest' }], 0, 0],
      [[{ text: 'the rest' }, mark], 0, 1],
    ] as const;
    for (const [content, message, block] of all) {
      const messages = [{ role: 'user', content }];
      for (const request of [
        converseCall.request('claude', { messages }),
        converseStream.request('claude', { messages }),
        countTokens.request('claude', { input: { converse: { messages } } }),
      ]) {
        const { status, text } = await post(app, request, { token });
        expect([status, text]).toEqual([
          400,
          expect.stringContaining(`messages[${message}].content[${block}].guardContent`),
        ]);
      }
    }
    expect(spent()).toEqual([]);
    // A mark in the system's text adds to what is assessed.
    const { status } = await post(app, converseCall.request('claude', { system: [mark] }), { token });
    expect(status).toBe(200);
  });

  test.each<[string, Partial<Catalog>]>([
    ['the config lets callers set guardrails', { ...catalog, callersMaySet: ['guardrailConfig'] }],
    ['the stack has none', unguarded],
  ])('guard content markers pass where %s', async (_name, given) => {
    const content = [{ guardContent: { text: { text: 'Hello' } } }, { text: 'the rest' }];
    const free = gateway(upstreams, { catalog: given });
    const request = converseCall.request('claude', { messages: [{ role: 'user', content }] });
    expect((await post(free, request, { token })).status).toBe(200);
    expect(JSON.parse(spent()[0]?.body ?? '').messages[0].content).toEqual(content);
  });

  test("the stack's guardrail and the caller's ID replace the caller's own values", async () => {
    const entries = Array.from({ length: 15 }, (_, at) => [`key-${at}`, 'x'] as const);
    const requestMetadata = { ...Object.fromEntries(entries), 'gateway-caller': 'somebody-else' };
    const { path, body } = operation.request('claude', { requestMetadata, trace: 'enabled', unknown: 1 });
    const text = JSON.stringify(body).replace('{', '{"__proto__":{"guardrailConfig":{"guardrailIdentifier":"mine"}},');
    const twice = text.replace('"somebody-else"', '"somebody-else","gateway\\u002dcaller":"another"');
    expect((await post(app, { path, body: twice }, { token })).status).toBe(200);
    const sent = JSON.parse(spent()[0]?.body ?? '');
    expect(sent.guardrailConfig).toEqual({ guardrailIdentifier: 'stack-guardrail', guardrailVersion: '7' });
    expect(sent.requestMetadata['gateway-caller']).toBe('app');
    expect(Object.keys(sent.requestMetadata)).toHaveLength(16);
    expect(spent()[0]?.body).not.toMatch(/mine|somebody-else|another|trace|unknown|__proto__/);
  });
});

function seen(url: string): object {
  return {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  };
}

function part(...parts: object[]): object {
  return { messages: [{ role: 'user', content: parts }] };
}

const inChat: readonly (readonly [string, object])[] = [
  ['an image', seen('s3://bucket/key')],
  ['an image in capitals', seen(' S3://bucket/key')],
  ['a file', part({ type: 'file', file: { file_data: 's3://bucket/key', filename: 'a.pdf' } })],
  ['a file by its URL', part({ type: 'file', file: { file_url: 's3://bucket/key' } })],
  ['audio', part({ type: 'input_audio', input_audio: { data: 's3://bucket/key', format: 'wav' } })],
  ['a server-specific part type', part({ type: 'video_url', video_url: { url: 's3://bucket/key' } })],
  ["Bedrock's own spelling", part({ type: 'image', image: { source } })],
];

describe.each(['claude', 'oss', 'gpt', 'tiny'])('chat to %s', (model) => {
  test.each(inChat)("%s cannot read the stack's buckets", async (_where, more) => {
    for (const stream of [false, true]) {
      const { status } = await post(app, chat.request(model, { ...more, stream }), { token });
      expect(status).toBe(400);
    }
    expect(spent()).toEqual([]);
  });

  test.each<[string, object]>([
    ['promptVariables', { bedrock: { promptVariables: { a: { text: 'x' } } } }],
    ['guardrailConfig', { bedrock: { guardrailConfig: { guardrailIdentifier: 'mine', guardrailVersion: '1' } } }],
    ['performanceConfig', { bedrock: { performanceConfig: { latency: 'optimized' } } }],
    ['serviceTier', { service_tier: 'priority' }],
    ['serviceTier', { service_tier: 'flex' }],
    ['guardrailConfig', { 'amazon-bedrock-guardrailConfig': { guardrailIdentifier: 'mine' } }],
    ['guardrailConfig', { 'Amazon-Bedrock-GuardrailConfig': { guardrailIdentifier: 'mine' } }],
  ])('a caller cannot set %s (%j)', async (member, more) => {
    for (const stream of [false, true]) {
      const found = outcome(await post(app, chat.request(model, { ...more, stream }), { token }));
      expect(found).toMatchObject(notTaken(model, member));
      expect(JSON.stringify(spent())).not.toContain('optimized');
    }
  });

  test('fields without effect are not refused', async () => {
    for (const more of [
      { service_tier: 'auto' },
      { service_tier: 'default' },
      { service_tier: null },
      { bedrock: {} },
    ]) {
      expect((await post(app, chat.request(model, more), { token })).status).toBe(200);
    }
  });

  test('a prompt may contain S3 URIs', async () => {
    const messages = [{ role: 'user', content: 's3://bucket/key' }];
    expect((await post(app, chat.request(model, { messages }), { token })).status).toBe(200);
    const text = part({ type: 'text', text: 's3://bucket/key' });
    expect((await post(app, chat.request(model, text), { token })).status).toBe(200);
  });
});

test("Bedrock's Chat Completions gets the stack's headers and none of the caller's", async () => {
  const headers = {
    'x-amzn-bedrock-guardrailidentifier': 'mine',
    'x-amzn-bedrock-request-metadata': '{"gateway-caller":"somebody-else"}',
    'x-amzn-bedrock-service-tier': 'priority',
  };
  expect((await post(app, chat.request('oss'), { token, headers })).status).toBe(200);
  expect(spent()[0]?.headers).toMatchObject({
    'x-amzn-bedrock-guardrailidentifier': 'stack-guardrail',
    'x-amzn-bedrock-guardrailversion': '7',
    'x-amzn-bedrock-request-metadata': '{"gateway-caller":"app"}',
  });
  expect(JSON.stringify(spent())).not.toMatch(/mine|somebody-else|priority/);
});

test.each([chat, completions])("$name: metadata cannot change the caller's ID", async (operation) => {
  const metadata = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`key-${at}`, 'x']));
  const more = { metadata: { ...metadata, 'gateway-caller': 'somebody-else' } };
  expect((await post(app, operation.request('claude', more), { token })).status).toBe(200);
  expect(JSON.parse(spent()[0]?.body ?? '').requestMetadata['gateway-caller']).toBe('app');
});

test("the stack's values apply to every prompt of a list", async () => {
  const prompt = ['one', 'two', 'three', 'one'];
  for (const stream of [false, true]) {
    upstreams.arrived.length = 0;
    expect((await post(app, completions.request('claude', { prompt, stream }), { token })).status).toBe(200);
    expect(spent()).toHaveLength(4);
    for (const { body } of spent()) {
      const { requestMetadata, guardrailConfig } = JSON.parse(body);
      expect(requestMetadata).toEqual({ 'gateway-caller': 'app' });
      expect(guardrailConfig.guardrailIdentifier).toBe('stack-guardrail');
    }
  }
});

test.each(['claude', 'oss', 'gpt', 'tiny'])(
  'a caller cannot set the service tier of completions (%s)',
  async (model) => {
    expect(outcome(await post(app, completions.request(model, { service_tier: 'priority' }), { token }))).toEqual(
      refusedFor('serviceTier'),
    );
  },
);

test('a caller cannot set the service tier of embeddings', async () => {
  expect(outcome(await post(app, embeddings.request('gpt', { service_tier: 'priority' }), { token }))).toEqual(
    refusedFor('serviceTier'),
  );
});

test.each<[string, string]>([
  ['x-amzn-bedrock-guardrailidentifier', 'mine'],
  ['X-Amzn-Bedrock-GuardrailVersion', '1'],
  ['x-amzn-bedrock-performanceconfig-latency', 'optimized'],
  ['x-amzn-bedrock-performanceconfig-latency', 'standard, optimized'],
  ['x-amzn-bedrock-service-tier', 'priority'],
  ['x-amzn-bedrock-service-tier', 'DEFAULT'],
])('InvokeModel: a caller cannot set the header %s: %s', async (name, value) => {
  const { status } = await post(app, invoke.request('titan'), { token, headers: { [name]: value } });
  expect(status).toBe(400);
  expect(spent()).toEqual([]);
});

test('InvokeModel: no other header of the caller is sent upstream', async () => {
  const headers = {
    'x-amzn-bedrock-trace': 'ENABLED_FULL',
    'x-amzn-bedrock-request-metadata': '{"gateway-caller":"somebody-else"}',
    'x-amz-security-token': 'theirs',
    'x-forwarded-for': '192.0.2.1',
    cookie: 'theirs',
  };
  expect((await post(app, invoke.request('titan'), { token, headers })).status).toBe(200);
  expect(spent()[0]?.headers['x-amzn-bedrock-request-metadata']).toBe('{"gateway-caller":"app"}');
  expect(JSON.stringify(spent()[0]?.headers)).not.toMatch(/somebody-else|ENABLED_FULL|theirs|192\.0\.2\.1/);
});

function novaBody(singleEmbeddingParams: object): object {
  return { inputText: undefined, taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams };
}

test.each([
  ['text', novaBody({ text: { source } })],
  ['image', novaBody({ image: { source } })],
  ['audio', novaBody({ audio: { source } })],
  ['video', novaBody({ video: { source } })],
  ['both', novaBody({ image: { source: { bytes, s3Location } } })],
  ['an S3 URI as bytes', novaBody({ image: { source: { bytes: 's3://bucket/key' } } })],
])("InvokeModel: a Nova body cannot read the stack's buckets: %s", async (_name, body) => {
  const { status } = await post(app, invoke.request('nova', body), { token });
  expect([status, spent()]).toEqual([400, []]);
});

test('the stack pays for InvokeModel only of embeddings and Claude', async () => {
  for (const operation of [invoke, invokeStream]) {
    for (const [model, status] of [
      ['lite', 403],
      ['oss', 400],
      ['tiny', 400],
    ] as const) {
      expect((await post(app, operation.request(model), { token })).status).toBe(status);
    }
  }
  expect(spent()).toEqual([]);
});

test("Claude by InvokeModel uses the stack's guardrail and the caller's ID and cannot read the account", async () => {
  const more = {
    mcp_servers: [{ type: 'url', url: 'https://example.com' }],
    container: 'c1',
    service_tier: 'standard_only',
    anthropic_beta: ['mcp-client-2025-04-04'],
    'amazon-bedrock-guardrailConfig': { tagSuffix: 'x' },
    additionalModelRequestFields: { s3Location },
  };
  const headers = { 'x-amzn-bedrock-request-metadata': '{"gateway-caller":"somebody-else"}' };
  for (const operation of [invoke, invokeStream]) {
    upstreams.arrived.length = 0;
    const request = operation.request('claude', { ...more, messages: [{ role: 'user', content: 'Hello' }] });
    expect((await post(app, request, { token, headers })).status).toBe(200);
    expect(spent()[0]?.headers).toMatchObject({
      'x-amzn-bedrock-guardrailidentifier': 'stack-guardrail',
      'x-amzn-bedrock-guardrailversion': '7',
      'x-amzn-bedrock-request-metadata': '{"gateway-caller":"app"}',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*x-amzn-bedrock-guardrailidentifier/),
    });
    expect(Object.keys(JSON.parse(spent()[0]?.body ?? '{}')).toSorted()).toEqual(
      operation === invoke ? ['messages'] : ['max_tokens', 'messages'],
    );
    const picture = { type: 'image', source: { type: 's3', s3Location } };
    const reaching = operation.request('claude', { messages: [{ role: 'user', content: [picture] }] });
    expect((await post(app, reaching, { token })).status).toBe(400);
    expect(spent()).toHaveLength(1);
  }
});

const reaching: readonly (readonly [string, object])[] = [
  ['mcp_servers', { mcp_servers: [{ type: 'url', url: 'https://example.com', name: 'a' }] }],
  ['container', { container: { skills: [] } }],
  [
    'tools',
    {
      tools: [
        { type: 'computer_20250124', name: 'computer' },
        { type: 'web_search_20250305', name: 'x' },
      ],
    },
  ],
  ['tools', { tools: [{ type: ['custom'], name: 'x' }] }],
];

test.each(reaching)('model fields cannot start server tools: %s', async (field, fields) => {
  const input = { converse: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] } };
  const requests = [
    converseCall.request('claude', { additionalModelRequestFields: fields }),
    converseStream.request('claude', { additionalModelRequestFields: fields }),
    chat.request('claude', { bedrock: { additionalModelRequestFields: fields } }),
    chat.request('claude', { bedrock: { additionalModelRequestFields: fields }, stream: true }),
    countTokens.request('claude', { input: { converse: { ...input.converse, additionalModelRequestFields: fields } } }),
  ];
  for (const request of requests) {
    const { status, text } = await post(app, request, { token });
    expect([status, text]).toEqual([400, expect.stringContaining(`additionalModelRequestFields.${field}`)]);
  }
  expect(spent()).toEqual([]);
});

test.each([
  [{ systemTool: { name: 'nova_grounding' } }],
  [{ toolSpec: { name: 'a', inputSchema: { json: {} } }, systemTool: { name: 'nova_code_interpreter' } }],
])('the stack does not pay for tools that Bedrock runs: %j', async (tool) => {
  const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
  const toolConfig = { tools: [{ toolSpec: { name: 'b', inputSchema: { json: {} } } }, tool] };
  const requests = [
    converseCall.request('claude', { toolConfig }),
    converseStream.request('claude', { toolConfig }),
    countTokens.request('claude', { input: { converse: { messages, toolConfig } } }),
  ];
  for (const request of requests) expect((await post(app, request, { token })).status).toBe(400);
  expect(spent()).toEqual([]);
});

test('beta flags unknown for the family are left out and reported', async () => {
  const fields = { anthropic_beta: ['interleaved-thinking-2025-05-14', 'fast-mode-2026-02-01', 7], top_k: 5 };
  const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
  const converse = { messages, additionalModelRequestFields: fields };
  const name = 'additionalModelRequestFields.anthropic_beta';
  const requests = [
    [converseCall.request('claude', { additionalModelRequestFields: fields }), name],
    [converseStream.request('claude', { additionalModelRequestFields: fields }), name],
    [countTokens.request('claude', { input: { converse } }), name],
    [chat.request('claude', { bedrock: { additionalModelRequestFields: fields } }), `bedrock.${name}`],
  ] as const;
  for (const [request, ignored] of requests) {
    upstreams.arrived.length = 0;
    const { status, headers } = await post(app, request, { token });
    expect([status, headers.get('x-gateway-ignored')]).toEqual([200, expect.stringContaining(ignored)]);
    expect(spent()[0]?.body).toContain('interleaved-thinking-2025-05-14');
    expect(spent()[0]?.body).not.toContain('fast-mode');
  }
});

test('tools that the client runs are ordinary fields', async () => {
  const tools = [{ type: 'computer_20250124', name: 'computer' }, { type: 'custom', name: 'a' }, { name: 'b' }];
  const more = { additionalModelRequestFields: { tools, mcp_servers: null } };
  expect((await post(app, converseCall.request('claude', more), { token })).status).toBe(200);
  expect(JSON.parse(spent()[0]?.body ?? '')).toMatchObject(more);
});

test("CountTokens cannot read the account's buckets", async () => {
  const picture = { image: { format: 'png', source: { s3Location } } };
  const messages = [{ role: 'user', content: [picture] }];
  const { status } = await post(app, countTokens.request('claude', { input: { converse: { messages } } }), { token });
  expect([status, spent()]).toEqual([400, []]);
});

test("no other runtime operation is signed with the stack's credentials", async () => {
  const requests = [
    { path: '/guardrail/stack-guardrail/version/7/apply', body: { source: 'INPUT', content: [] } },
    { path: '/guardrail-checks/invoke', body: {} },
    { path: '/async-invoke', body: { modelId: 'claude', modelInput: {}, outputDataConfig: {} } },
  ];
  for (const request of requests) expect((await post(app, request, { token })).status).toBe(403);
  for (const path of ['/async-invoke', '/async-invoke/arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc']) {
    expect((await app.open(path, { headers: { authorization: `Bearer ${token}` } })).status).toBe(403);
  }
  expect(spent()).toEqual([]);
});

const gatewaysOwn = ['model', 'messages', 'stream', 'stream_options', 'n', 'service_tier', 'metadata'];

test.each(['gpt', 'tiny'])('model fields cannot change the model or the messages (%s)', async (model) => {
  for (const name of gatewaysOwn) {
    for (const quoted of [`"${name}"`, `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`]) {
      const { path, body } = converseCall.request(model, { additionalModelRequestFields: {} });
      const text = JSON.stringify(body).replace('"additionalModelRequestFields":{', `$&${quoted}:"x"`);
      const { status } = await post(app, { path, body: text }, { token });
      expect([name, status]).toEqual([name, 400]);
    }
  }
  expect(spent()).toEqual([]);
});

test('fields named after JavaScript object properties are ordinary fields', async () => {
  const { path, body } = converseCall.request('gpt', { additionalModelRequestFields: { seed: 1 } });
  const text = JSON.stringify(body).replace('"seed":1', '"__proto__":{"model":"other"},"constructor":1,"toString":2');
  expect((await post(app, { path, body: text }, { token })).status).toBe(200);
  expect(JSON.parse(spent()[0]?.body ?? '').model).toBe('gpt-4o-mini');
});

test.each([chat, completions, embeddings])(
  '$name: a passthrough body is rewritten with one model and one stream field',
  async (operation) => {
    const { path, body } = operation.request('gpt');
    const text = JSON.stringify(body).replace('{', '{"model":"x","m\\u006fdel":"y","stream":true,"stream":false,');
    expect((await post(app, { path, body: text }, { token })).status).toBe(200);
    const [sent] = spent();
    expect(sent?.body.match(/"model"/g)).toHaveLength(1);
    expect(JSON.parse(sent?.body ?? '').model).toBe('gpt-4o-mini');
    expect(sent?.headers['content-length']).toBe(String(Buffer.byteLength(sent?.body ?? '')));
  },
);

test.each(['true', 1, 'yes', {}, []])('stream: %j means the same to the gateway and to upstream', async (stream) => {
  for (const model of ['gpt', 'oss']) {
    const { status } = await post(app, chat.request(model, { stream }), { token });
    expect([model, status]).toEqual([model, 400]);
  }
  expect(spent()).toEqual([]);
});
