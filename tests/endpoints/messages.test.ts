import { createHash } from 'node:crypto';
import type { Backend, CallContext, PassthroughAnswer, PassthroughRequest } from '../../function/backends/backend.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Outcome } from '../../function/dialects/outcome.ts';
import { bedrockKey, testApp } from '../support/app.ts';

const token = ['listed', 'caller', 'example'].join('-');
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const hello = { max_tokens: 20, messages: [{ role: 'user', content: 'Hello' }] };

interface Asked {
  readonly request: PassthroughRequest;
  readonly context: CallContext;
}

/** What Bedrock calls the model. */
const bedrocks = 'claude-sonnet-4-5-20250929';
const whole = `{"model":"${bedrocks}","type":"message","content":[],"stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":3}}`;
const events = [
  {
    type: 'message_start',
    message: { model: bedrocks, usage: { input_tokens: 7, cache_read_input_tokens: 5, output_tokens: 1 } },
  },
  { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 20 } },
  { type: 'message_stop' },
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

/** The gateway whose stack pays for Claude, in front of a Bedrock that answers everything alike. */
function stack({ catalog, count }: { catalog?: Partial<Catalog>; count?: Outcome<PassthroughAnswer> } = {}) {
  const asked: Asked[] = [];
  async function* pieces(texts: readonly string[]) {
    for (const text of texts) yield await Promise.resolve(Buffer.from(text));
  }
  const answer = (type: string, texts: readonly string[]) => ({
    ok: true as const,
    value: { contentType: type, headers: {}, body: pieces(texts) },
  });
  const bedrock: Backend = {
    messages: {
      passthrough(request, context) {
        asked.push({ request, context });
        return Promise.resolve(
          request.stream ? answer('text/event-stream; charset=utf-8', events) : answer('application/json', [whole]),
        );
      },
    },
    countTokens: {
      passthrough(request, context) {
        asked.push({ request, context });
        return Promise.resolve(count ?? answer('application/json', ['{"inputTokens":9}']));
      },
    },
  };
  const app = testApp({
    backends: { bedrock, openai: {} },
    catalog: {
      callers: [{ id: 'team', sha256: createHash('sha256').update(token).digest('hex') }],
      models: {
        claude: { target: `bedrock:${sonnet}` },
        lite: { target: 'bedrock:amazon.nova-lite-v1:0' },
        gpt: { target: 'openai:gpt-5.6' },
      },
      ...catalog,
    },
  });
  const send = async (
    body: object | string,
    {
      path = '/v1/messages',
      headers = { 'x-api-key': token },
    }: { path?: string; headers?: Readonly<Record<string, string>> } = {},
  ) => {
    const response = await app.open(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  /** What Bedrock was sent last. */
  const sent = () => {
    const { request, context } = asked.at(-1) ?? { request: { body: '{}', headers: {} } };
    return { body: JSON.parse(String(request.body)), headers: request.headers, credential: context?.credential.kind };
  };
  return { app, asked, send, sent };
}

const own = { authorization: `Bearer ${bedrockKey()}` };

describe('a request that the stack pays', () => {
  test('is written anew with known fields alone', async () => {
    const { app, send, sent } = stack();
    const { status, headers } = await send({
      ...hello,
      model: 'claude',
      system: 'Be brief.',
      container: 'c',
      mcp_servers: [{ url: 'https://example.com' }],
      anthropic_beta: ['computer-use-2025-01-24'],
      anthropic_version: 'x',
    });
    expect([status, headers.get('x-gateway-target')]).toEqual([
      200,
      'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0 (messages)',
    ]);
    expect(headers.get('x-gateway-ignored')).toBe('container, mcp_servers, anthropic_version, anthropic_beta');
    expect(sent()).toEqual({
      body: { model: sonnet, ...hello, system: 'Be brief.' },
      headers: { 'anthropic-version': '2023-06-01' },
      credential: 'stack',
    });
    expect(app.log[0]).toMatchObject({
      endpoint: '/v1/messages',
      caller: 'team',
      model: 'claude',
      inputTokens: 7,
      outputTokens: 3,
      stopReason: 'end_turn',
    });
  });

  test.each([
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'type web_search_20250305'],
    [{ tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }, 'type code_execution_20250825'],
    [
      {
        messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://example.com' } }] }],
      },
      'type url',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }] }] },
      'type file',
    ],
    [{ service_tier: 'priority' }, 'service tier'],
  ])('is refused for what a server would fetch, run or cost more: %j', async (fields, named) => {
    const { asked, send } = stack();
    const { status, text, headers } = await send({ ...hello, model: 'claude', ...fields });
    const { type, error, request_id: id } = JSON.parse(text);
    expect([status, type, error.type, id]).toEqual([400, 'error', 'invalid_request_error', headers.get('request-id')]);
    expect(asked).toEqual([]);
    expect(error.message).toContain(named);
  });

  test('has the guardrail of the stack, and none of the caller', async () => {
    const { asked, send, sent } = stack({ catalog: { guardrail: { identifier: 'abcdefghijkl', version: '1' } } });
    await send({ ...hello, model: 'claude' });
    expect(sent().headers).toEqual({
      'anthropic-version': '2023-06-01',
      'x-amzn-bedrock-guardrailidentifier': 'abcdefghijkl',
      'x-amzn-bedrock-guardrailversion': '1',
    });
    const headers = { 'x-api-key': token, 'x-amzn-bedrock-guardrailidentifier': 'mnopqrstuvwx' };
    const { status, text } = await send({ ...hello, model: 'claude' }, { headers });
    expect([status, asked.length]).toEqual([400, 1]);
    expect(JSON.parse(text).error.message).toContain('callersMaySet');
  });

  test('reaches names of the config alone', async () => {
    const { asked, send } = stack();
    const { status, text } = await send({ ...hello, model: sonnet });
    expect([status, JSON.parse(text).error.type, asked]).toEqual([403, 'permission_error', []]);
  });
});

