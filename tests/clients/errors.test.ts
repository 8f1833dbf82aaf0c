import {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import type OpenAI from 'openai';
import { dataUrl } from './media.ts';
import { answering, failuresOf, useStack } from './stack.ts';

type Asked = Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>;

const stack = useStack();
/** What the local stack calls its main model. */
const model = 'gpt-4o';

const hello: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Tell me about rivers' }];

/** What a call is refused with. */
async function refusal(calling: Promise<unknown>): Promise<APIError> {
  const error = await calling.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error(`expected an APIError, got ${String(error)}`);
}

const ask = (asked: Asked) => stack.openai.chat.completions.create({ model, messages: hello, ...asked });

describe("the client's error classes", () => {
  test.each([
    ['no key of Bedrock', () => 'sk-made-up'],
    ['a key that Bedrock does not know', () => unknownKey()],
    ['half a key', () => stack.gateway.apiKey.slice(0, 40)],
  ])('AuthenticationError for %s', async (_name, apiKey) => {
    const stranger = stack.client({ apiKey: apiKey() });
    const error = await refusal(stranger.chat.completions.create({ model, messages: hello }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(error.message).not.toContain(apiKey().slice(8));
    expect(error.requestID).toMatch(/\S/);
  });

  test('NotFoundError for an unknown model and an endpoint that is not served', async () => {
    const unknown = await refusal(ask({ model: 'gpt-of-tomorrow' }));
    expect(unknown).toBeInstanceOf(NotFoundError);
    expect(unknown).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    expect(unknown.message).toContain('bedrock-gateway:models');
    const nowhere = await refusal(stack.openai.moderations.create({ input: 'rivers' }));
    expect(nowhere).toBeInstanceOf(NotFoundError);
    expect(nowhere).toMatchObject({ code: 'unsupported_endpoint', message: expect.stringContaining('guardrail') });
  });

  test('RateLimitError with a retry delay for a model that is always throttled', async () => {
    for (const stream of [false, true]) {
      const asked = { model: stack.gateway.throttledModel, messages: hello, stream };
      const error = await refusal(stack.openai.chat.completions.create(asked));
      expect(error).toBeInstanceOf(RateLimitError);
      expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' });
      expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  test.each([
    ['access-denied', PermissionDeniedError, 403],
    ['internal', InternalServerError, 500],
    ['unavailable', InternalServerError, 503],
    ['model-timeout', InternalServerError, 504],
    ['redirect', InternalServerError, 502],
    ['first-frame-exception', RateLimitError, 429],
  ])('the client throws the error class of %s', async (fault, kind, status) => {
    for (const stream of [false, true]) {
      const asked = { model, messages: hello, metadata: { 'simulator-fault': fault }, stream };
      const error = await refusal(stack.openai.chat.completions.create(asked));
      expect(error).toBeInstanceOf(kind);
      expect(error.status).toBe(status);
    }
  });

  test('an overlong prompt has the code that clients expect', async () => {
    const error = await refusal(ask({ metadata: { 'simulator-fault': 'too-long' } }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error.code).toBe('context_length_exceeded');
  });
});

test.each<[string, Asked, unknown]>([
  ['messages', { messages: [] }, 'array_below_min_length'],
  ['temperature', { temperature: 3 }, expect.stringMatching(/_above_max_value$/)],
  ['messages[0].content', { messages: [{ role: 'user', content: 5 as unknown as string }] }, 'invalid_type'],
  ['logprobs', { logprobs: true }, 'unsupported_parameter'],
  ['modalities', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } }, 'unsupported_parameter'],
  ['n', { n: 9 }, 'integer_above_max_value'],
])('BadRequestError names %s', async (param, asked, code) => {
  const error = await refusal(ask(asked));
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({ status: 400, param, code });
});

test.each([
  ['http://example.com/river.png', 'invalid_image_url'],
  ['https://169.254.169.254/latest/meta-data', 'invalid_image_url'],
  [dataUrl('image/png', Buffer.from('<svg/>')), 'invalid_image_format'],
])('BadRequestError names the image %s', async (url, code) => {
  const content: OpenAI.ChatCompletionContentPart[] = [
    { type: 'text', text: 'What is this?' },
    { type: 'image_url', image_url: { url } },
  ];
  const error = await refusal(ask({ messages: [{ role: 'user', content }] }));
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({ param: 'messages[0].content[1].image_url.url', code });
});

test('a client that retries succeeds', async () => {
  const asked = (id: string, fault: string) => ({ 'simulator-fault': fault, 'simulator-id': id });
  const patient = stack.client({ maxRetries: 2 });
  for (const fault of ['throttle-once', 'unavailable-once', 'reset-once']) {
    const metadata = asked(`patient-${fault}`, fault);
    const { choices } = await patient.chat.completions.create({ model, messages: hello, metadata });
    expect(choices[0]?.finish_reason).toBe('stop');
  }
});

test('an error in a stream has its code', async () => {
  const metadata = { 'simulator-fault': 'stream-throttle' };
  const error = await refusal(stack.openai.chat.completions.stream({ model, messages: hello, metadata }).done());
  expect(error.code).toBe('rate_limit_exceeded');
});

describe('models', () => {
  /** What takes no chat, and its status. */
  const others = [
    // Of the OpenAI-compatible server, which knows no such chat model.
    [/^text-embedding-3-large$/, 404],
    [/embed/, 400],
    [/instruct$/, 404],
  ] as const;

  test('every listed model can be retrieved and called', async () => {
    const { data } = await stack.openai.models.list();
    const ids = data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(answering(stack.gateway)));
    expect(ids).toEqual(expect.arrayContaining([expect.stringMatching(/^arn:/), expect.stringContaining(':0')]));
    const failures = await failuresOf(ids, async (id) => {
      expect(await stack.openai.models.retrieve(id)).toEqual(data.find((listed) => listed.id === id));
      const outcome = await ask({ model: id }).then(
        () => 'answered',
        (error: APIError) => error.status,
      );
      const throttled = id === stack.gateway.throttledModel || id.includes('nova-premier');
      const instead = others.find(([names]) => names.test(id))?.[1] ?? 'answered';
      expect(outcome).toBe(throttled ? 429 : instead);
    });
    expect(failures).toEqual([]);
  });

  test.each(['gpt-of-tomorrow', 'amazon.nova-lite-v9:0', 'a/b c', 'arn:aws:bedrock:us-east-1::nothing/at-all'])(
    '%s is not a model',
    async (id) => {
      expect(await refusal(stack.openai.models.retrieve(id))).toBeInstanceOf(NotFoundError);
    },
  );
});

/** Well-formed, and of nobody. */
function unknownKey(): string {
  return `ABSK${Buffer.from(`BedrockAPIKey-none-at-123456789012:${'made-up-'.repeat(4)}`).toString('base64')}`;
}
