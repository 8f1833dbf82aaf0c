import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createSageMaker } from '../../../function/backends/sagemaker/sagemaker.ts';
import { createTransport } from '../../../function/backends/wire/transport.ts';
import { hello, reply } from '../chat.ts';
import { type Arrived, closeLoopbacks, everySent, json, loopback } from '../loopback.ts';
import { spending } from '../stack/sts.ts';
import { context, sagemaker } from './endpoint.ts';

afterEach(closeLoopbacks);

/**
 * Headers by which AWS's client speaks of itself, those that differ because of them, and what it does not say. The hash of the body is for
 * S3 alone, and botocore sends it to no other service.
 */
const notCompared = new Set([
  'user-agent',
  'x-amz-user-agent',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
  'accept-encoding',
]);

function compared({ method, path, headers, body }: Arrived): unknown {
  const kept = Object.entries(headers).filter(([name]) => !notCompared.has(name));
  return { method, path, headers: Object.fromEntries(kept), body };
}

function theirs(url: string): SageMakerRuntimeClient {
  return new SageMakerRuntimeClient({
    region: 'us-west-2',
    endpoint: url,
    credentials: { ...spending },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

test('InvokeEndpoint is sent as AWS sends it', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const url = `${server.url}/a/prefix`;
  await (await sagemaker(url)).chat.call(hello, context());
  const Body = JSON.stringify({ messages: hello.messages });
  const input = { EndpointName: 'my-endpoint', Body, ContentType: 'application/json', Accept: 'application/json' };
  await theirs(url).send(new InvokeEndpointCommand(input));
  const [mine, awsOwn] = server.arrived;
  expect(mine && compared(mine)).toEqual(awsOwn && compared(awsOwn));
  expect(mine?.path).toBe('/a/prefix/endpoints/my-endpoint/invocations');
  expect(mine?.headers.authorization).toContain(
    `Credential=${spending.accessKeyId}/20261120/us-west-2/sagemaker/aws4_request`,
  );
});

test('InvokeEndpointWithResponseStream is sent as AWS sends it', async () => {
  const server = await loopback((response) => json(response, 200, {}));
  await (await sagemaker(server.url)).chat.open(hello, context());
  const Body = JSON.stringify({ messages: hello.messages, stream: true, stream_options: { include_usage: true } });
  const input = { EndpointName: 'my-endpoint', Body, ContentType: 'application/json', Accept: 'application/json' };
  await theirs(server.url)
    .send(new InvokeEndpointWithResponseStreamCommand(input))
    .catch(() => undefined);
  const [mine, awsOwn] = server.arrived;
  expect(mine && compared(mine)).toEqual(awsOwn && compared(awsOwn));
  expect(mine?.path).toBe('/endpoints/my-endpoint/invocations-response-stream');
});

test('rule 74: an inference component is sent as AWS sends it, signed', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const backend = await sagemaker(server.url);
  const to = context({ model: 'my-endpoint/My-component' });
  await backend.chat.call(hello, to);
  await backend.chat.open(hello, to);
  const Body = JSON.stringify({ messages: hello.messages });
  const input = { EndpointName: 'my-endpoint', InferenceComponentName: 'My-component', Body };
  const types = { ContentType: 'application/json', Accept: 'application/json' };
  await theirs(server.url).send(new InvokeEndpointCommand({ ...input, ...types }));
  const [mine, streamed, awsOwn] = server.arrived;
  expect(mine && compared(mine)).toEqual(awsOwn && compared(awsOwn));
  expect(streamed?.path).toBe('/endpoints/my-endpoint/invocations-response-stream');
  for (const { headers } of [mine, streamed].filter((each) => each !== undefined)) {
    expect(headers['x-amzn-sagemaker-inference-component']).toBe('My-component');
    expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amzn-sagemaker-inference-component/);
  }
});

test('only the listed headers are sent', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  await (await sagemaker(server.url)).chat.call(hello, context());
  expect(Object.keys(server.arrived[0]?.headers ?? {}).toSorted()).toEqual(
    [...everySent, 'accept', 'x-amz-date', 'x-amz-security-token'].toSorted(),
  );
});

test('chat and completions differ by their bodies only', async () => {
  const choice = { index: 0, text: 'Hi', logprobs: null, finish_reason: 'stop' };
  const text = { id: 'c', object: 'text_completion', created: 1, model: 'm', choices: [choice] };
  const server = await loopback((response, { body }) => json(response, 200, body.includes('prompt') ? text : reply));
  const backend = await sagemaker(server.url);
  await expect(backend.chat.call(hello, context())).resolves.toEqual({ ok: true, value: reply });
  const asked = { model: 'tiny', prompt: 'é', max_tokens: 3, stop: ['\n'] };
  await expect(backend.completions.call(asked, context())).resolves.toEqual({ ok: true, value: text });
  expect(server.arrived.map(({ path }) => path)).toEqual([
    '/endpoints/my-endpoint/invocations',
    '/endpoints/my-endpoint/invocations',
  ]);
  expect(JSON.parse(server.arrived[1]?.body ?? '')).toEqual({ prompt: 'é', max_tokens: 3, stop: ['\n'] });
});

test('a buffered request has no stream fields, a streaming request asks for usage', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const backend = await sagemaker(server.url);
  const asked = { ...hello, stream: true, stream_options: { include_obfuscation: false } };
  await backend.chat.call(asked, context());
  await backend.chat.open(asked, context());
  expect(server.arrived.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { messages: hello.messages },
    { messages: hello.messages, stream: true, stream_options: { include_obfuscation: false, include_usage: true } },
  ]);
});

test("a request above SageMaker's size limit is not sent", async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const backend = await sagemaker(server.url);
  const asked = (length: number) => ({ ...hello, messages: [{ role: 'user' as const, content: 'x'.repeat(length) }] });
  const most = 6_291_456 - '{"messages":[{"role":"user","content":""}]}'.length;
  await expect(backend.chat.call(asked(most + 1), context())).rejects.toMatchObject({
    name: 'ApiError',
    status: 413,
    code: 'request_too_large',
    message: 'This model takes requests of at most 6291456 bytes, and this one has 6291457.',
  });
  expect(server.arrived).toHaveLength(0);
  await expect(backend.chat.call(asked(most), context())).resolves.toMatchObject({ ok: true });
  expect(server.arrived[0]?.headers['content-length']).toBe('6291456');
});

test('without a signer nothing is sent, not even a bearer', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const backend = createSageMaker({ region: 'us-west-2', endpoint: server.url, transport: createTransport() });
  const bearer = context({ credential: { kind: 'bearer', token: ['a', 'key'].join('-') } });
  for (const outcome of [await backend.chat.call(hello, context()), await backend.chat.open(hello, bearer)]) {
    expect(outcome).toMatchObject({ ok: false, failure: { name: 'StackCredentialError' } });
  }
  expect(server.arrived).toHaveLength(0);
});
