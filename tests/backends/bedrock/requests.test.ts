import {
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
} from '@aws-sdk/client-bedrock';
import { ConverseCommand, ConverseStreamCommand, type ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import type { ConverseRequest } from '../../../function/dialects/converse.gen.ts';
import { closeClients, context, gateway, hello, key, reference, reply } from './clients.ts';
import { closeLoopbacks, json, loopback, type Arrived } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

/** Headers by which AWS's client speaks of itself. None of them changes what Bedrock does. */
const ofTheirOwn = new Set(['user-agent', 'x-amz-user-agent', 'amz-sdk-invocation-id', 'amz-sdk-request']);

function headersThatMatter({ headers }: Arrived): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheirOwn.has(name)));
}

const png = Buffer.from('not really an image');

const requests: Record<string, [ConverseRequest, Omit<ConverseCommandInput, 'modelId'>]> = {
  'a plain text': [hello, hello as Omit<ConverseCommandInput, 'modelId'>],
  'text beyond ASCII': (() => {
    const request = { messages: [{ role: 'user' as const, content: [{ text: 'héllo \u{1f600} "quoted" \u2028' }] }] };
    return [request, request];
  })(),
  'blobs, tools and settings': [
    {
      messages: [
        {
          role: 'user',
          content: [{ text: 'Look' }, { image: { format: 'png', source: { bytes: png.toString('base64') } } }],
        },
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'call_1', name: 'see', input: { at: [1, 2.5, null, true] } } }],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'call_1', content: [{ json: { seen: {} } }], status: 'success' } }],
        },
      ],
      system: [{ text: 'Be brief' }, { cachePoint: { type: 'default' } }],
      inferenceConfig: { maxTokens: 10, temperature: 0, topP: 0.5, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          { toolSpec: { name: 'see', description: 'Sees', inputSchema: { json: { type: 'object', properties: {} } } } },
        ],
        toolChoice: { auto: {} },
      },
      additionalModelRequestFields: { top_k: 5 },
      requestMetadata: { team: 'blue' },
      serviceTier: { type: 'flex' },
    },
    {
      messages: [
        { role: 'user', content: [{ text: 'Look' }, { image: { format: 'png', source: { bytes: png } } }] },
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'call_1', name: 'see', input: { at: [1, 2.5, null, true] } } }],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'call_1', content: [{ json: { seen: {} } }], status: 'success' } }],
        },
      ],
      system: [{ text: 'Be brief' }, { cachePoint: { type: 'default' } }],
      inferenceConfig: { maxTokens: 10, temperature: 0, topP: 0.5, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          { toolSpec: { name: 'see', description: 'Sees', inputSchema: { json: { type: 'object', properties: {} } } } },
        ],
        toolChoice: { auto: {} },
      },
      additionalModelRequestFields: { top_k: 5 },
      requestMetadata: { team: 'blue' },
      serviceTier: { type: 'flex' },
    },
  ],
};

const models = [
  'amazon.nova-lite-v1:0',
  'us.anthropic.claude-sonnet-4-6',
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123',
  'arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0',
  "odd!'()*~ ?#%2F&=+id",
];

describe.each(Object.entries(requests))('with %s', (_name, [request, input]) => {
  test.each(['converse', 'converse-stream'])('%s is sent as AWS sends it', async (operation) => {
    const server = await loopback((response) => json(response, 200, reply));
    await ours(server.url, operation, { request, model: 'amazon.nova-lite-v1:0' });
    await theirs(server.url, operation, { ...input, modelId: 'amazon.nova-lite-v1:0' });
    const [mine, awsOwn] = pair(server.arrived);
    expect(mine.method).toBe(awsOwn.method);
    expect(mine.path).toBe(awsOwn.path);
    expect(JSON.parse(mine.body)).toEqual(JSON.parse(awsOwn.body));
    const { 'accept-encoding': encoding, ...rest } = headersThatMatter(mine);
    // What AWS's client does not say, and a stream needs.
    expect(encoding).toBe('identity');
    const { 'content-length': length, ...others } = rest;
    const { 'content-length': awsLength, ...awsOthers } = headersThatMatter(awsOwn);
    expect(others).toEqual(awsOthers);
    expect(Number(length)).toBe(Buffer.byteLength(mine.body));
    expect(Number(awsLength)).toBe(Buffer.byteLength(awsOwn.body));
  });
});