describe("a request with the caller's own key", () => {
  test('passes byte for byte, but for the name of the model', async () => {
    const { asked, send, sent } = stack();
    const body = `{ "model": "claude",  "max_tokens": 20, "seed": 12345678901234567890, "container": "c", "messages": [] }`;
    await send(body, { headers: own });
    expect(asked[0]?.request.body).toBe(body.replace('"claude"', `"${sonnet}"`));
    expect(sent().credential).toBe('bearer');
  });

  test('keeps the flags that its model takes', async () => {
    const { send, sent } = stack();
    const flags = 'interleaved-thinking-2025-05-14, claude-code-20250219 ,fine-grained-tool-streaming-2025-05-14';
    const { headers } = await send(
      { ...hello, model: sonnet },
      {
        path: '/v1/messages?beta=true',
        headers: { ...own, 'anthropic-beta': flags, 'anthropic-version': '2023-06-01' },
      },
    );
    expect(headers.get('x-gateway-ignored')).toBe('anthropic-beta');
    expect(sent().headers).toEqual({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14',
    });
  });

  test('names one model and one form of the answer, whatever it repeats', async () => {
    const { send, sent } = stack();
    await send('{"stream":true,"model":"claude","stream":false,"Model":"other","max_tokens":1,"messages":[]}', {
      headers: own,
    });
    expect(sent().body).toEqual({ stream: false, model: sonnet, Model: sonnet, max_tokens: 1, messages: [] });
  });
});

test('a stream passes as it is but for the name of the model, and its usage is that of both ends', async () => {
  const { app, send } = stack();
  const { headers, text } = await send({ ...hello, model: 'claude', stream: true });
  expect([headers.get('content-type'), text]).toEqual([
    'text/event-stream; charset=utf-8',
    events.join('').replace(bedrocks, 'claude'),
  ]);
  expect(app.log[0]).toMatchObject({
    stream: true,
    inputTokens: 7,
    cacheReadTokens: 5,
    outputTokens: 20,
    stopReason: 'max_tokens',
    finishReason: 'length',
  });
});

test.each(['claude', sonnet])('an answer has the name that was asked for: %s', async (model) => {
  const { send } = stack();
  const { text } = await send({ ...hello, model }, { headers: own });
  expect(text).toBe(whole.replace(bedrocks, model));
});

