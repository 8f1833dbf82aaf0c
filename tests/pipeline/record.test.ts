import type { Backend } from '../../function/backends/backend.ts';
import type { ConverseEvent, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Failure, Outcome, Streamed } from '../../function/dialects/outcome.ts';
import type { LogEntry } from '../../function/request-context.ts';
import { testApp, type TestAppOptions } from '../support/app.ts';

const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const messages = [{ role: 'user', content: 'Hi' }];
const throttled: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down', dailyQuota: true };
const broken: Failure = {
  name: 'ServiceUnavailableException',
  status: 503,
  message: 'later',
  upstream: { status: 503, error: 'ServiceUnavailableException', requestId: 'aws-1' },
};
const strictRefused: Failure = {
  name: 'ValidationException',
  status: 400,
  message: 'The compiled grammar is too large.',
};

const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5, cacheReadInputTokens: 4, cacheWriteInputTokens: 6 };
const reply: ConverseResponse = {
  output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
  stopReason: 'max_tokens',
  usage,
  metrics: { latencyMs: 1 },
};
const events: ConverseEvent[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hello' } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'max_tokens' } },
  { metadata: { usage, metrics: { latencyMs: 1 } } },
];

async function* batch<Item>(...items: Item[]) {
  yield items;
}

/** Bedrock that fails with these in turn, and answers afterwards. */
function bedrock(...failures: Failure[]): Backend {
  const left = [...failures];
  const next = <Value>(value: Value): Promise<Outcome<Value>> => {
    const failure = left.shift();
    return Promise.resolve(failure ? { ok: false, failure } : { ok: true, value });
  };
  return { converse: { call: () => next(reply), open: () => next(batch(...events)) } };
}

async function logged(backend: Backend, body: object = {}, options: TestAppOptions = {}) {
  const app = testApp({ backends: { bedrock: backend }, ...options });
  const { status, headers } = await app.chat({ model, messages, ...body });
  const [entry, ...others] = app.log;
  if (entry === undefined || others.length > 0) throw new Error('one line of the log for each request');
  return { status, entry, target: headers.get('x-gateway-target') };
}

const answered: Partial<LogEntry> = {
  backend: 'bedrock',
  target: `bedrock:${model} (claude-sonnet-4-5, converse)`,
  reason: 'primary',
  inputTokens: 3,
  outputTokens: 2,
  cacheReadTokens: 4,
  cacheWriteTokens: 6,
  stopReason: 'max_tokens',
  finishReason: 'length',
  attempts: 1,
  error: undefined,
};

test.each([false, true])('an answer tells its target, usage and end (stream: %s)', async (stream) => {
  const { entry, target } = await logged(bedrock(), { stream });
  expect(entry).toMatchObject({ ...answered, stream });
  expect(target).toBe(answered.target);
});

test('the usage of parallel calls is added up', async () => {
  const { entry } = await logged(bedrock(), { n: 2 });
  expect(entry).toMatchObject({ inputTokens: 6, outputTokens: 4, cacheReadTokens: 8, cacheWriteTokens: 12 });
});

const nova = { models: { main: { target: `bedrock:${model}`, fallbacks: ['bedrock:us.amazon.nova-pro-v1:0'] } } };

test.each([false, true])('a fallback that answers says so, and what failed before it (stream: %s)', async (stream) => {
  const { status, entry, target } = await logged(
    bedrock(broken, broken, broken),
    { model: 'main', stream },
    { catalog: nova },
  );
  expect([status, target]).toEqual([200, 'bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)']);
  expect(entry).toMatchObject({
    target: 'bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)',
    reason: 'fallback',
    firstFailure: 'ServiceUnavailableException',
    attempts: 4,
    error: undefined,
  });
});

test('another region says so in its label', async () => {
  const options: TestAppOptions = {
    config: { bedrockRegions: ['us-east-1', 'us-west-2'], failoverRegions: ['us-west-2'] },
  };
  const { entry, target } = await logged(bedrock(throttled), {}, options);
  expect(target).toBe(`bedrock:${model} (claude-sonnet-4-5, converse) in us-west-2`);
  expect(entry).toMatchObject({ target, reason: 'region', firstFailure: 'ThrottlingException', attempts: 2 });
});

