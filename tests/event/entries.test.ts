import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type EntryOptions, entries } from '../../function/event/entries.ts';
import { json } from '../../function/http/json.ts';
import type { App, Invocation } from '../../function/invocation.ts';

const context = { awsRequestId: 'lambda-id', getRemainingTimeInMillis: () => 900_000 };
const get = {
  httpMethod: 'GET',
  rawPath: '/health',
  requestContext: { requestId: 'edge-id', path: '/v1/health', http: { method: 'GET' } },
};

function setUp(app: App, flushLog = () => Promise.resolve()) {
  const refusals: unknown[] = [];
  const breaks: unknown[] = [];
  const options: EntryOptions = {
    now: () => 1_000_000,
    refuse: (cause, requestId) => {
      refusals.push([String(cause), requestId]);
      return json({ error: 'refused' }, { status: 400 });
    },
    onBroken: (cause, requestId) => breaks.push([String(cause), requestId]),
    flushLog,
  };
  return { ...entries(app, options), refusals, breaks };
}

beforeAll(() => {
  const from = (stream: PassThrough, metadata: unknown) => {
    stream.write(`${JSON.stringify(metadata)} `);
    return stream;
  };
  Object.assign(globalThis, { awslambda: { HttpResponseStream: { from } } });
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'awslambda');
});

/** Answers with what it was asked. */
function echo(): { app: App; seen: Invocation[] } {
  const seen: Invocation[] = [];
  const app: App = (request, invocation) => {
    seen.push(invocation);
    return Promise.resolve({ status: 200, headers: { 'content-type': 'text/plain' }, body: request.path });
  };
  return { app, seen };
}

test('both handlers ask the same app', async () => {
  const { app, seen } = echo();
  const { buffered, streaming } = setUp(app);
  const result = await buffered(get, context);
  expect(result).toMatchObject({ statusCode: 200, body: '/health' });
  const stream = new PassThrough();
  await Promise.all([
    streaming(get, stream, context),
    text(stream).then((sent) => expect(sent).toMatch(/ \/v1\/health$/)),
  ]);
  expect(seen).toEqual([
    { requestId: 'edge-id', answerBy: 1_028_000, streamUntil: 1_028_000, isBuffered: true },
    { requestId: 'edge-id', answerBy: 1_285_000, streamUntil: 1_890_000 },
  ]);
});

test('an event without a request is refused under the id from Lambda', async () => {
  const { app, seen } = echo();
  const { buffered, streaming, refusals } = setUp(app);
  expect(await buffered({}, context)).toMatchObject({ statusCode: 400, body: '{"error":"refused"}' });
  const stream = new PassThrough();
  await Promise.all([
    streaming(undefined, stream, context),
    text(stream).then((sent) => expect(sent).toContain('"statusCode":400')),
  ]);
  expect(seen).toEqual([]);
  expect(refusals).toEqual([
    [expect.stringContaining('no method'), 'lambda-id'],
    [expect.stringContaining('no method'), 'lambda-id'],
  ]);
});

test.each(['', 'a b', 'a\r\nx: y', '\u{1f600}', '\u007f', 'x'.repeat(129), 7, null])(
  '%j is not taken as a request id',
  async (requestId) => {
    const { app, seen } = echo();
    await setUp(app).buffered({ ...get, requestContext: { ...get.requestContext, requestId } }, context);
    expect(seen).toMatchObject([{ requestId: 'lambda-id' }]);
  },
);

test.each(['!~', 'x'.repeat(128)])('%s is taken as a request id', async (requestId) => {
  const { app, seen } = echo();
  await setUp(app).buffered({ ...get, requestContext: { ...get.requestContext, requestId } }, context);
  expect(seen).toMatchObject([{ requestId }]);
});

test('the log is written once the answer is over, and before either handler is', async () => {
  const { app } = echo();
  const order: string[] = [];
  const { buffered, streaming } = setUp(app, async () => {
    await Promise.resolve();
    order.push('flushed');
  });
  await buffered(get, context);
  order.push('whole');
  const stream = new PassThrough();
  stream.once('finish', () => order.push('sent'));
  await Promise.all([streaming(get, stream, context), text(stream)]);
  order.push('streamed');
  expect(order).toEqual(['flushed', 'whole', 'sent', 'flushed', 'streamed']);
});

test('a body that breaks is refused before anything is sent, and reported afterwards', async () => {
  const broken: App = () =>
    Promise.resolve({ status: 200, headers: {}, body: () => Promise.reject(new Error('broken')) });
  const { buffered, streaming, refusals, breaks } = setUp(broken);
  expect(await buffered(get, context)).toMatchObject({ statusCode: 400 });
  expect(refusals).toEqual([['Error: broken', 'edge-id']]);
  const stream = new PassThrough();
  await Promise.all([streaming(get, stream, context), text(stream)]);
  expect(breaks).toEqual([['Error: broken', 'edge-id']]);
});
