import {
  InvokeModelCommand,
  ValidationException,
  type BedrockRuntimeClient,
  type Message,
} from '@aws-sdk/client-bedrock-runtime';
import { converse, question, refusal, runtime, textOf, user, weather, type Answered } from './aws.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
let client: BedrockRuntimeClient;

beforeAll(() => {
  client = runtime(gateway());
});
afterAll(() => client.destroy());

/** A client that sends members which its own types do not know yet, and writes down what the gateway says of them. */
function newer(members: object): { client: BedrockRuntimeClient; ignored: (string | undefined)[] } {
  const changed = runtime(gateway());
  const ignored: (string | undefined)[] = [];
  changed.middlewareStack.add(
    (next) => async (args) => {
      const request: unknown = args.request;
      if (!isRequest(request)) throw new Error('expected a request with a body');
      request.body = withMembers(request.body, members);
      const answer = await next(args);
      if (isAnswer(answer.response)) ignored.push(answer.response.headers['x-gateway-ignored']);
      return answer;
    },
    // After the body is written, before its length is.
    { step: 'build', priority: 'high', name: 'newer' },
  );
  return { client: changed, ignored };
}

function withMembers(body: Uint8Array, members: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...JSON.parse(new TextDecoder().decode(body)), ...members }));
}

function isRequest(value: unknown): value is { body: Uint8Array } {
  return typeof value === 'object' && value !== null && 'body' in value && value.body instanceof Uint8Array;
}

function isAnswer(value: unknown): value is { headers: Record<string, string> } {
  return typeof value === 'object' && value !== null && 'headers' in value;
}

const rivers = [user('Tell me about rivers')];

test('unknown fields reach Bedrock and are reported as ignored by other backends', async () => {
  const { client: ours, ignored } = newer({ memberOfTomorrow: { value: 1 } });
  const answer = await converse(ours, { modelId: gateway().openaiModel, messages: rivers });
  expect(textOf(answer)).toMatch(/\w/);
  expect(ignored).toEqual(['memberOfTomorrow', 'memberOfTomorrow']);
  // Bedrock is the judge of what reaches it; the simulated one refuses what AWS's service model lacks.
  const error = await refusal(converse(ours, { modelId: gateway().model, messages: rivers }));
  expect(error.message).toContain('memberOfTomorrow');
  ours.destroy();
});

test('fields without an OpenAI equivalent are ignored and reported', async () => {
  const { client: ours, ignored } = newer({});
  const cachePoint = { cachePoint: { type: 'default' } } as const;
  const answer = await converse(ours, {
    modelId: gateway().openaiModel,
    messages: [user('Tell me about rivers', cachePoint)],
    system: [{ text: 'Be brief.' }, cachePoint],
    requestMetadata: { team: 'rivers' },
  });
  expect(answer.stopReason).toBe('end_turn');
  for (const names of ignored) expect(names).toContain('cachePoint');
  ours.destroy();
});

test('model fields pass through, in the request and in the response', async () => {
  const asked = { modelId: gateway().openaiModel, messages: rivers };
  const answer = await converse(client, { ...asked, additionalModelRequestFields: { seed: 7, top_p: 0.5 } });
  expect(answer.stopReason).toBe('end_turn');
  const taken = converse(client, { ...asked, additionalModelRequestFields: { model: 'gpt-4o' } });
  expect(await refusal(taken)).toBeInstanceOf(ValidationException);
});

test('signed reasoning of Bedrock survives a round trip', async () => {
  const asked = {
    modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    toolConfig: { tools: [weather] },
    inferenceConfig: { maxTokens: 3000 },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
  };
  const calling = await converse(client, { ...asked, messages: [question] });
  expect(calling.content[0]?.reasoningContent?.reasoningText).toEqual({
    text: expect.stringMatching(/\S/),
    signature: expect.stringMatching(/\S/),
  });
  const told = await converse(client, { ...asked, messages: [question, assistant(calling), result(calling)] });
  expect(textOf(told)).toContain('clear over Berlin');
  // Another backend answers the same conversation, and leaves the reasoning out.
  const { additionalModelRequestFields: _fields, ...rest } = asked;
  const modelId = gateway().openaiModel;
  const other = await converse(client, { ...rest, modelId, messages: [question, assistant(calling), result(calling)] });
  expect(textOf(other)).toContain('clear over Berlin');
});

function assistant({ content }: Answered): Message {
  return { role: 'assistant', content: [...content] };
}

function result({ content }: Answered): Message {
  const toolUseId = content.find(({ toolUse }) => toolUse)?.toolUse?.toolUseId;
  return user({ toolResult: { toolUseId, content: [{ text: 'clear over Berlin' }] } });
}

describe('InvokeModel for embeddings', () => {
  async function invoke(modelId: string, body: object): Promise<Record<string, unknown>> {
    const answer = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
    expect(answer.contentType).toBe('application/json');
    return JSON.parse(answer.body.transformToString());
  }

  test("accepts Titan's body", async () => {
    const body = { inputText: 'a river', dimensions: 256, normalize: true };
    const answer = await invoke('amazon.titan-embed-text-v2:0', body);
    expect(answer).toMatchObject({ embedding: expect.any(Array), inputTextTokenCount: expect.any(Number) });
    expect(answer['embedding']).toHaveLength(256);
  });

  test("accepts Cohere's body", async () => {
    const body = { texts: ['a river', 'a stream'], input_type: 'search_document' };
    const answer = await invoke('cohere.embed-english-v3', body);
    expect(answer).toMatchObject({ embeddings: [expect.any(Array), expect.any(Array)], texts: body.texts });
  });

  test('passes other bodies of caller-paid models through', async () => {
    const body = { input_type: 'search_query', texts: ['a river'], embedding_types: ['int8', 'float'] };
    const answer = await invoke('cohere.embed-v4:0', { ...body, output_dimension: 256 });
    expect(answer).toMatchObject({ embeddings: { int8: [expect.any(Array)], float: [expect.any(Array)] } });
  });

  test('refuses a body of another model', async () => {
    for (const modelId of [gateway().embeddingModel, gateway().openaiModel]) {
      const error = await refusal(invoke(modelId, { prompt: 'a river' }));
      expect([modelId, error.name]).toEqual([modelId, 'ValidationException']);
    }
  });
});
