import { NodeHttpHandler } from '@smithy/node-http-handler';
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  type Message,
  type ToolChoice,
} from '@aws-sdk/client-bedrock-runtime';
import {
  backends,
  callsOf,
  clock,
  converse,
  converseStream,
  question,
  runtime,
  textOf,
  user,
  weather,
  withoutKey,
  type Answered,
} from './aws.ts';
import { pdf, png } from './media.ts';
import { issuedKey } from '../support/issued-key.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
let client: BedrockRuntimeClient;
/** A client with a gateway key, for names of the catalog. */
let issued: BedrockRuntimeClient;
let token: string;

beforeAll(async () => {
  token = await issuedKey(gateway());
  client = runtime(gateway());
  issued = runtime(gateway(), { token: { token } });
});
afterAll(() => {
  client.destroy();
  issued.destroy();
});

const rivers = [user('Tell me about rivers')];
// vLLM completes a prompt by 16 tokens, unless it is told otherwise.
const inferenceConfig = { maxTokens: 300 };

const handlers: readonly (readonly [name: string, options: () => BedrockRuntimeClientConfig])[] = [
  ['HTTP/2, its own choice', () => ({})],
  ['HTTP/1.1', () => ({ requestHandler: new NodeHttpHandler() })],
  ['a gateway key', () => ({ token: { token } })],
];

describe.each(handlers)('Converse accepts %s', (_name, options) => {
  let own: BedrockRuntimeClient;
  beforeAll(() => {
    own = runtime(gateway(), options());
  });
  afterAll(() => own.destroy());

  test.each([...backends, ['a base model of SageMaker', () => 'llama-base'] as const])(
    '%s answers Converse and ConverseStream',
    async (_backend, modelOf) => {
      const answer = await converse(own, { modelId: modelOf(gateway()), messages: rivers, inferenceConfig });
      expect(textOf(answer)).toMatch(/\w+ \w+/);
      expect(answer.stopReason).toBe('end_turn');
      expect(answer.latencyMs).toBeGreaterThanOrEqual(0);
      const { inputTokens = 0, outputTokens = 0, totalTokens } = answer.usage ?? {};
      expect(inputTokens).toBeGreaterThan(0);
      expect(outputTokens).toBeGreaterThan(10);
      expect(totalTokens).toBe(inputTokens + outputTokens);
    },
  );

  test.each(backends)('concurrent streams of %s stay separate', async (_backend, modelOf) => {
    const modelId = modelOf(gateway());
    const words = Array.from({ length: 20 }, (_, index) => `word-${index}-of-many`);
    const asked = words.map((word) =>
      converseStream(own, { modelId, messages: [user(`Say ${word}`)], inferenceConfig }),
    );
    const texts = (await Promise.all(asked)).map(textOf);
    expect(texts).toEqual(words.map((word) => expect.stringContaining(word)));
  });
});

test("reads the key from AWS's environment variable", async () => {
  process.env['AWS_BEARER_TOKEN_BEDROCK'] = gateway().apiKey;
  const byEnvironment = new BedrockRuntimeClient(withoutKey(gateway()));
  try {
    const answer = await converse(byEnvironment, { modelId: gateway().model, messages: rivers });
    expect(textOf(answer)).toContain('Tell me about rivers');
  } finally {
    delete process.env['AWS_BEARER_TOKEN_BEDROCK'];
    byEnvironment.destroy();
  }
});

test.each([
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'amazon.nova-lite-v1:0',
  'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6',
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
])('%s is accepted as a model', async (modelId) => {
  const answer = await converse(client, { modelId, messages: rivers });
  expect(textOf(answer)).toContain('Tell me about rivers');
});

const choices: readonly (readonly [name: string, choice: ToolChoice | undefined, calls: string[]])[] = [
  ['nothing', undefined, ['get_weather', 'read_clock']],
  ['auto', { auto: {} }, ['get_weather', 'read_clock']],
  ['any', { any: {} }, ['get_weather', 'read_clock']],
  ['one named', { tool: { name: 'read_clock' } }, ['read_clock']],
];

