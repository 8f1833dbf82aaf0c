import { createHash } from 'node:crypto';
import type { Backend, Surface } from '../../function/backends/backend.ts';
import type {
  CompletionsChunk,
  CompletionsReply,
  CompletionsRequest,
} from '../../function/dialects/completions.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import { chatInit, testApp } from '../support/app.ts';

const token = ['listed', 'caller', 'example'].join('-');
const callers = [{ id: 'team', sha256: createHash('sha256').update(token).digest('hex') }];
const titan = 'amazon.titan-embed-text-v2:0';

const unopened = () => Promise.reject(new Error('not here'));

/** Every kind of backend, which remembers what it was asked. */
function asked() {
  const invoked: object[] = [];
  const conversed: ConverseRequest[] = [];
  const completed: CompletionsRequest[] = [];
  const converse: Surface<ConverseRequest, ConverseResponse, ConverseEvent> = {
    call: (request) => {
      conversed.push(request);
      const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
      const output = { message: { role: 'assistant' as const, content: [{ text: 'ok' }] } };
      return Promise.resolve({
        ok: true,
        value: { output, stopReason: 'end_turn', usage, metrics: { latencyMs: 1 } },
      });
    },
    open: unopened,
  };
  const completions: Surface<CompletionsRequest, CompletionsReply, CompletionsChunk> = {
    call: (request) => {
      completed.push(request);
      const choices = [{ text: 'ok', index: 0, logprobs: null, finish_reason: 'stop' as const }];
      return Promise.resolve({
        ok: true,
        value: { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'served', choices },
      });
    },
    open: unopened,
  };
  const bedrock: Backend = {
    converse,
    invoke: {
      call: (body) => {
        invoked.push(body);
        return Promise.resolve({ ok: true, value: { body: { embedding: [1], inputTextTokenCount: 4 } } });
      },
      passthrough: unopened,
    },
  };
  const models = {
    'text-embedding-3-small': { target: `bedrock:${titan}` },
    'gpt-3.5-turbo-instruct': { target: 'bedrock:amazon.nova-lite-v1:0' },
    served: { target: 'sagemaker:an-endpoint' },
    base: { target: 'sagemaker:an-endpoint', chatTemplate: 'chatml' },
  };
  const { send } = testApp({ backends: { bedrock, sagemaker: { completions } }, catalog: { callers, models } });
  const post = (path: string, body: object) => send(path, chatInit(body, token));
  return { post, invoked, conversed, completed };
}

test('rule 70: Bedrock is asked for the text of tokens, and its count of them is the usage', async () => {
  const { post, invoked } = asked();
  const { status, text } = await post('/v1/embeddings', { model: 'text-embedding-3-small', input: [[9906, 1917]] });
  expect([status, invoked]).toEqual([200, [{ inputText: 'Hello world' }]]);
  expect(JSON.parse(text).usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
});

test.each([
  ['/v1/embeddings', { model: 'text-embedding-3-small', input: [[9906], [9906, 100_256]] }, 'input[1][1]'],
  ['/v1/embeddings', { model: 'text-embedding-3-small', input: ['a', 'b', ' \n'] }, 'input[2]'],
  ['/v1/embeddings', { model: 'text-embedding-3-small', input: [['constructor']] }, 'input[0][0]'],
  ['/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: [[12_805], [100_256]] }, 'prompt[1][0]'],
  ['/v1/completions', { model: 'base', prompt: [100_256] }, 'prompt[0]'],
])('%s: one that cannot be read is refused by its place, before any call: %j', async (path, body, param) => {
  const { post, invoked, conversed, completed } = asked();
  const { status, text } = await post(path, body);
  expect([status, JSON.parse(text).error.param]).toEqual([400, param]);
  expect([...invoked, ...conversed, ...completed]).toEqual([]);
});

test('rule 70: prompts in tokens are decoded for Converse and for what has a chat template', async () => {
  const { post, conversed, completed } = asked();
  const prompt = [[4054], [11_874]];
  expect((await post('/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt })).status).toBe(200);
  const texts = conversed.map(({ messages }) => messages?.[0]?.content[0]);
  expect(texts).toEqual([{ text: 'One' }, { text: 'Two' }]);
  expect((await post('/v1/completions', { model: 'base', prompt: [4054] })).status).toBe(200);
  expect(completed.map((request) => request.prompt)).toEqual(['One']);
});

test('a model with its own server gets the tokens', async () => {
  const { post, completed } = asked();
  const prompt = [[1, 128_000], [2]];
  expect((await post('/v1/completions', { model: 'served', prompt })).status).toBe(200);
  expect(completed.map((request) => request.prompt)).toEqual([prompt]);
});
