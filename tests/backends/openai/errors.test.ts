import { gzipSync } from 'node:zlib';
import { hello } from '../chat.ts';
import { closeLoopbacks, json, loopback, type Answer } from '../loopback.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';
import { all, failed } from '../outcomes.ts';
import { backend, context } from './backend.ts';

afterEach(closeLoopbacks);

interface Case {
  readonly why: string;
  readonly answer: Answer;
  readonly failure: Partial<Failure>;
}

const nothing = { type: null, code: null, param: null };

const refusals: Case[] = [
  {
    why: "OpenAI's error object keeps its four fields",
    answer: (response) =>
      json(response, 400, {
        error: {
          message: 'too long',
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      }),
    failure: {
      status: 400,
      message: 'too long',
      openai: { type: 'invalid_request_error', code: 'context_length_exceeded', param: 'messages' },
    },
  },
  {
    why: 'retry-after is kept',
    answer: (response) => {
      response.setHeader('retry-after', '7');
      json(response, 429, {
        error: { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded', param: null },
      });
    },
    failure: { status: 429, retryAfter: '7', openai: { type: 'requests', code: 'rate_limit_exceeded', param: null } },
  },
  {
    why: "vLLM's flat object",
    answer: (response) =>
      json(response, 404, { object: 'error', message: 'no such model', type: 'NotFoundError', param: null, code: 404 }),
    failure: { status: 404, message: 'no such model', openai: { type: 'NotFoundError', code: null, param: null } },
  },
  {
    why: "FastAPI's text",
    answer: (response) => json(response, 405, { detail: 'Method Not Allowed' }),
    failure: { status: 405, message: 'Method Not Allowed', openai: nothing },
  },
  {
    why: "FastAPI's list names the field",
    answer: (response) =>
      json(response, 422, {
        detail: [{ loc: ['body', 'messages', 0, 'role'], msg: 'field required', type: 'missing' }],
      }),
    failure: { status: 422, message: 'field required', openai: { ...nothing, param: 'messages.0.role' } },
  },
  {
    why: "rule 68: Gemini's list",
    answer: (response) =>
      json(response, 400, [{ error: { code: 400, message: 'no signature', status: 'INVALID_ARGUMENT' } }]),
    failure: { status: 400, message: 'no signature', openai: nothing },
  },
  {
    why: "rule 68: Mistral's list inside the message",
    answer: (response) =>
      json(response, 422, {
        object: 'error',
        message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'], msg: 'not allowed' }] },
        type: 'invalid_request_error',
        param: null,
        code: null,
      }),
    failure: {
      status: 422,
      message: 'not allowed',
      openai: { type: 'invalid_request_error', code: null, param: 'max_completion_tokens' },
    },
  },
  {
    why: "rule 68: Cloudflare's errors",
    answer: (response) =>
      json(response, 400, { result: null, success: false, errors: [{ code: 5007, message: 'no such model' }] }),
    failure: { status: 400, message: 'no such model', openai: nothing },
  },
  {
    why: 'rule 68: an object inside the detail',
    answer: (response) => json(response, 400, { detail: { error: { message: 'too long', code: 'too_long' } } }),
    failure: { status: 400, message: 'too long', openai: { ...nothing, code: 'too_long' } },
  },
  {
    why: 'rule 68: a JSON string',
    answer: (response) => json(response, 429, 'slow down'),
    failure: { status: 429, message: 'slow down', openai: nothing },
  },
  {
    why: 'rule 68: a plain text',
    answer: (response) => void response.writeHead(503, { 'content-type': 'text/plain' }).end('no healthy upstream'),
    failure: { status: 503, message: 'no healthy upstream', openai: nothing },
  },
  {
    why: 'an error that is a text',
    answer: (response) => json(response, 500, { error: 'out of memory' }),
    failure: { status: 500, message: 'out of memory', openai: nothing },
  },
  {
    why: 'only the status of an HTML page is kept',
    answer: (response) =>
      void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway at 10.0.0.1</html>'),
    failure: {
      status: 502,
      message: 'The OpenAI-compatible backend answered with the status 502 and no message.',
      openai: nothing,
    },
  },
  {
    why: 'a long message is cut',
    answer: (response) => json(response, 400, { error: { message: 'x'.repeat(9_000) } }),
    failure: { status: 400, message: 'x'.repeat(2_000) },
  },
];

describe.each(refusals)('$why', ({ answer, failure }) => {
  test.each(['call', 'open', 'passthrough'] as const)('%s', async (how) => {
    const server = await loopback(answer);
    expect(failed(await asked(server.url, how))).toMatchObject({ name: 'OpenAIError', ...failure });
  });
});

function asked(url: string, how: 'call' | 'open' | 'passthrough') {
  const { chat } = backend(url);
  return how === 'passthrough'
    ? chat.passthrough({ body: '{}', stream: false }, context())
    : chat[how](hello, context());
}

const others: Case[] = [
  {
    why: "a refused key is reported without upstream's message",
    answer(response) {
      response.setHeader('x-request-id', 'req_1');
      const message = 'Incorrect API key provided: sk-ma****89';
      json(response, 401, { error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } });
    },
    failure: {
      name: 'StackCredentialError',
      status: 502,
      message: 'The OpenAI-compatible backend refused what this gateway itself calls it with.',
      upstream: { status: 401, error: 'invalid_api_key', requestId: 'req_1' },
    },
  },
  {
    why: "a refused project is reported without upstream's message",
    answer: (response) => json(response, 403, { error: { message: 'Project `proj_made-up` has no access' } }),
    failure: { name: 'StackCredentialError', status: 502, upstream: { status: 403 } },
  },
  {
    why: 'a redirect is not followed',
    answer: (response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
    failure: { name: 'UnexpectedRedirect', status: 502, upstream: { status: 307 } },
  },
  {
    why: 'a 2xx other than 200 is a malformed reply',
    answer: (response) => void response.writeHead(204).end(),
    failure: { name: 'MalformedReply', status: 502 },
  },
  {
    why: 'a compressed answer is a malformed reply',
    answer: (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}')),
    failure: { name: 'MalformedReply', status: 502 },
  },
  {
    why: 'a connection that is closed without an answer',
    answer: (response) => void response.destroy(),
    failure: { name: 'ConnectionError', status: 502 },
  },
];

describe.each(others)('$why', ({ answer, failure }) => {
  test.each(['call', 'open', 'passthrough'] as const)('%s', async (how) => {
    const server = await loopback(answer);
    expect(failed(await asked(server.url, how))).toMatchObject(failure);
    expect(server.arrived.map(({ path }) => path)).not.toContain('/elsewhere');
  });
});

test.each([
  ['no choices', {}],
  ['an empty list of choices', { choices: [] }],
  ['a choice without a message', { choices: [{ index: 0 }] }],
])('a 200 with %s is a malformed reply', async (_name, body) => {
  const server = await loopback((response) => json(response, 200, body));
  expect(failed(await backend(server.url).chat.call(hello, context()))).toMatchObject({ name: 'MalformedReply' });
});

test('an error under 200 is a failure', async () => {
  const server = await loopback((response) => json(response, 200, { error: { message: 'no', code: 503 } }));
  expect(failed(await backend(server.url).chat.call(hello, context()))).toMatchObject({
    name: 'OpenAIError',
    status: 503,
  });
});

test('an error in a stream keeps its message and the events before it', async () => {
  const server = await loopback(
    (response) => void response.end('data: {"choices":[]}\n\ndata: {"error":{"message":"no"}}\n\n'),
  );
  const outcome = await backend(server.url).chat.open(hello, context());
  expect(await all(outcome)).toEqual([
    expect.objectContaining({ choices: [] }),
    { failure: { name: 'OpenAIError', status: 500, message: 'no', openai: nothing, upstream: { status: 200 } } },
  ]);
});
