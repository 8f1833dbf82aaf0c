import {
  AccessDeniedException,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InternalServerException,
  ModelErrorException,
  ModelStreamErrorException,
  ModelTimeoutException,
  ResourceNotFoundException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { backends, refusal, runtime, textOf, user, withoutKey, type Asked } from './aws.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
let client: BedrockRuntimeClient;

beforeAll(() => {
  client = runtime(gateway());
});
afterAll(() => client.destroy());

const messages = [user('Tell me about rivers')];

/** What both operations are refused with: they must be the same. */
async function refused(asked: Partial<Asked>, by = client) {
  const input = { modelId: gateway().model, messages, ...asked };
  const [whole, streamed] = await Promise.all([
    refusal(by.send(new ConverseCommand(input))),
    refusal(by.send(new ConverseStreamCommand(input))),
  ]);
  expect([streamed.name, streamed.$metadata.httpStatusCode]).toEqual([whole.name, whole.$metadata.httpStatusCode]);
  expect(whole.$metadata.requestId).toMatch(/\S/);
  return whole;
}

test('ThrottlingException for a model that is always throttled', async () => {
  const error = await refused({ modelId: gateway().throttledModel });
  expect(error).toBeInstanceOf(ThrottlingException);
  expect(error.$metadata.httpStatusCode).toBe(429);
});

test('ResourceNotFoundException for an unknown model name', async () => {
  const error = await refused({ modelId: 'gpt-of-tomorrow' });
  expect(error).toBeInstanceOf(ResourceNotFoundException);
  expect(error.message).toContain('bedrock-gateway:models');
});

test.each(backends)('ValidationException from %s for values that no model accepts', async (_backend, modelOf) => {
  const modelId = modelOf(gateway());
  for (const asked of [{ messages: [] }, { inferenceConfig: { temperature: 7 } }]) {
    const error = await refused({ modelId, ...asked });
    expect([asked, error.name]).toEqual([asked, 'ValidationException']);
    expect(error).toBeInstanceOf(ValidationException);
  }
});

test.each(backends.slice(1))(
  'ValidationException from %s for features that only Bedrock has',
  async (_backend, modelOf) => {
    const guardrailConfig = { guardrailIdentifier: 'abcdefgh', guardrailVersion: '1' };
    const s3Location = { uri: 's3://example/river.png' };
    const image = { image: { format: 'png', source: { s3Location } } } as const;
    for (const asked of [{ guardrailConfig }, { messages: [user('Look', image)] }])
      expect(await refused({ modelId: modelOf(gateway()), ...asked })).toBeInstanceOf(ValidationException);
  },
);

describe('AccessDeniedException', () => {
  test.each([
    ['no key of Bedrock', () => 'sk-made-up'],
    ['a key that Bedrock does not know', () => strangersKey()],
  ])('for %s, at every backend', async (_name, tokenOf) => {
    const stranger = runtime(gateway(), { token: { token: tokenOf() } });
    for (const [backend, modelOf] of backends) {
      const error = await refused({ modelId: modelOf(gateway()) }, stranger);
      expect([backend, error.name, error.$metadata.httpStatusCode]).toEqual([backend, 'AccessDeniedException', 403]);
      expect(error).toBeInstanceOf(AccessDeniedException);
      expect(error.message).not.toContain(tokenOf().slice(8));
    }
    stranger.destroy();
  });

  test('a SigV4 signature instead of a key is refused with the remedy', async () => {
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'made-up' };
    const signing = new BedrockRuntimeClient({ ...withoutKey(gateway()), credentials });
    const error = await refused({}, signing);
    expect(error).toBeInstanceOf(AccessDeniedException);
    expect(error.$metadata.httpStatusCode).toBe(403);
    expect(error.message).toMatch(/AWS_BEARER_TOKEN_BEDROCK|bearer/i);
    signing.destroy();
  });
});

const fault = (name: string) => ({ requestMetadata: { 'simulator-fault': name } });

