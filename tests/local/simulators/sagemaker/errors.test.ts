import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { createIam } from '../../../../local/iam/verify.ts';
import { faults } from '../../../../local/simulators/sagemaker/faults.ts';
import { chunksOf, messages, refusedByContainer, roleArn, start, type Clients } from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await clients.close());

const body = (fault: string, id = '0') => ({ messages, metadata: { 'simulator-fault': fault, 'simulator-id': id } });
const status = (httpStatusCode: number) => expect.objectContaining({ httpStatusCode });

describe('the front door', () => {
  test('refuses an unknown endpoint', async () => {
    await expect(clients.invoke('nobody', { messages })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint nobody of account 123456789012 not found.',
      $metadata: status(400),
    });
  });

  test('rule 74: checks the inference components of an endpoint and who may call them', async () => {
    const invoke = (EndpointName: string, InferenceComponentName?: string) => {
      const input = { EndpointName, ContentType: 'application/json', Body: JSON.stringify({ messages }) };
      return clients.client().send(new InvokeEndpointCommand({ ...input, InferenceComponentName }));
    };
    const { Body } = await invoke('demo-shared', 'demo-instruct');
    expect(JSON.parse(Buffer.from(Body).toString())).toMatchObject({ model: 'demo-instruct' });
    await expect(invoke('demo-shared', 'demo-base')).rejects.toMatchObject(refusedByContainer(400, /chat template/));
    await expect(invoke('demo-shared')).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(/^Inference Component Name header is required/),
    });
    for (const [endpoint, component] of [
      ['demo-shared', 'demo-none'],
      ['demo-vllm', 'demo-instruct'],
    ] as const)
      await expect(invoke(endpoint, component)).rejects.toMatchObject({
        name: 'ValidationError',
        message: `Inference Component ${component} of account 123456789012 not found.`,
      });
    await expect(invoke('demo-shared', 'other')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(':inference-component/other'),
    });
  });

  test('refuses a body over 6,291,456 bytes', async () => {
    const large = JSON.stringify({ messages: [{ role: 'user', content: 'a'.repeat(6_291_456) }] });
    await expect(clients.invoke('demo-vllm', large)).rejects.toMatchObject({
      name: 'ValidationError',
      $metadata: status(400),
    });
  });

  test('refuses a role without the right to this endpoint', async () => {
    await expect(clients.invoke('other', { messages })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'sagemaker:InvokeEndpoint on resource: arn:aws:sagemaker:us-east-1:123456789012:endpoint/other',
      ),
      $metadata: status(403),
    });
  });

  test('refuses unknown credentials, a wrong secret, and no signature', async () => {
    const command = new InvokeEndpointCommand({ EndpointName: 'demo-vllm', Body: '{}' });
    const stranger = createIam().issue(roleArn);
    await expect(clients.client(stranger).send(command)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const forged = { ...clients.iam.issue(roleArn), secretAccessKey: 'x'.repeat(40) };
    await expect(clients.client(forged).send(command)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    const bare = await fetch(`${clients.url}/endpoints/demo-vllm/invocations`, { method: 'POST', body: '{}' });
    expect([bare.status, bare.headers.get('x-amzn-errortype')]).toEqual([403, 'MissingAuthenticationTokenException']);
  });

  test('refuses parameters that break the service model', async () => {
    const command = new InvokeEndpointCommand({
      EndpointName: 'demo-vllm',
      Body: '{}',
      CustomAttributes: 'a'.repeat(1025),
    });
    await expect(clients.client().send(command)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('less than or equal to 1024'),
    });
    await expect(clients.invoke('demo_vllm', {})).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

const overHttp: Readonly<Record<string, [number, string]>> = {
  throttle: [400, 'ThrottlingException'],
  unavailable: [503, 'ServiceUnavailable'],
  internal: [500, 'InternalFailure'],
  dependency: [530, 'InternalDependencyException'],
  'model-not-ready': [429, 'ModelNotReadyException'],
  'expired-token': [403, 'ExpiredTokenException'],
  'model-error': [424, 'ModelError'],
  'model-refusal': [424, 'ModelError'],
  leak: [424, 'ModelError'],
};

test.each(Object.entries(overHttp))('%s answers with its status and error name', async (fault, [code, name]) => {
  const error = { name, $metadata: status(code) };
  await expect(clients.invoke('demo-vllm', body(fault))).rejects.toMatchObject(error);
  await expect(clients.stream('demo-lmi', body(fault))).rejects.toMatchObject(error);
});

test('model-error has the container’s status and message', async () => {
  await expect(clients.invoke('demo-vllm', body('model-error'))).rejects.toMatchObject(
    refusedByContainer(500, /"message":"The engine of the model has stopped\."/),
  );
});

test('error-line ends the stream with an error object', async () => {
  const { text } = await clients.stream('demo-lmi', body('error-line'));
  expect(chunksOf(text).at(-1)).toEqual({ error: 'The engine of the model has stopped.', code: 424 });
  const events = await clients.stream('demo-vllm', body('error-line'));
  expect(chunksOf(events.text).at(-1)).toMatchObject({ error: { code: 500 } });
  await expect(clients.invoke('demo-lmi', body('error-line'))).rejects.toMatchObject(refusedByContainer(424, /engine/));
});

test.each([
  ['stream-model-error', { name: 'ModelStreamError', ErrorCode: 'StreamBroken' }],
  ['stream-timeout', { name: 'ModelStreamError', ErrorCode: 'ModelInvocationTimeExceeded' }],
  ['first-frame-exception', { name: 'ModelStreamError' }],
  ['stream-internal', { name: 'InternalStreamFailure' }],
])('%s ends the stream with an exception', async (fault, error) => {
  await expect(clients.stream('demo-lmi', body(fault))).rejects.toMatchObject(error);
  await expect(clients.invoke('demo-lmi', body(fault))).rejects.toMatchObject({ name: 'InternalFailure' });
});

test('cut-between ends the stream inside a line without an error', async () => {
  const { text } = await clients.stream('demo-vllm', body('cut-between'));
  expect([text.endsWith('\n'), text.includes('[DONE]'), text.length > 0]).toEqual([false, false, true]);
});

test.each([
  ['cut-frame', /Truncated/],
  ['corrupt-frame', /checksum/],
  ['reset-mid-stream', /aborted|ECONNRESET/],
  ['reset', /hang up|ECONNRESET/],
])('%s breaks the stream', async (fault, message) => {
  await expect(clients.stream('demo-vllm', body(fault))).rejects.toThrow(message);
});

test.each(['cut-frame', 'cut-between', 'corrupt-frame', 'reset-mid-stream'])(
  '%s truncates a buffered body',
  async (fault) => {
    await expect(clients.invoke('demo-vllm', body(fault))).rejects.toThrow(/aborted|ECONNRESET/);
  },
);

test('no-usage, not-json, html-error and redirect change the buffered answer', async () => {
  expect(await clients.json('demo-vllm', body('no-usage'))).not.toHaveProperty('usage');
  expect((await clients.invoke('demo-vllm', body('not-json'))).text).toBe('upstream said nothing useful');
  await expect(clients.invoke('demo-vllm', body('html-error'))).rejects.toMatchObject({ $metadata: status(502) });
  await expect(clients.invoke('demo-vllm', body('redirect'))).rejects.toMatchObject({ $metadata: status(302) });
});

test('slow faults wait at least as long as requested', async () => {
  for (const fault of ['slow-headers=60', 'slow-first=60', 'silence=60', 'slow-tokens=10']) {
    const began = performance.now();
    expect((await clients.stream('demo-vllm', body(fault))).text).toContain('[DONE]');
    expect(performance.now() - began).toBeGreaterThanOrEqual(55);
  }
});

test('a fault ending in -once affects only the first call of an ID, and an unknown fault is an error', async () => {
  await expect(clients.invoke('demo-vllm', body('unavailable-once', 'a'))).rejects.toThrow('currently unavailable');
  expect((await clients.json('demo-vllm', body('unavailable-once', 'a'))).choices).toHaveLength(1);
  await expect(clients.invoke('demo-vllm', body('nonsense'))).rejects.toMatchObject(
    refusedByContainer(400, /slow-tokens/),
  );
});

test('every fault in the table is tested here', () => {
  const others =
    'error-line stream-model-error stream-timeout first-frame-exception stream-internal cut-between cut-frame corrupt-frame ' +
    'reset-mid-stream reset no-usage not-json html-error redirect slow-headers slow-first slow-tokens silence';
  expect([...faults.keys()].toSorted()).toEqual([...Object.keys(overHttp), ...others.split(' ')].toSorted());
});
