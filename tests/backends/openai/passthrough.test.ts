import type { ServerResponse } from 'node:http';
import { chunk, done, event, reply } from '../chat.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';
import { drained, failed } from '../outcomes.ts';
import { backend, context } from './backend.ts';

afterEach(closeLoopbacks);

const body = '{"model":"upstream-model","stream":true}';
const streaming = { 'content-type': 'text/event-stream; charset=utf-8' };
const error = { error: { message: 'too many', type: 'rate_limit_error', code: 'rate_limit_exceeded', param: null } };

/** What is answered to a request for a stream, in the given writes, each of which arrives alone. */
async function piped(writes: readonly (string | Uint8Array)[], { cut = false, headers = streaming } = {}) {
  const server = await loopback(async (response) => {
    response.writeHead(200, headers);
    await written(response, writes);
    if (cut) response.destroy();
    else response.end();
  });
  return backend(server.url).chat.passthrough({ body, stream: true }, context());
}

async function written(response: ServerResponse, writes: readonly (string | Uint8Array)[]): Promise<void> {
  for (const bytes of writes) {
    await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('a stream passes byte for byte, comments and unknown fields included', async () => {
  const wire = `: hi\r\n\r\nid: 7\nevent: x\n${event(chunk('grün'))}\n\n${event({ ...chunk('😀'), strange: ['\u00e9'] })}: bye\n\n${done}`;
  const outcome = await piped([wire]);
  expect(outcome).toMatchObject({ ok: true, value: { contentType: streaming['content-type'], headers: {} } });
  expect(await drained(outcome)).toEqual({ text: wire });
});

test('a stream cut into single bytes passes unchanged', async () => {
  const wire = `: hi\n\n${event(chunk('ü'))}${done}`;
  const bytes = [...Buffer.from(wire)].map((byte) => Uint8Array.of(byte));
  expect(await drained(await piped(bytes))).toEqual({ text: wire });
});

test.each(['data: [DONE]', 'data:[DONE]\n', 'data: [DONE]\r\n\r\n'])('%j ends a complete stream', async (end) => {
  const wire = `${event(chunk('a'))}${end}`;
  expect(await drained(await piped([wire]))).toEqual({ text: wire });
  expect(await drained(await piped([event(chunk('a')), end]))).toEqual({ text: wire });
});

test('only the listed headers of the answer pass', async () => {
  const headers = {
    ...streaming,
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
    'openai-organization': 'ours',
    'set-cookie': 'a=b',
    'x-ratelimit-limit-requests': '9',
  };
  const outcome = await piped([done], { headers });
  expect(outcome).toMatchObject({ value: { headers: { 'openai-processing-ms': '12' } } });
  expect(outcome.ok && outcome.value.headers).toEqual({ 'openai-processing-ms': '12', 'openai-version': '2020-10-01' });
});

test('a mislabelled stream gets the right content type', async () => {
  const outcome = await piped([event(chunk('a')), done], { headers: { 'content-type': 'text/plain' } });
  expect(outcome).toMatchObject({ ok: true, value: { contentType: 'text/event-stream' } });
});

test('an error as the first event is a failure, even after comments', async () => {
  const failure = { name: 'OpenAIError', status: 429, message: 'too many', openai: { code: 'rate_limit_exceeded' } };
  expect(failed(await piped([event(error)]))).toMatchObject(failure);
  expect(failed(await piped([': wait\n\n', ': wait\n\n', `${event(error)}${done}`]))).toMatchObject(failure);
  expect(failed(await piped([`event: error\n${event(error)}`]))).toMatchObject(failure);
  expect(failed(await piped([JSON.stringify(error)]))).toMatchObject(failure);
});

test('an error in the middle ends the stream as a failure, and none of its bytes pass', async () => {
  const before = `${event(chunk('"error" is a word'))}${event({ ...chunk('b'), error: null })}`;
  const whole = `${before}event: error\r\n${event(error)}${done}`;
  for (const writes of [[whole], [before, whole.slice(before.length)], [whole.slice(0, -60), whole.slice(-60)]]) {
    const { text, failure } = await drained(await piped(writes));
    expect(text).toBe(before);
    expect(failure).toMatchObject({ name: 'OpenAIError', status: 429, message: 'too many' });
  }
});

test('a stream that breaks, or omits its end, passes whole events and ends with a failure', async () => {
  const half = event(chunk('b')).slice(0, 20);
  for (const cut of [true, false]) {
    const { text, failure } = await drained(await piped([event(chunk('a')), half], { cut }));
    expect(text).toBe(event(chunk('a')));
    expect(failure).toMatchObject({ name: 'TruncatedStream', status: 502 });
  }
});

test('a stream that breaks before its first event is a failure', async () => {
  expect(failed(await piped([': hi\n\n'], { cut: true }))).toMatchObject({ name: 'TruncatedStream' });
  expect(failed(await piped([]))).toMatchObject({ name: 'TruncatedStream' });
});

test('an endless event is a failure', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024, 'x');
  const { text, failure } = await drained(
    await piped([event(chunk('a')), ...Array.from({ length: 18 }, () => mebibyte)]),
  );
  expect(text).toBe(event(chunk('a')));
  expect(failure).toMatchObject({ name: 'MalformedReply' });
});

describe('asked for a stream', () => {
  test.each([
    ['an error under 200', error, { name: 'OpenAIError', status: 429, message: 'too many' }],
    [
      'an answer without choices',
      { choices: [] },
      {
        name: 'MalformedReply',
        status: 502,
        message: "The OpenAI-compatible backend's answer is not the stream that was asked for.",
        upstream: { status: 200 },
      },
    ],
    ['an answer with choices that are none', { choices: 7 }, { name: 'MalformedReply', upstream: { status: 200 } }],
    ['an answer that is none', [], { name: 'MalformedReply', upstream: { status: 200 } }],
  ])('%s is a failure', async (_name, said, failure) => {
    const server = await loopback((response) => json(response, 200, said));
    expect(failed(await backend(server.url).chat.passthrough({ body, stream: true }, context()))).toMatchObject(
      failure,
    );
  });
});

