import type { Catalog } from '../../function/catalog/catalog.ts';
import type { TestApp } from '../support/app.ts';
import {
  chat,
  chatStream,
  converseCall,
  converseStream,
  eventStream,
  gateway,
  json,
  listed,
  part,
  post,
  startUpstreams,
  tokenOf,
  type Operation,
  type Told,
  type Upstreams,
} from './upstreams.ts';

const token = tokenOf('app');
const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    mistral: { target: 'openai:mistral-large-latest', maxTokensField: 'max_tokens' },
    'tiny-mistral': { target: 'sagemaker:my-endpoint', maxTokensField: 'max_tokens' },
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

/** Both backends answer with this text: as it is, and in the frames of SageMaker. */
function answering(text: string, contentType: string): void {
  upstreams.scripts.openai = (response) => void response.writeHead(200, { 'content-type': contentType }).end(text);
  upstreams.scripts.sagemaker = (response, { path }) =>
    path.endsWith('-stream')
      ? eventStream(response, part(text))
      : void response.writeHead(200, { 'content-type': contentType }).end(text);
}

async function ask(operation: Operation, model: string, more: object = {}): Promise<Told> {
  return await post(app, operation.request(model, more), { token });
}

const sse = 'text/event-stream';

function wire(...chunks: readonly object[]): string {
  return `${chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')}data: [DONE]\n\n`;
}

function said(delta: unknown, finish: string | null = null, more: object = {}): object {
  return { id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish, ...more }] };
}

describe.each(['gpt', 'tiny'])('Converse in front of %s', (model) => {
  test('rule 63: unknown lines of an event stream and a byte order mark are ignored', async () => {
    answering(
      `\uFEFFfoo: bar\n: hi\nretry\n${wire(said({ content: 'a' }), said({}, 'stop'))}`.replaceAll('\n', '\r\n'),
      sse,
    );
    const { text } = await ask(converseStream, model);
    expect(text).toContain('{"text":"a"}');
    expect(text).toContain('"stopReason":"end_turn"');
    expect(text).not.toContain('exception');
  });

  test('rule 63: a buffered response on many lines is turned into a stream', async () => {
    const whole = {
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'all' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
    };
    answering(JSON.stringify(whole, null, 2), 'application/json');
    const { text } = await ask(converseStream, model);
    expect(text).toContain('{"text":"all"}');
    expect(text).toContain('"stopReason":"end_turn"');
    expect(text).toContain('"inputTokens":5');
    expect(text).not.toContain('exception');
    expect(app.log.at(-1)).toMatchObject({ inputTokens: 5, outputTokens: 3, stopReason: 'stop' });
  });

  test('rule 66: a failure after some text is an exception with its message, without keys, and no end event', async () => {
    const error = { code: 502, message: `Lost ${['sk', 'made', 'up', '12345678'].join('-')}` };
    answering(wire(said({ content: 'a' }), said({ content: '' }, 'error', { error })), sse);
    const { text } = await ask(converseStream, model);
    expect(text).toContain('{"text":"a"}');
    expect(text).toContain('exception');
    expect(text).toContain('Lost [key]');
    expect(text).not.toContain('messageStop');
    expect(app.log.at(-1)).toMatchObject({ error: 'OpenAIError' });
  });
});

test('rule 66: a buffered response that reports a failure gets an error status', async () => {
  const choices = [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'abort' }];
  answering(JSON.stringify({ id: 'c', choices }), 'application/json');
  expect((await ask(converseCall, 'gpt')).status).toBe(500);
  const { status, text } = await ask(chat, 'tiny');
  expect([status, JSON.parse(text).error.code]).toEqual([502, 'bad_gateway']);
});

