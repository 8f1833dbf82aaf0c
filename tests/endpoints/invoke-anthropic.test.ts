import { createHash } from 'node:crypto';
import type { Backend, CallContext, PassthroughRequest } from '../../function/backends/backend.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { testApp } from '../support/app.ts';

const token = ['listed', 'caller', 'example'].join('-');
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const plain = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 20,
  messages: [{ role: 'user', content: 'Hello' }],
};

interface Asked {
  readonly request: PassthroughRequest;
  readonly context: CallContext;
}

/** The gateway whose stack pays for Claude, in front of a Bedrock that answers everything alike. */
function stack(catalog: Partial<Catalog> = {}) {
  const asked: Asked[] = [];
  async function* body() {
    yield await Promise.resolve(Buffer.from('{}'));
  }
  const passthrough = (request: PassthroughRequest, context: CallContext) => {
    asked.push({ request, context });
    const value = { contentType: 'application/json', headers: {}, body: body() };
    return Promise.resolve({ ok: true as const, value });
  };
  const bedrock: Backend = {
    invoke: { call: () => Promise.reject(new Error('not here')), passthrough },
    countTokens: { passthrough },
  };
  const app = testApp({
    backends: { bedrock },
    catalog: {
      callers: [{ id: 'team', sha256: createHash('sha256').update(token).digest('hex') }],
      models: {
        claude: { target: `bedrock:${sonnet}` },
        newest: { target: 'bedrock:us.anthropic.claude-opus-5-5' },
        lite: { target: 'bedrock:amazon.nova-lite-v1:0' },
        titan: { target: 'bedrock:amazon.titan-embed-text-v2:0' },
        profile: {
          target: 'bedrock:arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
          family: 'anthropic.claude-sonnet-4-6',
        },
      },
      ...catalog,
    },
  });
  const send = async (path: string, given: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await app.open(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: typeof given === 'string' ? given : JSON.stringify(given),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('x-amzn-errortype'),
      ignored: response.headers.get('x-gateway-ignored'),
      message: response.ok ? undefined : String(JSON.parse(text).message),
    };
  };
  return { asked, send };
}

const sent = ([first]: readonly Asked[]): unknown => JSON.parse(Buffer.from(first?.request.body ?? '').toString());

test.each(['invoke', 'invoke-with-response-stream'])(
  'rule 72: %s: a body is written anew from what is known',
  async (operation) => {
    const { asked, send } = stack();
    const body = `{"model":"x","stream":true,"mcp_servers":[{"url":"https://example.com"}],"container":"c1","max_tokens":1,
    "anthropic_beta":["interleaved-thinking-2025-05-14","mcp-client-2025-04-04"],"service_tier":"auto",
    "amazon-bedrock-guardrailConfig":{"tagSuffix":"x"},${JSON.stringify(plain).slice(1)}`;
    const { status, ignored } = await send(`/model/claude/${operation}`, body, { 'x-amzn-bedrock-trace': 'ENABLED' });
    expect(status).toBe(200);
    expect(sent(asked)).toEqual({ ...plain, anthropic_beta: ['interleaved-thinking-2025-05-14'] });
    expect(ignored?.split(', ').toSorted()).toEqual([
      'amazon-bedrock-guardrailConfig',
      'anthropic_beta',
      'container',
      'mcp_servers',
      'model',
      'service_tier',
      'stream',
      'x-amzn-bedrock-trace',
    ]);
    expect(asked[0]).toMatchObject({
      request: { stream: operation !== 'invoke', headers: {} },
      context: { credential: { kind: 'stack' }, callerId: 'team', model: sonnet },
    });
  },
);

const image = { type: 'base64', media_type: 'image/png', data: 'aGk=' };
const full = {
  ...plain,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?', cache_control: { type: 'ephemeral' } },
        { type: 'image', source: image },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'a: b' },
          title: 't',
          citations: { enabled: true },
        },
        { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }] } },
        { type: 'search_result', source: 'https://example.com', title: 't', content: [{ type: 'text', text: 'a' }] },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'ZGF0YQ==' },
        { type: 'tool_use', id: 't1', name: 'look', input: { source: { type: 'url', url: 'https://example.com' } } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't1', is_error: false, content: [{ type: 'image', source: image }] },
        { type: 'text', text: 'And?' },
      ],
    },
  ],
  tools: [
    { name: 'look', description: 'd', input_schema: { type: 'object', properties: { type: { const: 'url' } } } },
    { type: 'custom', name: 'hear', input_schema: { type: 'object' }, strict: true },
    { type: 'bash_20250124', name: 'bash' },
    { type: 'computer_20250124', name: 'computer', display_width_px: 100, display_height_px: 100 },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  temperature: 0.5,
  top_p: 0.9,
  top_k: 5,
  stop_sequences: ['x'],
  thinking: { type: 'enabled', budget_tokens: 1024, display: 'summarized' },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
  metadata: { user_id: 'u1' },
};

test('everything that a model itself reads goes on', async () => {
  const { asked, send } = stack();
  expect(await send('/model/claude/invoke', full)).toMatchObject({ status: 200, ignored: null });
  expect(sent(asked)).toEqual(full);
});

const user = (...content: object[]) => ({ ...plain, messages: [{ role: 'user', content }] });