describe.each(backends)('tools with %s', (_backend, modelOf) => {
  test.each(choices)('honours toolChoice %s', async (_name, toolChoice, names) => {
    const toolConfig = { tools: [weather, clock], toolChoice };
    const answer = await converse(issued, {
      modelId: modelOf(gateway()),
      messages: [question],
      toolConfig,
      inferenceConfig,
    });
    expect(answer.stopReason).toBe('tool_use');
    expect(callsOf(answer).map(([name]) => name)).toEqual(names);
    const [first] = callsOf(answer);
    expect(first?.[1]).toEqual(names.length === 2 ? { city: 'Berlin' } : {});
  });

  test('completes a tool loop', async () => {
    const asked = { modelId: modelOf(gateway()), toolConfig: { tools: [weather, clock] }, inferenceConfig };
    const turn = (messages: Message[]) => converse(issued, { ...asked, messages });
    const calling = await turn([question]);
    const messages = [question, assistant(calling), results(calling)];
    const told = await turn(messages);
    expect(textOf(told)).toContain('clear over Berlin');
    expect(textOf(told)).toContain('noon');
    const thanks = await turn([...messages, assistant(told), user('Thank you')]);
    expect(textOf(thanks)).toContain('Thank you');
  });
});

function assistant({ content }: Answered): Message {
  return { role: 'assistant', content: [...content] };
}

/** Each kind of content that a result has. */
function results({ content }: Answered): Message {
  const answers = [{ json: { sky: 'clear over Berlin' } }, { text: 'noon' }];
  const ids = content.flatMap(({ toolUse }) => (toolUse?.toolUseId === undefined ? [] : [toolUse.toolUseId]));
  expect(ids).toHaveLength(2);
  return user(...ids.map((toolUseId, at) => ({ toolResult: { toolUseId, content: answers.slice(at, at + 1) } })));
}

test.each(backends.slice(0, 2))('%s accepts images and documents', async (_backend, modelOf) => {
  const bytes = new Uint8Array(png());
  const answer = await converse(issued, {
    modelId: modelOf(gateway()),
    messages: [
      user(
        'Compare',
        { image: { format: 'png', source: { bytes } } },
        { image: { format: 'png', source: { bytes } } },
        { document: { format: 'pdf', name: 'annual report', source: { bytes: new Uint8Array(pdf()) } } },
        { document: { format: 'txt', name: 'notes', source: { bytes: new TextEncoder().encode('Water flows.') } } },
      ),
    ],
  });
  expect(textOf(answer)).toContain('I looked at 2 images.');
  expect(textOf(answer)).toContain('annual report');
});

describe.each(backends)('inference settings of %s', (backend, modelOf) => {
  const ask = (asked: object) => converse(issued, { modelId: modelOf(gateway()), messages: rivers, ...asked });

  test('honours system texts, sampling and a limit', async () => {
    const answer = await ask({
      system: [{ text: 'Be brief.' }, { text: 'Be kind.' }],
      inferenceConfig: { maxTokens: 5, temperature: 0.5 },
    });
    expect(answer.stopReason).toBe('max_tokens');
    expect(answer.usage?.outputTokens).toBe(5);
  });

  test('honours stop sequences', async () => {
    const answer = await ask({ inferenceConfig: { ...inferenceConfig, stopSequences: ['nowhere in it', 'so here'] } });
    // OpenAI does not tell which end it was.
    expect(answer.stopReason).toBe(backend === 'OpenAI' ? 'end_turn' : 'stop_sequence');
    expect(textOf(answer)).toMatch(/rivers”, (so here)?$/);
  });

  test('honours a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, kind: { type: 'string', enum: ['river', 'stream'] } },
      required: ['name', 'kind'],
      additionalProperties: false,
    };
    const jsonSchema = { name: 'river', description: 'A river', schema: JSON.stringify(schema) };
    const answer = await ask({
      inferenceConfig,
      messages: [user('Describe the Danube')],
      outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
    });
    expect(JSON.parse(textOf(answer))).toEqual({ name: 'Danube', kind: 'river' });
  });

  test('accepts metadata and latency', async () => {
    const answer = await ask({
      inferenceConfig,
      requestMetadata: { team: 'rivers' },
      performanceConfig: { latency: 'standard' },
    });
    expect(answer.stopReason).toBe('end_turn');
  });
});