describe('context_management', () => {
  const managed = 'context-management-2025-06-27';
  const clearTools = { type: 'clear_tool_uses_20250919', trigger: { type: 'input_tokens', value: 9 } };
  const clearThinking = { type: 'clear_thinking_20251015', keep: 'all' };
  const seed = '"seed":12345678901234567890';

  test.each([
    ['one that Bedrock has is kept', [clearTools], sonnet, managed, [clearTools], null],
    ['one that it lacks is left out', [clearThinking, clearTools], sonnet, managed, [clearTools], 'context_management'],
    ['the field goes with the last', [clearThinking], sonnet, managed, undefined, 'context_management'],
    ['none is sent without the flag', [clearTools], sonnet, 'x', undefined, 'anthropic-beta, context_management'],
    [
      'none is sent to a model that lacks the flag',
      [clearTools],
      'us.anthropic.claude-opus-4-6-v1',
      managed,
      undefined,
      'anthropic-beta, context_management',
    ],
  ])('edits: %s', async (_name, edits, model, flag, kept, named) => {
    const { asked, send } = stack();
    const body = `{${seed},"context_management":${JSON.stringify({ edits })},"model":"${model}","messages":[]}`;
    const { headers } = await send(body, { headers: { ...own, 'anthropic-beta': flag } });
    const expected = kept === undefined ? '' : `"context_management":${JSON.stringify({ edits: kept })},`;
    expect(asked[0]?.request.body).toBe(`{${seed},${expected}"model":"${model}","messages":[]}`);
    expect(headers.get('x-gateway-ignored')).toBe(named);
  });

  test.each(['null', '1', '{}', '{"edits":null}', '{"edits":[null,1]}'])('%s is left out', async (value) => {
    const { asked, send } = stack();
    const body = `{"model":"${sonnet}","messages":[] , "context_management" : ${value}}`;
    await send(body, { headers: { ...own, 'anthropic-beta': managed } });
    expect(asked[0]?.request.body).toBe(`{"model":"${sonnet}","messages":[] }`);
  });
});

test.each(['/v1/messages', '/v1/messages/count_tokens'])(
  '%s of a model without Messages is a 400 that names those with it',
  async (path) => {
    const { asked, send } = stack();
    for (const model of ['lite', 'gpt']) {
      const { status, text } = await send({ ...hello, model }, { path });
      expect([status, JSON.parse(text).error]).toEqual([
        400,
        {
          type: 'invalid_request_error',
          message:
            "This model does not have the Messages API: Anthropic's models on Amazon Bedrock have it, here claude. Ask other models by POST /v1/chat/completions.",
        },
      ]);
    }
    expect(asked).toEqual([]);
  },
);

test.each([
  ['{}', 400, 'invalid_request_error'],
  ['no JSON', 400, 'invalid_request_error'],
  ['{"model":"claude","stream":1}', 400, 'invalid_request_error'],
  ['{"model":"nobody"}', 404, 'not_found_error'],
])('%s is refused in the form of Anthropic', async (body, status, type) => {
  const answer = await stack().send(body);
  expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([status, type]);
});

test('a wrong method and a path beside it are refused in the form of Anthropic', async () => {
  const { app, send } = stack();
  const wrong = await app.open('/v1/messages', { method: 'GET' });
  expect([wrong.status, (await wrong.json()).error.type]).toEqual([405, 'invalid_request_error']);
  for (const path of ['/v1/messages/batches', '/anthropic/v1/messages']) {
    const { status, text } = await send(hello, { path });
    expect([status, JSON.parse(text).error.type]).toEqual([404, 'not_found_error']);
    expect(text).toContain('POST /v1/messages and POST /v1/messages/count_tokens');
  }
});

describe('count_tokens', () => {
  const path = '/v1/messages/count_tokens';
  const counted = { model: 'claude', messages: hello.messages };
  const invokeBody = (body: { input: { invokeModel: { body: string } } }) =>
    JSON.parse(Buffer.from(body.input.invokeModel.body, 'base64').toString());

  test("is Bedrock's CountTokens, of the model behind a profile", async () => {
    const { asked, send, sent } = stack();
    const { status, text } = await send({ ...counted, container: 'c' }, { path });
    expect([status, JSON.parse(text)]).toEqual([200, { input_tokens: 9 }]);
    expect(asked[0]?.context.model).toBe('anthropic.claude-sonnet-4-5-20250929-v1:0');
    expect(invokeBody(sent().body)).toEqual({
      max_tokens: 1,
      messages: hello.messages,
      anthropic_version: 'bedrock-2023-05-31',
    });
  });

  test('is an estimate where Bedrock does not count, and says so', async () => {
    const message = "The provided model doesn't support counting tokens.";
    const { send } = stack({ count: { ok: false, failure: { name: 'ValidationException', status: 400, message } } });
    const { status, text, headers } = await send(counted, { path, headers: own });
    expect([status, headers.get('x-gateway-estimated')]).toEqual([200, 'input_tokens']);
    // 66 bytes at 3 a token.
    expect(JSON.parse(text)).toEqual({ input_tokens: 22 });
  });

  test('refuses what Bedrock refuses', async () => {
    const message = 'messages: at least one message is required';
    const { send } = stack({ count: { ok: false, failure: { name: 'ValidationException', status: 400, message } } });
    const { status, text } = await send({ model: 'claude', messages: [] }, { path, headers: own });
    expect([status, JSON.parse(text).error]).toMatchObject([400, { type: 'invalid_request_error' }]);
  });
});