test('rule 62: chat with SageMaker returns separate tool calls, each with an ID and JSON arguments', async () => {
  const call = (name: string, given: unknown) =>
    said({ tool_calls: [{ index: 0, id: '', function: { name, arguments: given } }] });
  answering(wire(call('f', null), call('g', { y: 2 }), said(null, 'tool_calls')), sse);
  const { text } = await ask(chatStream, 'tiny');
  const pieces = [...text.matchAll(/^data: (\{.*)$/gm)].flatMap(([, data]) => {
    const [choice] = JSON.parse(data ?? '').choices;
    return choice.delta.tool_calls ?? [];
  });
  const calls = [0, 1].map((index) => {
    const own = pieces.filter((piece) => piece.index === index);
    return [own[0].id, own[0].function.name, own.map((piece) => piece.function.arguments).join('')];
  });
  expect(calls).toEqual([
    [expect.stringMatching(/^call_\w+_0$/), 'f', '{}'],
    [expect.stringMatching(/^call_\w+_1$/), 'g', '{"y":2}'],
  ]);
  expect(text).toContain('"finish_reason":"tool_calls"');
});

test.each([chat, chatStream])(
  'rule 61: a tool call without a name from SageMaker is a failure ($name)',
  async (operation) => {
    const calls = [{ index: 0, id: 'a', type: 'function', function: null }];
    const whole = { id: 'c', choices: [{ index: 0, message: { tool_calls: calls }, finish_reason: 'tool_calls' }] };
    answering(
      operation === chat ? JSON.stringify(whole) : wire(said({ tool_calls: calls }), said({}, 'tool_calls')),
      operation === chat ? 'application/json' : sse,
    );
    const { status, text } = await ask(operation, 'tiny');
    expect([status, JSON.parse(text).error.code]).toEqual([502, 'bad_gateway']);
  },
);

test.each([chat, chatStream])(
  'rule 67: reasoning in parts reaches the caller in one field ($name)',
  async (operation) => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Moss?' }] },
      { type: 'text', text: 'Green.' },
    ];
    const whole = { id: 'c', choices: [{ index: 0, message: { content }, finish_reason: 'stop' }] };
    answering(
      operation === chat ? JSON.stringify(whole) : wire(said({ content }), said({}, 'stop')),
      operation === chat ? 'application/json' : sse,
    );
    const { text } = await ask(operation, 'tiny');
    expect(text).toContain('"content":"Green."');
    expect(text).toContain('"reasoning_content":"Moss?"');
    expect(text).not.toContain('thinking');
  },
);

test.each(['gpt', 'tiny'])(
  'rule 60: %s gets tool call IDs of at most 40 characters, equal in call and result',
  async (model) => {
    const id = `tooluse_${'a'.repeat(56)}`;
    const messages = [
      { role: 'user', content: 'x' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: id, content: '1' },
    ];
    for (const operation of [chat, chatStream]) {
      upstreams.arrived.length = 0;
      expect((await ask(operation, model, { messages })).status).toBe(200);
      const sent = JSON.parse(upstreams.arrived.find(({ body }) => body.includes('tool_call_id'))?.body ?? '');
      const called: string = sent.messages[1].tool_calls[0].id;
      expect(called).toHaveLength(40);
      expect(sent.messages[2].tool_call_id).toBe(called);
    }
  },
);

test('rule 64: chunks without an ID, a time or a model repeat those of the previous chunk', async () => {
  const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
  answering(wire(said({ content: 'a' }), { choices: [{ finish_reason: 'stop' }] }, { usage }), sse);
  const { text } = await ask(chatStream, 'tiny', { stream_options: { include_usage: true } });
  const heads = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => {
    const { id, created, model } = JSON.parse(data ?? '');
    return [id, created, model];
  });
  expect(heads).toEqual([1, 2, 3].map(() => ['c', 1, 'tiny']));
});

test('rule 65: several requested choices stay separate', async () => {
  const two = [0, 1].map((index) => ({ index, delta: { content: `${index}` }, finish_reason: null }));
  const ends = [0, 1].map((index) => ({ index, delta: null, finish_reason: 'STOP' }));
  answering(wire({ id: 'c', choices: two }, { id: 'c', choices: ends }), sse);
  const { text } = await ask(chatStream, 'tiny', { n: 2 });
  expect(text).toContain('"index":1,"delta":{"content":"1"}');
  expect(text.match(/"finish_reason":"stop"/g)).toHaveLength(2);
});

