import {
  ApplyGuardrailCommand,
  CountTokensCommand,
  GetAsyncInvokeCommand,
  InvokeGuardrailChecksCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ListAsyncInvokesCommand,
  StartAsyncInvokeCommand,
  type BedrockRuntimeClient,
} from '@aws-sdk/client-bedrock-runtime';
import { refusal, runtime } from './aws.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const haiku = 'anthropic.claude-3-haiku-20240307-v1:0';
const messages = [{ role: 'user', content: 'Tell me about rivers' }];
const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 200, messages };

let client: BedrockRuntimeClient;
beforeAll(() => {
  client = runtime(gateway());
});
afterAll(() => client.destroy());

interface Said {
  readonly type: string;
  readonly delta?: { readonly text?: string };
  readonly 'amazon-bedrock-invocationMetrics'?: { readonly outputTokenCount: number };
}

test('InvokeModel and its stream return the same text', async () => {
  const asked = { modelId: sonnet, body: JSON.stringify(body) };
  const whole = await client.send(new InvokeModelCommand(asked));
  expect(whole.contentType).toBe('application/json');
  const answer = JSON.parse(whole.body.transformToString());
  const streamed = await client.send(new InvokeModelWithResponseStreamCommand(asked));
  expect(streamed.contentType).toBe('application/json');
  const said: Said[] = [];
  for await (const { chunk } of streamed.body ?? []) said.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()));
  expect(said.map(({ delta }) => delta?.text ?? '').join('')).toBe(answer.content[0].text);
  expect(said.at(-1)).toMatchObject({
    type: 'message_stop',
    'amazon-bedrock-invocationMetrics': { outputTokenCount: answer.usage.output_tokens },
  });
});

test.each([
  ['stream-throttle', 'ThrottlingException'],
  ['stream-model-error', 'ModelStreamErrorException'],
  ['cut-frame', 'ModelStreamErrorException'],
  ['cut-between', 'ModelStreamErrorException'],
  ['reset-mid-stream', 'ModelStreamErrorException'],
])('a stream that fails with %s ends with a %s', async (fault, name) => {
  const failing = runtime(gateway());
  // The client of this version has no member for it yet.
  failing.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request: { headers: Record<string, string> } };
      request.headers['x-amzn-bedrock-request-metadata'] = JSON.stringify({ 'simulator-fault': fault });
      return next(args);
    },
    { step: 'build' },
  );
  const { body: events } = await failing.send(
    new InvokeModelWithResponseStreamCommand({ modelId: sonnet, body: JSON.stringify(body) }),
  );
  const reading = (async () => {
    for await (const event of events ?? []) expect(event.chunk).toBeDefined();
  })();
  await expect(reading).rejects.toMatchObject({ name });
  failing.destroy();
});

test('rule 44: CountTokens accepts both kinds of input', async () => {
  const converse = { messages: [{ role: 'user' as const, content: [{ text: 'Tell me about rivers' }] }] };
  const counted = async (modelId: string, input: object) =>
    (await client.send(new CountTokensCommand({ modelId, input: input as never }))).inputTokens;
  const invokeModel = { body: Buffer.from(JSON.stringify(body)) };
  expect(await counted(haiku, { converse })).toBe(6);
  expect(await counted(haiku, { invokeModel })).toBe(6);
  for (const modelId of [`us.${haiku}`, sonnet, 'amazon.nova-lite-v1:0']) {
    const refused = await refusal(client.send(new CountTokensCommand({ modelId, input: { converse } })));
    expect([refused.name, refused.message]).toEqual([
      'ValidationException',
      "The provided model doesn't support counting tokens.",
    ]);
  }
});

test('ApplyGuardrail assesses a text', async () => {
  const applied = async (text: string, guardrailIdentifier = 'abc123') =>
    await client.send(
      new ApplyGuardrailCommand({
        guardrailIdentifier,
        guardrailVersion: '1',
        source: 'INPUT',
        content: [{ text: { text } }],
      }),
    );
  expect(await applied('a river')).toMatchObject({ action: 'NONE', outputs: [], usage: { wordPolicyUnits: 1 } });
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123';
  expect(await applied('a forbidden river', arn)).toMatchObject({
    action: 'GUARDRAIL_INTERVENED',
    outputs: [{ text: 'Sorry, this text is blocked.' }],
  });
  expect(await refusal(applied('a', 'arn:aws:bedrock:eu-west-1:123456789012:guardrail/abc123'))).toMatchObject({
    name: 'ValidationException',
  });
});

test('InvokeGuardrailChecks assesses messages', async () => {
  const { results, usage } = await client.send(
    new InvokeGuardrailChecksCommand({
      messages: [{ role: 'user', content: [{ text: 'a forbidden river' }] }],
      checks: { contentFilter: { categories: [{ category: 'HATE' }] } },
    }),
  );
  expect(results?.contentFilter?.results).toEqual([{ category: 'HATE', severityScore: 0.9 }]);
  expect(usage).toEqual({ contentFilter: { textUnits: 1 } });
});

test('asynchronous invocations can be started, retrieved and listed', async () => {
  const modelId = 'amazon.nova-2-multimodal-embeddings-v1:0';
  const started: string[] = [];
  const start = (clientRequestToken: string, of = modelId) =>
    client.send(
      new StartAsyncInvokeCommand({
        clientRequestToken,
        modelId: of,
        modelInput: { taskType: 'SEGMENTED_EMBEDDING' },
        outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://bucket/key' } },
      }),
    );
  for (const token of ['one', 'two', 'two']) started.push((await start(token)).invocationArn ?? '');
  expect(started[1]).toBe(started[2]);
  const found = await client.send(new GetAsyncInvokeCommand({ invocationArn: started[0] }));
  expect(found).toMatchObject({ status: 'Completed', submitTime: expect.any(Date) });
  const page = await client.send(new ListAsyncInvokesCommand({ maxResults: 1, sortOrder: 'Ascending' }));
  expect(page.asyncInvokeSummaries).toMatchObject([{ invocationArn: started[0] }]);
  const rest = await client.send(new ListAsyncInvokesCommand({ nextToken: page.nextToken, sortOrder: 'Ascending' }));
  expect(rest.asyncInvokeSummaries).toMatchObject([{ invocationArn: started[1] }]);
  expect(await refusal(start('three', 'amazon.nova-lite-v1:0'))).toMatchObject({ name: 'ValidationException' });
  expect(await refusal(start('three', 'unheard-of'))).toMatchObject({ name: 'ResourceNotFoundException' });
});