describe('a streaming request with a buffered answer', () => {
  async function asked(dialect: 'chat' | 'completions', said: object) {
    const server = await loopback((response) => json(response, 200, said));
    return backend(server.url)[dialect].passthrough({ body, stream: true }, context());
  }

  test('a chat completion becomes a stream', async () => {
    const two = [reply.choices[0], { ...reply.choices[0], index: 1 }];
    const outcome = await asked('chat', { ...reply, choices: two });
    expect(outcome).toMatchObject({ ok: true, value: { contentType: 'text/event-stream' } });
    const said = { role: 'assistant', content: 'Hi', refusal: null };
    const choices = [0, 1].map((index) => ({ index, delta: said, finish_reason: 'stop', logprobs: null }));
    const { text, failure } = await drained(outcome);
    expect(failure).toBeUndefined();
    expect(text.endsWith(`\n\n${done}`)).toBe(true);
    expect(JSON.parse(text.slice('data: '.length, -done.length))).toEqual({
      ...reply,
      object: 'chat.completion.chunk',
      choices,
    });
  });

  test('a completion becomes a stream, and an error of a choice a failure', async () => {
    const whole = {
      id: 'cmpl-1',
      object: 'text_completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, text: 'a', logprobs: null, finish_reason: 'stop' }],
    };
    expect(await drained(await asked('completions', whole))).toEqual({ text: `${event(whole)}${done}` });
    const broken = { choices: [{ index: 0, message: { content: 'a' }, error: { code: 503, message: 'gone' } }] };
    expect(failed(await asked('chat', broken))).toMatchObject({ status: 503, message: 'gone' });
  });
});

test('rule 66: an error of a choice ends a stream, and makes a whole answer a failure', async () => {
  const choice = { index: 0, delta: { content: '' }, finish_reason: 'error', error: { code: 502, message: 'lost' } };
  const before = event(chunk('a'));
  const { text, failure } = await drained(
    await piped([`${before}${event({ ...chunk(''), choices: [choice] })}${done}`]),
  );
  expect(text).toBe(before);
  expect(failure).toMatchObject({ name: 'OpenAIError', status: 502, message: 'lost' });
  const server = await loopback((response) => json(response, 200, { ...reply, choices: [choice] }));
  const whole = await backend(server.url).chat.passthrough({ body, stream: false }, context());
  expect(await drained(whole)).toMatchObject({ failure: { name: 'OpenAIError', status: 502, message: 'lost' } });
});

test("rule 66: a server's own finish reason passes unchanged", async () => {
  const wire = `${event({ ...chunk('a'), choices: [{ index: 0, delta: {}, finish_reason: 'error' }] })}${done}`;
  expect(await drained(await piped([wire]))).toEqual({ text: wire });
});

test("rule 68: Gemini's list of errors is an error in a stream, too", async () => {
  const wire = event([{ error: { code: 429, message: 'out of quota', status: 'RESOURCE_EXHAUSTED' } }]);
  const { text, failure } = await drained(await piped([event(chunk('a')), wire]));
  expect(text).toBe(event(chunk('a')));
  expect(failure).toMatchObject({ name: 'OpenAIError', status: 429, message: 'out of quota' });
});

describe('a buffered answer', () => {
  async function answered(answer: (response: ServerResponse) => void) {
    const server = await loopback((response) => answer(response));
    return backend(server.url).embeddings.passthrough({ body: '{}', stream: false }, context());
  }

  test('passes unchanged', async () => {
    const text = '{ "object" : "list",  "error":null }';
    const outcome = await answered((response) => response.setHeader('content-type', 'application/json').end(text));
    expect(outcome).toMatchObject({ ok: true, value: { contentType: 'application/json' } });
    expect(await drained(outcome)).toEqual({ text });
  });

  test.each([
    ['text/plain', 'application/json'],
    ['Application/JSON; charset=utf-8', 'Application/JSON; charset=utf-8'],
  ])('of the type %s is passed as %s', async (type, passed) => {
    const outcome = await answered((response) => response.setHeader('content-type', type).end('{}'));
    expect(outcome).toMatchObject({ ok: true, value: { contentType: passed } });
  });

  test('that is an error under 200 is a failure', async () => {
    const outcome = await answered((response) => void response.end(JSON.stringify(error)));
    expect(failed(outcome)).toMatchObject({ name: 'OpenAIError', status: 429 });
  });

  test('that is cut off ends with a failure', async () => {
    const outcome = await answered((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"object"', () => setTimeout(() => response.destroy(), 5));
    });
    expect(await drained(outcome)).toMatchObject({ text: '{"object"', failure: { name: 'TruncatedStream' } });
  });

  test('that is empty is a malformed reply', async () => {
    expect(failed(await answered((response) => void response.end()))).toMatchObject({ name: 'MalformedReply' });
  });
});

test('returning early closes the connection', async () => {
  const server = await loopback((response) => void response.writeHead(200, streaming).write(event(chunk('a'))));
  const outcome = await backend(server.url).chat.passthrough({ body, stream: true }, context());
  const items = outcome.ok ? outcome.value.body[Symbol.asyncIterator]() : undefined;
  await items?.next();
  const [socket] = server.sockets;
  const closed = new Promise((resolve) => socket?.once('close', resolve));
  await items?.return?.();
  await closed;
  expect(socket?.destroyed).toBe(true);
});