test.each([
  ['access-denied', AccessDeniedException],
  ['validation', ValidationException],
  ['internal', InternalServerException],
  ['unavailable', ServiceUnavailableException],
  ['model-error', ModelErrorException],
  ['model-timeout', ModelTimeoutException],
  ['redirect', InternalServerException],
  ['first-frame-exception', ThrottlingException],
])('the client throws the error class of %s from Bedrock', async (name, kind) => {
  expect(await refused(fault(name))).toBeInstanceOf(kind);
});

test.each([
  // It is the stack's own key that was refused.
  ['access-denied', InternalServerException],
  ['too-long', ValidationException],
  ['throttle', ThrottlingException],
  ['internal', InternalServerException],
  ['unavailable', ServiceUnavailableException],
  ['redirect', InternalServerException],
  ['first-event-error', InternalServerException],
])('the client throws the error class of %s from OpenAI', async (name, kind) => {
  expect(await refused({ modelId: gateway().openaiModel, ...fault(name) })).toBeInstanceOf(kind);
});

test.each([
  ['throttle', ThrottlingException],
  ['unavailable', ServiceUnavailableException],
  ['model-error', ModelErrorException],
  ['model-refusal', ValidationException],
])('the client throws the error class of %s from SageMaker', async (name, kind) => {
  expect(await refused({ modelId: gateway().sagemakerModel, ...fault(name) })).toBeInstanceOf(kind);
});

describe('an interrupted stream rejects after the text received so far', () => {
  test.each([
    ['Bedrock', 'stream-internal', InternalServerException],
    ['Bedrock', 'stream-throttle', ThrottlingException],
    ['Bedrock', 'stream-model-error', ModelStreamErrorException],
    ['Bedrock', 'stream-unavailable', ServiceUnavailableException],
    ['Bedrock', 'stream-validation', ValidationException],
    ['Bedrock', 'cut-frame', Error],
    ['Bedrock', 'reset-mid-stream', Error],
    ['OpenAI', 'stream-internal', InternalServerException],
    ['OpenAI', 'cut-frame', Error],
    ['OpenAI', 'cut-between', Error],
    ['OpenAI', 'reset-mid-stream', Error],
    ['SageMaker', 'error-line', Error],
    ['SageMaker', 'stream-model-error', ModelStreamErrorException],
    ['SageMaker', 'cut-between', Error],
  ])('%s: %s', async (backend, name, kind) => {
    const modelOf = new Map(backends).get(backend);
    const modelId = modelOf?.(gateway()) ?? '';
    const inferenceConfig = { maxTokens: 300 };
    const { stream = [] } = await client.send(
      new ConverseStreamCommand({ modelId, messages, inferenceConfig, ...fault(name) }),
    );
    const events: ConverseStreamOutput[] = [];
    const reading = (async () => {
      for await (const event of stream) events.push(event);
    })();
    await expect(reading).rejects.toBeInstanceOf(kind);
    const content = events.flatMap(({ contentBlockDelta: part }) =>
      part?.delta?.text === undefined ? [] : [{ text: part.delta.text }],
    );
    expect(textOf({ content })).toMatch(/\w/);
    expect(events.filter(({ messageStop }) => messageStop)).toEqual([]);
  });
});

test('a client that retries succeeds', async () => {
  const patient = runtime(gateway(), { maxAttempts: 3 });
  for (const name of ['throttle-once', 'unavailable-once', 'reset-once']) {
    const requestMetadata = { 'simulator-fault': name, 'simulator-id': `patient-aws-${name}` };
    const asked = { modelId: gateway().model, messages, requestMetadata };
    const { stopReason } = await patient.send(new ConverseCommand(asked));
    expect(stopReason).toBe('end_turn');
  }
  patient.destroy();
});

/** Well-formed, and of nobody. */
function strangersKey(): string {
  return `ABSK${Buffer.from(`BedrockAPIKey-none-at-210987654321:${'made-up-'.repeat(4)}`).toString('base64')}`;
}