test.each([
  [
    'an image by URL',
    user({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }),
    'messages[0].content[0].source.type',
  ],
  ['a file', user({ type: 'document', source: { type: 'file', file_id: 'f1' } }), 'source.type'],
  ['an address as data', user({ type: 'image', source: { ...image, data: 's3://bucket/key' } }), 'S3'],
  ['a source without a type', user({ type: 'image', source: { url: 'https://example.com/a.png' } }), 'source.type'],
  ['a file for a container', user({ type: 'container_upload', file_id: 'f1' }), 'container_upload'],
  [
    'a call of a server tool',
    user({ type: 'server_tool_use', id: 'a', name: 'web_search', input: {} }),
    'server_tool_use',
  ],
  ['a block of an inherited name', user({ type: 'constructor' }), 'constructor'],
  [
    'a URL inside of a tool result',
    user({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: { type: 'url', url: 'x' } }] }),
    'source.type',
  ],
  ['web search', { ...plain, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'web_search_20250305'],
  ['code execution', { ...plain, tools: [{ type: 'code_execution_20250825', name: 'x' }] }, 'code_execution_20250825'],
  ['tools of an MCP server', { ...plain, tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }] }, 'mcp_toolset'],
  ['a dearer tier', { ...plain, service_tier: 'priority' }, 'service tier'],
  ['messages that are none', { ...plain, messages: 'Hello' }, 'messages'],
])('%s is refused', async (_what, body, named) => {
  const { asked, send } = stack();
  const { status, type, message } = await send('/model/claude/invoke', body);
  expect([status, type]).toEqual([400, 'ValidationException']);
  expect(message).toContain(/^[\w[\].]+\.type$/.test(named) ? 'type' : named);
  expect(asked).toEqual([]);
});

test("the stack's guardrail holds, whatever the caller asks for", async () => {
  const guardrail = { identifier: 'stack1', version: '3' };
  const { asked, send } = stack({ guardrail, callersMaySet: ['guardrailConfig'] });
  const headers = { 'x-amzn-bedrock-guardrailidentifier': 'mine', 'x-amzn-bedrock-guardrailversion': 'DRAFT' };
  await send('/model/claude/invoke-with-response-stream', plain, headers);
  await send('/model/claude/invoke', plain);
  const expected = { 'x-amzn-bedrock-guardrailidentifier': 'stack1', 'x-amzn-bedrock-guardrailversion': '3' };
  expect(asked.map(({ request }) => request.headers)).toEqual([expected, expected]);
});

test('what costs more is refused in headers, and betas go by the family', async () => {
  const { asked, send } = stack();
  const dear = { 'x-amzn-bedrock-service-tier': 'priority' };
  expect(await send('/model/claude/invoke', plain, dear)).toMatchObject({ status: 400, type: 'ValidationException' });
  const betas = { ...plain, anthropic_beta: ['interleaved-thinking-2025-05-14', 'computer-use-2025-01-24', 7] };
  expect(asked).toEqual([]);
  expect(await send('/model/profile/invoke', betas)).toMatchObject({ status: 200, ignored: 'anthropic_beta' });
  expect(sent(asked)).toEqual({ ...plain, anthropic_beta: ['computer-use-2025-01-24'] });
});

test.each(['invoke', 'invoke-with-response-stream'])('%s of any other family is a 403', async (operation) => {
  const { asked, send } = stack();
  expect(await send(`/model/lite/${operation}`, plain)).toMatchObject({ status: 403, type: 'AccessDeniedException' });
  // Its own id is no name of the catalog: nobody pays.
  expect(await send(`/model/${sonnet}/${operation}`, plain)).toMatchObject({ status: 403 });
  expect(asked).toEqual([]);
});

describe('CountTokens', () => {
  const base64 = (body: object) => Buffer.from(JSON.stringify(body)).toString('base64');

  test('a body of InvokeModel is written anew', async () => {
    const { asked, send } = stack();
    const body = base64({ ...plain, container: 'c1' });
    const said = await send('/model/claude/count-tokens', { input: { invokeModel: { body } }, more: 1 });
    expect(said).toMatchObject({ status: 200, ignored: 'container' });
    // Bedrock counts for no profile.
    expect(asked[0]?.context.model).toBe(sonnet.replace('us.', ''));
    expect(sent(asked)).toEqual({ input: { invokeModel: { body: base64(plain) } } });
  });

  test('so is a request of Converse', async () => {
    const { asked, send } = stack();
    const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
    const converse = { messages, system: [{ text: 'Be brief.' }], inferenceConfig: { maxTokens: 1 } };
    const said = await send('/model/lite/count-tokens', { input: { converse } });
    expect(said).toMatchObject({ status: 200, ignored: 'inferenceConfig' });
    expect(sent(asked)).toEqual({ input: { converse: { messages, system: converse.system } } });
  });

  test.each([
    ['both kinds', 'claude', { converse: {}, invokeModel: {} }],
    ['neither', 'claude', {}],
    ['a body that is no base64 of JSON', 'claude', { invokeModel: { body: 'AAAA' } }],
    ['a body of another family', 'lite', { invokeModel: { body: base64(plain) } }],
    [
      'an object in S3',
      'claude',
      {
        converse: {
          messages: [
            {
              role: 'user',
              content: [{ image: { format: 'png', source: { s3Location: { uri: 's3://bucket/key' } } } }],
            },
          ],
        },
      },
    ],
  ])('%s is refused', async (_what, model, input) => {
    const { asked, send } = stack();
    expect(await send(`/model/${model}/count-tokens`, { input })).toMatchObject({
      status: 400,
      type: 'ValidationException',
    });
    expect(asked).toEqual([]);
  });
});
