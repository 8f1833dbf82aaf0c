import type { IncomingMessage } from 'node:http';
import type { Sent, WireRequest } from '../function/backends/wire/transport.ts';
import { createDebug } from '../function/debug.ts';
import type { HttpRequest } from '../function/http-values.ts';

const invocation = { requestId: 'r', answerBy: 0, streamUntil: 0 };
const entry = { requestId: 'r', endpoint: '/', method: 'POST', status: 200, latencyMs: 0, model: 'gpt-4o' };

/** A wrapped app that sends one request upstream, and what is logged once its answer is over. */
async function logged(body: HttpRequest['body'], answer: Sent, failure?: { name: string; status: number }) {
  let time = 100;
  const log: object[] = [];
  const debug = createDebug({ now: () => (time += 5), log: (fields) => log.push(fields) });
  const transport = debug.transport({ send: () => Promise.resolve(answer), warm: () => Promise.resolve() });
  const host = { protocol: 'https:', hostname: 'api.example.com', port: 443 } as const;
  const request: WireRequest = {
    service: 'Bedrock',
    host,
    method: 'POST',
    path: '/secret',
    headers: {},
    signal: new AbortController().signal,
  };
  const app = debug.app(async () => {
    await transport.send(request);
    const call = { label: 'bedrock:x', ignored: ['seed', 'a text of the caller'] };
    debug.trace(entry, call, { failure: failure && { ...failure, message: 'secret' }, ms: 7 });
    return { status: 200, headers: {}, body: '' };
  });
  await app({ method: 'POST', path: '/', query: '', headers: new Map(), body }, invocation);
  debug.trace({ requestId: 'other' }, { label: 'x', ignored: [] }, { failure: undefined, ms: 1 });
  debug.done(entry);
  debug.done(entry);
  return log;
}

const ok = (headers: IncomingMessage['headers'], statusCode: number | undefined = 200): Sent => ({
  ok: true,
  value: { statusCode, headers } as IncomingMessage,
});

const place = { service: 'Bedrock', host: 'api.example.com', ms: 5 };

test('the details of a request are logged once, without any text of its caller', async () => {
  const body = JSON.stringify({ model: 'secret', messages: ['secret'], 'a text of the caller': 1 });
  expect(await logged(body, ok({ 'x-amzn-requestid': 'id-1', 'x-request-id': 'id-2' }))).toEqual([
    {
      requestId: 'r',
      model: 'gpt-4o',
      parameters: ['model', 'messages'],
      ignored: ['seed'],
      tries: [{ target: 'bedrock:x', ms: 7 }],
      upstream: [{ ...place, status: 200, id: 'id-1' }],
    },
  ]);
});

test.each([
  [ok({ 'x-request-id': 'id-2' }, 429), { ...place, status: 429, id: 'id-2' }],
  [ok({ 'x-request-id': 'a text' }), { ...place, status: 200 }],
  [ok({ 'x-request-id': 'x'.repeat(129) }), { ...place, status: 200 }],
  [ok({}), { ...place, status: 200 }],
  [
    { ok: false, failure: { name: 'ConnectionError', status: 502, message: 'secret' } } as const,
    { ...place, failure: 'ConnectionError' },
  ],
  [{ ok: false, failure: { name: 'a text', status: 502, message: 'secret' } } as const, { ...place, failure: 'other' }],
])('of an upstream answer %j there is %j', async (answer, told) => {
  expect(await logged('{}', answer)).toMatchObject([{ parameters: [], upstream: [told] }]);
});

test.each([undefined, 'no JSON', 'null', '5', '[]', Buffer.from('{"secret":1}')])(
  'a body %j has no fields that are known',
  async (body) => {
    expect(await logged(body, ok({}))).toMatchObject([{ parameters: [] }]);
  },
);

test('a failed target is told by its name and status', async () => {
  expect(await logged('{}', ok({}), { name: 'ThrottlingException', status: 429 })).toMatchObject([
    { tries: [{ target: 'bedrock:x', ms: 7, failure: 'ThrottlingException', status: 429 }] },
  ]);
});
