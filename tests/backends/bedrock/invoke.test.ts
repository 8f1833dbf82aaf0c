import { InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { encoded, exception } from '../wire/encoded.ts';
import { read } from '../wire/read.ts';
import { closeClients, context, gateway, reference } from './clients.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const modelId = 'amazon.titan-embed-text-v2:0';

test('is sent as AWS sends it', async () => {
  const server = await loopback((response) => json(response, 200, { embedding: [1] }));
  await gateway(server.url).invoke.call({ inputText: 'é' }, context({ model: modelId }));
  const { runtime } = reference(server.url);
  const body = JSON.stringify({ inputText: 'é' });
  await runtime.send(
    new InvokeModelCommand({ modelId, body, contentType: 'application/json', accept: 'application/json' }),
  );
  const [mine, theirs] = server.arrived;
  expect([mine?.method, mine?.path, mine?.body]).toEqual([theirs?.method, theirs?.path, theirs?.body]);
  for (const name of ['accept', 'authorization', 'content-type', 'content-length']) {
    expect([name, mine?.headers[name]]).toEqual([name, theirs?.headers[name]]);
  }
});

test('returns the parsed body, and the token count of the header', async () => {
  const server = await loopback((response, _request, count) => {
    if (count === 1) response.setHeader('x-amzn-bedrock-input-token-count', '7');
    json(response, 200, { embeddings: [[0.5]] });
  });
  const bedrock = gateway(server.url);
  const body = { embeddings: [[0.5]] };
  await expect(bedrock.invoke.call({}, context())).resolves.toEqual({ ok: true, value: { body, inputTokens: 7 } });
  await expect(bedrock.invoke.call({}, context())).resolves.toEqual({ ok: true, value: { body } });
});

test('names the caller in the request metadata where the stack pays', async () => {
  const server = await loopback((response) => json(response, 200, {}));
  const bedrock = gateway(server.url);
  await bedrock.invoke.call({}, context({ callerId: 'team-a' }));
  await bedrock.invoke.call({}, context());
  const labels = { 'openai-user': 'u-1', 'gateway-caller': 'another' };
  await bedrock.invoke.call({}, context({ callerId: 'team-a', labels }));
  expect(server.arrived.map(({ headers }) => headers['x-amzn-bedrock-request-metadata'])).toEqual([
    '{"gateway-caller":"team-a"}',
    undefined,
    '{"openai-user":"u-1","gateway-caller":"team-a"}',
  ]);
});

test('passes bytes through', async () => {
  const text = '{ "embedding" : [1.0] }';
  const server = await loopback((response) => {
    response.setHeader('x-amzn-bedrock-input-token-count', '7');
    response.end(text);
  });
  const outcome = await gateway(server.url).invoke.passthrough(
    { body: '{ "inputText":"a"}', stream: false },
    context(),
  );
  if (!outcome.ok) throw new Error(outcome.failure.name);
  const { bytes } = await read(outcome);
  expect(bytes.toString()).toBe(text);
  expect(outcome.value.headers).toEqual({ 'x-amzn-bedrock-input-token-count': '7' });
  expect(server.arrived[0]).toMatchObject({
    path: '/model/amazon.nova-lite-v1%3A0/invoke',
    body: '{ "inputText":"a"}',
  });
});

test("forwards the operation's headers as AWS's client names them, and no others", async () => {
  const server = await loopback((response) => json(response, 200, {}));
  const { runtime } = reference(server.url);
  await runtime.send(
    new InvokeModelCommand({
      modelId,
      body: '{}',
      guardrailIdentifier: 'abc',
      guardrailVersion: '1',
      trace: 'ENABLED',
      performanceConfigLatency: 'optimized',
      serviceTier: 'priority',
    }),
  );
  const theirs = Object.entries(server.arrived[0]?.headers ?? {}).filter(([name]) =>
    name.startsWith('x-amzn-bedrock-'),
  );
  expect(theirs).toHaveLength(5);
  const headers = {
    ...Object.fromEntries(theirs),
    authorization: 'Bearer other',
    'x-amz-security-token': 'a',
    host: 'b',
  };
  await gateway(server.url).invoke.passthrough({ body: '{}', stream: false, headers }, context({ callerId: 'team-a' }));
  const mine = server.arrived[1]?.headers ?? {};
  expect(mine).toMatchObject({
    ...Object.fromEntries(theirs),
    authorization: server.arrived[0]?.headers['authorization'],
    'x-amzn-bedrock-request-metadata': '{"gateway-caller":"team-a"}',
  });
  expect(mine['x-amz-security-token']).toBeUndefined();
});

/** Every header of the operation, as a client may send it; the last one is of neither operation. */
const clients = {
  'content-type': 'application/json; charset=utf-8',
  'x-amzn-bedrock-guardrailidentifier': 'abc',
  'x-amzn-bedrock-guardrailversion': '1',
  'x-amzn-bedrock-performanceconfig-latency': 'optimized',
  'x-amzn-bedrock-request-metadata': '{"a":"b"}',
  'x-amzn-bedrock-service-tier': 'priority',
  'x-amzn-bedrock-trace': 'ENABLED',
  accept: 'image/png',
  'x-amzn-bedrock-accept': 'text/plain',
  'x-other': 'a',
};
const { accept, 'x-amzn-bedrock-accept': chunksAs, 'x-other': _other, ...both } = clients;

test.each([
  [false, clients, { ...both, accept }],
  [true, clients, { ...both, 'x-amzn-bedrock-accept': chunksAs }],
  [false, {}, { 'content-type': 'application/json', accept: 'application/json' }],
  [true, {}, { 'content-type': 'application/json', 'x-amzn-bedrock-accept': 'application/json' }],
])('streaming %j: the headers %j arrive as %j', async (stream, headers, expected) => {
  const server = await loopback((response) => void response.writeHead(400).end());
  await gateway(server.url).invoke.passthrough({ body: '{}', stream, headers }, context());
  await gateway(server.url).invoke.passthrough({ body: '{}', stream }, context());
  const [asked, plain] = server.arrived;
  expect(asked?.path).toBe(
    stream ? '/model/amazon.nova-lite-v1%3A0/invoke-with-response-stream' : '/model/amazon.nova-lite-v1%3A0/invoke',
  );
  expect(asked?.headers).toEqual({
    ...plain?.headers,
    ...(stream ? { 'x-amzn-bedrock-accept': 'application/json' } : { accept: 'application/json' }),
    ...expected,
  });
});

test('labels are sent without a caller, too', async () => {
  const server = await loopback((response) => json(response, 200, {}));
  await gateway(server.url).invoke.call({}, context({ labels: { a: 'b' } }));
  expect(server.arrived[0]?.headers['x-amzn-bedrock-request-metadata']).toBe('{"a":"b"}');
});

test.each([
  ['0', { inputTokens: 0 }],
  ['123456789', { inputTokens: 123_456_789 }],
  ['1234567890', {}],
  ['-1', {}],
  ['many', {}],
])('a count of %s in the header is read as %j', async (count, expected) => {
  const server = await loopback((response) => {
    response.setHeader('x-amzn-bedrock-input-token-count', count);
    json(response, 200, { a: 1 });
  });
  const value = { body: { a: 1 }, ...expected };
  expect(await gateway(server.url).invoke.call({}, context())).toEqual({ ok: true, value });
});

test('a body that is no object, and a refusal, are failures', async () => {
  const server = await loopback((response, _request, count) => {
    if (count === 1) json(response, 200, []);
    else json(response, 400, { __type: 'ValidationException', message: 'no' });
  });
  const call = () => gateway(server.url).invoke.call({}, context());
  expect(await call()).toEqual({
    ok: false,
    failure: {
      name: 'MalformedReply',
      status: 502,
      message: "Bedrock's answer is not a JSON object.",
      upstream: { status: 200 },
    },
  });
  expect(await call()).toMatchObject({ ok: false, failure: { name: 'ValidationException', message: 'no' } });
});

test('CountTokens has its own path, and its answer passes', async () => {
  const server = await loopback((response) => json(response, 200, { inputTokens: 7 }));
  const outcome = await gateway(server.url).countTokens.passthrough({ body: '{"a": 1}', stream: false }, context());
  expect(server.arrived[0]).toMatchObject({
    method: 'POST',
    path: '/model/amazon.nova-lite-v1%3A0/count-tokens',
    body: '{"a": 1}',
  });
  expect((await read(outcome)).bytes.toString()).toBe('{"inputTokens":7}');
});

const chunk = encoded(
  { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
  '{"bytes":"e30="}',
);

test.each([
  ['whole', [chunk, chunk], undefined],
  ['ended by an exception', [chunk, exception('modelTimeoutException', { message: 'late' })], 'ModelTimeoutException'],
  ['cut', [chunk, chunk.subarray(0, 30)], 'TruncatedStream'],
])('a stream that is %s: no event is its last', async (_how, frames, failure) => {
  const server = await loopback((response) => void response.end(Buffer.concat(frames)));
  const outcome = await gateway(server.url).invoke.passthrough({ body: '{}', stream: true }, context());
  const { bytes, failure: found } = await read(outcome);
  expect([bytes.subarray(0, chunk.length).equals(chunk), found?.name]).toEqual([true, failure]);
  expect(server.arrived[0]?.path).toMatch(/invoke-with-response-stream$/);
  expect(server.arrived[0]?.headers['x-amzn-bedrock-accept']).toBe('application/json');
});
