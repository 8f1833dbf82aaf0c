import { createHash } from 'node:crypto';
import type { Backend } from '../../function/backends/backend.ts';
import { bedrockKey } from '../support/app.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { storingApp } from '../support/storage.ts';

const bucket = 'gateway-files-1a2b3c4';
const key = bedrockKey();
const cacheKey = createHash('sha256').update(key).digest('hex');

afterEach(closeLoopbacks);

/** A stack whose callers may name objects in S3, and what its models were sent. */
async function stack() {
  const { url, arrived } = await loopback((response) => json(response, 400, { message: 'nothing may come here' }));
  const sent: unknown[] = [];
  const note = (request: unknown) => {
    sent.push(request);
    return Promise.resolve({ ok: false as const, failure: { name: 'ValidationException', message: '', status: 400 } });
  };
  const surface = { call: note, open: note, passthrough: note };
  const all: Backend = {
    chat: surface,
    converse: surface,
    invoke: surface,
    countTokens: surface,
    embeddings: surface,
    messages: surface,
    responses: surface,
  };
  const app = storingApp(
    { bedrockKeys: true },
    {
      endpoint: url,
      backends: {
        bedrock: all,
        openai: { chat: surface, embeddings: surface },
        'bedrock-openai': { chat: surface },
        sagemaker: { chat: surface },
      },
      config: { storageBucket: bucket },
      catalog: {
        callersMaySet: ['s3Location', 'promptVariables', 'guardrailConfig', 'serviceTier', 'performanceConfig'],
        allowUnmappedBedrockModels: true,
        models: {
          claude: { target: 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
          nova: { target: 'bedrock:us.amazon.nova-pro-v1:0' },
          'nova-embed': { target: 'bedrock:amazon.nova-2-multimodal-embeddings-v1:0' },
          oss: { target: 'bedrock-openai:openai.gpt-oss-120b-1:0' },
          gpt: { target: 'openai:gpt-4o-mini' },
          endpoint: { target: 'sagemaker:demo' },
        },
      },
    },
  );
  app.services.proofs.note(cacheKey);
  return { app, sent: () => [...sent, ...arrived] };
}

const s3Location = { uri: `S3://${bucket}/caller-b/file/file-1` };
const source = { s3Location };
const turns = (...blocks: object[]) => [{ role: 'user', content: [{ text: 'See' }, ...blocks] }];
const video = { video: { format: 'mp4', source } };
const messages = [{ role: 'user', content: 'See' }];
const { uri } = s3Location;
const items = (...others: object[]) => [{ role: 'user', content: [{ type: 'input_text', text: 'See' }, ...others] }];
const shown = (type: string, from: object) => parts({ type, source: from });
const parts = (...others: object[]) => [{ role: 'user', content: [{ type: 'text', text: 'See' }, ...others] }];

const fronts: readonly (readonly [what: string, path: string, body: object])[] = [
  ['Converse', '/model/MODEL/converse', { messages: turns(video) }],
  ['ConverseStream', '/model/MODEL/converse-stream', { messages: turns(video) }],
  [
    'Converse, in fields for the model',
    '/model/MODEL/converse',
    { messages: turns(), additionalModelRequestFields: { s3Location } },
  ],
  ['InvokeModel', '/model/MODEL/invoke', { messages: turns(video) }],
  [
    'InvokeModel of embeddings',
    '/model/EMBED/invoke',
    { taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: { video: { source } } },
  ],
  ['InvokeModelWithResponseStream', '/model/MODEL/invoke-with-response-stream', { messages: turns(video) }],
  ['CountTokens', '/model/MODEL/count-tokens', { input: { converse: { messages: turns(video) } } }],
  [
    'CountTokens of a body',
    '/model/MODEL/count-tokens',
    { input: { invokeModel: { body: Buffer.from(JSON.stringify({ messages: turns(video) })).toString('base64') } } },
  ],
  [
    'Chat Completions, in fields for the model',
    '/v1/chat/completions',
    { model: 'MODEL', messages, bedrock: { additionalModelRequestFields: { video: source } } },
  ],
  [
    'Chat Completions, as an image',
    '/v1/chat/completions',
    { model: 'MODEL', messages: parts({ type: 'image_url', image_url: { url: s3Location.uri } }) },
  ],
  [
    'Chat Completions, in a part that is newer',
    '/v1/chat/completions',
    { model: 'MODEL', messages: parts({ type: 'video', video: source }) },
  ],
  [
    'Chat Completions, streamed',
    '/v1/chat/completions',
    { model: 'MODEL', messages, stream: true, mm: s3Location.uri },
  ],
  [
    'Responses, as an image',
    '/v1/responses',
    { model: 'MODEL', input: items({ type: 'input_image', image_url: uri }) },
  ],
  ['Responses, as a file', '/v1/responses', { model: 'MODEL', input: items({ type: 'input_file', file_url: uri }) }],
  [
    'Responses, in an output of a tool',
    '/v1/responses',
    {
      model: 'MODEL',
      input: [
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: uri }] },
      ],
    },
  ],
  [
    'Responses, in fields for the model',
    '/v1/responses',
    { model: 'MODEL', input: 'See', bedrock: { additionalModelRequestFields: { video: source } } },
  ],
  ['Responses, in a part that is newer', '/v1/responses', { model: 'MODEL', input: items({ type: 'video', source }) }],
  [
    'Responses, streamed',
    '/v1/responses',
    { model: 'MODEL', input: items({ type: 'input_image', image_url: uri }), stream: true },
  ],
  [
    'input tokens of Responses',
    '/v1/responses/input_tokens',
    { model: 'MODEL', input: items({ type: 'input_image', image_url: uri }) },
  ],
  [
    'input tokens of Responses, as a file',
    '/v1/responses/input_tokens',
    { model: 'MODEL', input: items({ type: 'input_file', file_url: uri }) },
  ],
];
const ofClaude: typeof fronts = [
  [
    'Messages, as an image',
    '/v1/messages',
    { model: 'MODEL', max_tokens: 9, messages: shown('image', { type: 'url', url: uri }) },
  ],
  [
    'Messages, as a document',
    '/v1/messages',
    { model: 'MODEL', max_tokens: 9, messages: shown('document', { type: 'url', url: uri }) },
  ],
  [
    'Messages, streamed',
    '/v1/messages',
    { model: 'MODEL', max_tokens: 9, messages: shown('image', { type: 'url', url: uri }), stream: true },
  ],
  ['Messages, in a field that is newer', '/v1/messages', { model: 'MODEL', max_tokens: 9, messages, ...source }],
  [
    'count_tokens of Messages',
    '/v1/messages/count_tokens',
    { model: 'MODEL', messages: shown('image', { type: 'url', url: uri }) },
  ],
];
const ofCallers: typeof fronts = [
  [
    'StartAsyncInvoke, to read',
    '/async-invoke',
    {
      modelId: 'MODEL',
      modelInput: { video: source },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://others' } },
    },
  ],
  [
    'StartAsyncInvoke, to write',
    '/async-invoke',
    {
      modelId: 'MODEL',
      modelInput: {},
      outputDataConfig: { s3OutputDataConfig: { s3Uri: `s3://${bucket}/caller-b/` } },
    },
  ],
  [
    'ApplyGuardrail',
    '/guardrail/abcdefghijkl/version/1/apply',
    { source: 'INPUT', content: [{ image: { format: 'png', source } }] },
  ],
  ['InvokeGuardrailChecks', '/guardrail-checks/invoke', { messages: turns(video), checks: {} }],
];