test('a request without strict schemas says so', async () => {
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  };
  const tools = [{ type: 'function', function: { name: 'weather', strict: true, parameters } }];
  const { entry, target } = await logged(bedrock(strictRefused), { tools });
  expect(target).toBe(`bedrock:${model} (claude-sonnet-4-5, converse); reason=without-strict`);
  expect(entry).toMatchObject({ reason: 'without-strict', firstFailure: 'ValidationException', attempts: 2 });
});

test.each([false, true])('when every target fails, the line tells of the first (stream: %s)', async (stream) => {
  const other: Failure = { ...broken, upstream: { status: 500, error: 'Other', requestId: 'aws-2' } };
  const failures = [broken, broken, broken, other, other, other];
  const { status, entry, target } = await logged(bedrock(...failures), { model: 'main', stream }, { catalog: nova });
  expect([status, target]).toEqual([503, null]);
  expect(entry).toMatchObject({
    target: answered.target,
    backend: 'bedrock',
    reason: 'primary',
    attempts: 6,
    error: 'ServiceUnavailableException',
    upstreamStatus: 503,
    upstreamError: 'ServiceUnavailableException',
    upstreamRequestId: 'aws-1',
  });
});

test('a refused credential of the stack can be diagnosed by the line alone', async () => {
  const failure: Failure = {
    name: 'StackCredentialError',
    status: 502,
    message: 'refused',
    upstream: { status: 403, error: 'AccessDeniedException', requestId: 'aws-3' },
  };
  const { status, entry, target } = await logged(bedrock(failure));
  expect([status, target]).toEqual([502, null]);
  expect(entry).toMatchObject({
    target: answered.target,
    backend: 'bedrock',
    error: 'StackCredentialError',
    upstreamStatus: 403,
    upstreamError: 'AccessDeniedException',
    upstreamRequestId: 'aws-3',
  });
});

test('an answer that cannot be translated still has its target and usage in the line', async () => {
  const empty: ConverseResponse = {
    ...reply,
    output: { message: { role: 'assistant', content: [] } },
    stopReason: 'malformed_model_output',
  };
  const unreadable: Backend = {
    converse: {
      call: () => Promise.resolve({ ok: true, value: empty }),
      open: () => Promise.reject(new Error('not asked')),
    },
  };
  const { status, entry } = await logged(unreadable);
  expect(status).toBe(502);
  expect(entry).toMatchObject({ target: answered.target, backend: 'bedrock', attempts: 1, status: 502 });
  expect(entry).toMatchObject({ inputTokens: 3, outputTokens: 2, cacheReadTokens: 4 });
});

test('a failure in the middle of a stream is in the line, with the usage so far', async () => {
  const failing: Backend = {
    converse: {
      call: () => Promise.reject(new Error('not asked')),
      open: () =>
        Promise.resolve({
          ok: true,
          value: batch<Streamed<ConverseEvent>>(...events.slice(0, 2), { failure: broken }),
        }),
    },
  };
  const { status, entry } = await logged(failing, { stream: true });
  expect(status).toBe(200);
  expect(entry).toMatchObject({
    error: 'ServiceUnavailableException',
    ended: 'error',
    upstreamStatus: 503,
    upstreamRequestId: 'aws-1',
    finishReason: undefined,
  });
});

test('what upstream words freely is no word of the log', async () => {
  const failure: Failure = {
    ...broken,
    name: 'Some sentence\nwith a prompt',
    upstream: { status: 503, error: 'a sentence', requestId: 'x'.repeat(500) },
  };
  const { entry } = await logged(bedrock(failure, failure, failure));
  expect([entry.error, entry.upstreamError, entry.upstreamRequestId]).toEqual(['unclear', 'unclear', 'unclear']);
});