test.each(models)('rule 10: the model %s makes the same path', async (model) => {
  const server = await loopback((response) => json(response, 200, reply));
  await ours(`${server.url}/a/prefix/`, 'converse', { request: hello, model });
  await theirs(`${server.url}/a/prefix`, 'converse', {
    modelId: model,
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
  });
  const [mine, awsOwn] = pair(server.arrived);
  expect(mine.path).toBe(awsOwn.path);
  expect(mine.path).toMatch(/^\/a\/prefix\/model\/[^/]+\/converse$/);
  expect(mine.body).toBe(awsOwn.body);
});

test('control plane requests are sent as AWS sends them', async () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
  const server = await loopback((response, { path }) =>
    json(response, 200, path.includes('nextToken') ? {} : { nextToken: 'a b/=+é' }),
  );
  const bedrock = gateway(server.url);
  await bedrock.listFoundationModels(context());
  await bedrock.listInferenceProfiles(context());
  await bedrock.getInferenceProfile(context(), arn);
  const mine = server.arrived.splice(0);
  const { control } = reference(server.url);
  await control.send(new ListFoundationModelsCommand({}));
  await control.send(new ListInferenceProfilesCommand({ maxResults: 1000 }));
  await control.send(new ListInferenceProfilesCommand({ maxResults: 1000, nextToken: 'a b/=+é' }));
  await control.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }));
  expect(mine.map(({ method, path, body }) => ({ method, path, body }))).toEqual(
    server.arrived.map(({ method, path, body }) => ({ method, path, body })),
  );
  for (const [index, request] of server.arrived.entries()) {
    expect(headersThatMatter(mine[index] ?? request)).toEqual({
      ...headersThatMatter(request),
      'accept-encoding': 'identity',
    });
  }
});

test('rule 37: only the listed headers are sent, identity encoding among them', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  await gateway(server.url).converse.call(hello, context());
  expect(server.arrived[0]?.headers).toEqual({
    host: server.url.slice('http://'.length),
    connection: 'keep-alive',
    authorization: `Bearer ${key}`,
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(JSON.stringify(hello))),
    'user-agent': 'bedrock-gateway',
  });
});

const lone = { messages: [{ role: 'user' as const, content: [{ text: 'a\ud800' }] }] };

test('half a character is replaced before it is sent', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  await gateway(server.url).converse.call(lone, context());
  await gateway(server.url).converse.open(lone, context());
  const expected = '{"messages":[{"role":"user","content":[{"text":"a\\ufffd"}]}]}';
  expect(server.arrived.map(({ body }) => body)).toEqual([expected, expected]);
});

test('an accepted key is told when an answer that is no stream is in, or the first frame of one', async () => {
  const stream = { 'content-type': 'application/vnd.amazon.eventstream' };
  const identity = { message: 'User: a is not authorized to perform: b' };
  const answers: [number, object, Record<string, string>][] = [
    [200, reply, {}],
    [200, reply, stream],
    [403, identity, {}],
    [403, { message: 'no' }, {}],
    [500, identity, {}],
  ];
  const server = await loopback((response, _request, count) => {
    const [status, body, headers] = answers[count - 1] ?? [500, {}, {}];
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  const accepted: number[] = [];
  for (const at of answers.keys()) {
    await gateway(server.url).converse.call(hello, context({ onCredentialAccepted: () => accepted.push(at) }));
  }
  expect(accepted).toEqual([0, 2]);
});

interface OurRequest {
  readonly request: ConverseRequest;
  readonly model: string;
}

async function ours(url: string, operation: string, { request, model }: OurRequest): Promise<void> {
  const bedrock = gateway(url);
  if (operation === 'converse') await bedrock.converse.call(request, context({ model }));
  else await bedrock.converse.open(request, context({ model }));
}

/** The answers are for neither of them: only what was sent counts. */
async function theirs(url: string, operation: string, input: ConverseCommandInput): Promise<void> {
  const { runtime } = reference(url);
  const sent =
    operation === 'converse'
      ? runtime.send(new ConverseCommand(input))
      : runtime.send(new ConverseStreamCommand(input));
  await sent.catch(() => undefined);
}

function pair(arrived: readonly Arrived[]): [Arrived, Arrived] {
  const [mine, awsOwn, ...more] = arrived;
  if (mine === undefined || awsOwn === undefined || more.length > 0) throw new Error('one request each was expected');
  return [mine, awsOwn];
}