/** Posts a body, with the name of a model in every place. */
function post(
  app: Awaited<ReturnType<typeof stack>>['app'],
  token: string,
  [, path, body]: (typeof fronts)[number],
  name: string,
) {
  const named = (text: string, embed: string): string => text.replaceAll('MODEL', name).replaceAll('EMBED', embed);
  const embed = token === key ? 'amazon.nova-2-multimodal-embeddings-v1:0' : 'nova-embed';
  return posted(app, token, { path: named(path, encodeURIComponent(embed)), body: named(JSON.stringify(body), embed) });
}

/** Some of these paths answer as AWS does, which has no schema of OpenAI's. */
async function posted(
  app: Awaited<ReturnType<typeof stack>>['app'],
  token: string,
  { path, body, headers = {} }: { path: string; body?: string; headers?: Record<string, string> },
): Promise<{ status: number; text: string }> {
  const response = await app.open(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}

const refusal = /this address is in the storage of this gateway/;

test.each(fronts)('%s: an address in the bucket goes nowhere, where the stack pays', async (...front) => {
  const { app, sent } = await stack();
  const { status, text } = await post(app, 'token-a', front, 'nova');
  expect([status, text]).toEqual([400, expect.stringMatching(refusal)]);
  expect(text).not.toContain(bucket);
  expect(sent()).toEqual([]);
});

test.each([...fronts, ...ofCallers])(
  '%s: an address in the bucket goes nowhere with the own key of a caller',
  async (...front) => {
    const { app, sent } = await stack();
    const { status, text } = await post(app, key, front, 'amazon.nova-lite-v1:0');
    expect([status, text]).toEqual([400, expect.stringMatching(refusal)]);
    expect(sent()).toEqual([]);
  },
);

test.each(ofClaude)('%s: an address in the bucket goes nowhere, whoever pays', async (...front) => {
  for (const [token, model] of [
    ['token-a', 'claude'],
    [key, 'anthropic.claude-3-haiku-20240307-v1:0'],
  ] as const) {
    const { app, sent } = await stack();
    const { status, text } = await post(app, token, front, model);
    expect([status, text]).toEqual([400, expect.stringMatching(refusal)]);
    expect(text).not.toContain(bucket);
    expect(sent()).toEqual([]);
  }
});

test.each(['oss', 'gpt', 'endpoint'])('nothing of it comes to %s', async (model) => {
  const { app, sent } = await stack();
  for (const front of fronts.filter(([what]) => /^Conv|^Chat|Responses/.test(what))) {
    const { status } = await post(app, 'token-a', front, model);
    expect([front[0], status]).toEqual([front[0], 400]);
  }
  expect(sent()).toEqual([]);
});

test('a body that is stored has no address either', async () => {
  const { app, sent } = await stack();
  const id = await app.upload('token-a', { name: 'body', text: JSON.stringify({ messages: turns(video) }) });
  const { status, text } = await posted(app, 'token-a', {
    path: '/model/nova/converse',
    headers: { 'x-gateway-body': id },
  });
  expect([status, text]).toEqual([400, expect.stringMatching(refusal)]);
  expect(sent()).toEqual([]);
});

test('addresses in other buckets are sent where the config lets callers set them, and a prompt may speak of the bucket', async () => {
  const { app, sent } = await stack();
  const other = { video: { format: 'mp4', source: { s3Location: { uri: 's3://others/film.mp4' } } } };
  await post(app, 'token-a', ['', '/model/MODEL/converse', { messages: turns(other) }], 'nova');
  await post(app, 'token-a', ['', '/model/MODEL/converse', { messages: turns({ text: s3Location.uri }) }], 'nova');
  expect(sent()).toHaveLength(2);
});