describe("rule 68: a server's message about a request reaches the caller", () => {
  const mistral = {
    object: 'error',
    message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'], msg: 'Extra field' }] },
    type: 'invalid_request_error',
  };

  test.each([
    ['a list', [{ error: { code: 400, message: 'No signature.', status: 'INVALID_ARGUMENT' } }], 'No signature.', null],
    ['details', mistral, 'Extra field', 'max_completion_tokens'],
    ['errors', { success: false, errors: [{ code: 7003, message: 'No route.' }] }, 'No route.', null],
  ])('%s', async (_name, body, words, param) => {
    upstreams.scripts.openai = (response) => json(response, 400, body);
    const converse = await ask(converseCall, 'gpt');
    expect([converse.status, JSON.parse(converse.text).message]).toEqual([400, words]);
    for (const operation of [chat, chatStream]) {
      const { status, text } = await ask(operation, 'gpt');
      expect([status, JSON.parse(text).error]).toEqual([400, expect.objectContaining({ message: words, param })]);
    }
  });
});

test.each([
  [{ tools: [{ type: 'function', function: { name: '' } }] }, 'tools[0].function.name'],
  [{ tools: [{ type: 'custom', custom: { name: ' ' } }] }, 'tools[0].custom.name'],
  [{ functions: [{ name: 'f' }, { name: '' }] }, 'functions[1].name'],
])('no tool without a name is sent to a container: %j', async (more, param) => {
  for (const operation of [chat, chatStream]) {
    const { status, text } = await ask(operation, 'tiny', more);
    expect([status, JSON.parse(text).error]).toEqual([400, expect.objectContaining({ param, code: 'empty_string' })]);
  }
  expect(upstreams.arrived).toEqual([]);
});

describe('rule 69: a server that only accepts max_tokens', () => {
  const sent = () =>
    JSON.parse(
      upstreams.arrived.find(({ path }) => path.includes('completions') || path.includes('invocations'))?.body ?? '',
    );

  test.each(['mistral', 'tiny-mistral'])('%s gets max_tokens, whichever field the client sends', async (model) => {
    for (const [operation, more] of [
      [converseCall, { inferenceConfig: { maxTokens: 50 } }],
      [converseStream, { inferenceConfig: { maxTokens: 50 } }],
      [chat, { max_completion_tokens: 50 }],
      [chatStream, { max_completion_tokens: 50, max_tokens: 7 }],
      [chat, { max_completion_tokens: null, max_tokens: 50 }],
    ] as const) {
      upstreams.arrived.length = 0;
      expect((await ask(operation, model, more)).status).toBe(200);
      expect(sent()).toMatchObject({ max_tokens: 50 });
      expect(sent()).not.toHaveProperty('max_completion_tokens');
    }
  });

  test('is recognized by the configured request fields', async () => {
    const fields = { inferenceConfig: { maxTokens: 9 }, additionalModelRequestFields: { max_tokens: 50 } };
    expect((await ask(converseCall, 'gpt', fields)).status).toBe(200);
    expect(sent()).toMatchObject({ max_tokens: 50 });
    expect(sent()).not.toHaveProperty('max_completion_tokens');
  });
});

test.each([chat, chatStream, converseCall, converseStream])(
  '$name: values that are nested too deeply are a failure',
  async (operation) => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const text of [
      `{"id":"c","choices":[{"message":{"content":"a"}}],"more":${deep}}`,
      `{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":${deep}}}]}}]}`,
      `{"error":${deep}}`,
    ]) {
      answering(operation === chatStream || operation === converseStream ? `data: ${text}\n\n` : text, 'application/x');
      const told = await ask(operation, 'tiny');
      expect(told.status).toBe(operation.name.startsWith('converse') ? 500 : 502);
      expect(app.log.at(-1)?.error).toMatch(/^(?:MalformedReply|TruncatedStream)$/);
    }
  },
);
