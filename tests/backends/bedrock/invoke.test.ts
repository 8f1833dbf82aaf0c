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
