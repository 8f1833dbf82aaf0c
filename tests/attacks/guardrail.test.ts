import { createHash } from 'node:crypto';

import { startGateway, type Gateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const token = 'token-of-the-support-app';
const claude = 'anthropic.claude-3-haiku-20240307-v1:0';

/** The local stack holds the role that pays to the program's own policy, conditions included. */
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    config: {
      'bedrock-gateway:bedrockKeys': 'none',
      'bedrock-gateway:callers': [{ id: 'support-app', sha256: createHash('sha256').update(token).digest('hex') }],
      'bedrock-gateway:callersMaySet': ['serviceTier'],
      'bedrock-gateway:guardrail': { identifier: 'abcdefghijkl', version: '3' },
      'bedrock-gateway:models': {
        profile: { target: 'bedrock:us.amazon.nova-pro-v1:0' },
        claude: { target: `bedrock:${claude}` },
        oss: { target: 'bedrock:openai.gpt-oss-120b-1:0' },
        vectors: { target: 'bedrock:amazon.titan-embed-text-v2:0' },
      },
    },
  });
});
afterAll(() => gateway.close());

function post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${gateway.baseUrl}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const openAi = [{ role: 'user', content: 'Say hello.' }];
const converse = [{ role: 'user', content: [{ text: 'Say hello.' }] }];
const anthropic = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 50, messages: openAi };

/** Every way to a model that the stack pays. */
const ways: [string, string, object][] = [
  ...['profile', 'claude', 'oss'].flatMap((model): [string, string, object][] => [
    [`chat completions of ${model}`, 'chat/completions', { model, messages: openAi }],
    [`chat completions of ${model}, streamed`, 'chat/completions', { model, messages: openAi, stream: true }],
    [`Converse of ${model}`, `model/${model}/converse`, { messages: converse }],
    [`ConverseStream of ${model}`, `model/${model}/converse-stream`, { messages: converse }],
  ]),
  ['completions', 'completions', { model: 'profile', prompt: 'Say hello.' }],
  ['InvokeModel', 'model/claude/invoke', anthropic],
  ['InvokeModelWithResponseStream', 'model/claude/invoke-with-response-stream', anthropic],
  ['Responses', 'responses', { model: 'claude', input: 'Say hello.' }],
  ['Responses, streamed', 'responses', { model: 'claude', input: 'Say hello.', stream: true }],
  ['input tokens of Responses', 'responses/input_tokens', { model: 'claude', input: 'Say hello.' }],
  ['Messages', 'messages', { model: 'claude', max_tokens: 50, messages: openAi }],
  ['Messages, streamed', 'messages', { model: 'claude', max_tokens: 50, messages: openAi, stream: true }],
  ['count_tokens of Messages', 'messages/count_tokens', { model: 'claude', messages: openAi }],
  ['CountTokens', 'model/claude/count-tokens', { input: { converse: { messages: converse } } }],
  ['embeddings', 'embeddings', { model: 'vectors', input: 'hello' }],
  ['InvokeModel of an embedding model', 'model/vectors/invoke', { inputText: 'hello' }],
];

test.each(ways)("%s runs with the guardrail that the caller's permissions require, or none", async (_, path, body) => {
  const response = await post(path, body);
  expect([response.status, response.status === 200 || (await response.text())]).toEqual([200, true]);
  await response.body?.cancel();
});

test.each([
  [
    'another guardrail',
    { 'x-amzn-bedrock-guardrailidentifier': 'mnopqrstuvwx', 'x-amzn-bedrock-guardrailversion': '1' },
  ],
  ['another version', { 'x-amzn-bedrock-guardrailversion': 'DRAFT' }],
])('InvokeModel with %s set by the caller is refused before any call', async (_, headers) => {
  const response = await post('model/claude/invoke', anthropic, headers);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('callersMaySet');
});

test('Converse with a guardrail set by the caller is refused', async () => {
  const guardrailConfig = { guardrailIdentifier: 'mnopqrstuvwx', guardrailVersion: '1' };
  const response = await post('model/claude/converse', { messages: converse, guardrailConfig });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('callersMaySet');
});
