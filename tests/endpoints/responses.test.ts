import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, testApp, type Answer, type TestApp } from '../support/app.ts';
import { events } from '../support/checked.ts';

const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const key = bedrockKey();

let simulator: RunningSimulator;
let gateway: TestApp;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
beforeEach(() => {
  gateway = testApp({ endpoint: simulator.url });
});
afterAll(() => simulator.close());

function post(body: object, path = '/v1/responses'): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return gateway.send(path, { method: 'POST', headers, body: JSON.stringify({ model, ...body }) });
}

function error({ text }: Answer): { code: string | null; param: string | null; message: string } {
  return JSON.parse(text).error;
}

/** The fields of facts 15.4: those of the Open Responses specification that may never be absent. */
const allFields = [
  'id',
  'object',
  'created_at',
  'completed_at',
  'status',
  'incomplete_details',
  'model',
  'previous_response_id',
  'instructions',
  'output',
  'error',
  'tools',
  'tool_choice',
  'truncation',
  'parallel_tool_calls',
  'text',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'top_logprobs',
  'temperature',
  'reasoning',
  'usage',
  'max_output_tokens',
  'max_tool_calls',
  'store',
  'background',
  'service_tier',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
];

test.each(['/v1/responses', '/openai/v1/responses', '/responses'])('%s answers with a whole response', async (path) => {
  const answer = await post({ input: 'Hello', seed: 7 }, path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-gateway-target')).toBe(`bedrock:${model} (claude-sonnet-4-5, converse)`);
  expect(answer.headers.get('x-gateway-ignored')).toBe('seed');
  const response = JSON.parse(answer.text);
  expect(Object.keys(response)).toEqual(expect.arrayContaining(allFields));
  expect(response).toMatchObject({ object: 'response', status: 'completed', store: false, model });
  expect(response.id).toMatch(/^resp_/);
  expect(response.output).toEqual([
    {
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', annotations: [], logprobs: [], text: expect.stringContaining('Hello') }],
    },
  ]);
  expect(gateway.log).toEqual([
    expect.objectContaining({
      endpoint: '/v1/responses',
      status: 200,
      model,
      stream: false,
      stopReason: 'end_turn',
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
    }),
  ]);
});

test('a stream has named events in order, says the same as a whole answer, and is logged once', async () => {
  const whole = await post({ input: 'Hello' });
  const streamed = await post({ input: 'Hello', stream: true });
  expect(streamed.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const told = events(streamed.text) as { type: string; response?: { output: unknown[]; status: string } }[];
  const types = told.map((event) => event.type).filter((type) => type !== 'response.output_text.delta');
  expect(types).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
    undefined,
  ]);
  expect(told.at(-1)).toBe('[DONE]');
  const text = (output: unknown): unknown => JSON.parse(JSON.stringify(output).replaceAll(/"id":"[^"]*"/g, '"id":""'));
  expect(text(told.at(-2)?.response?.output)).toEqual(text(JSON.parse(whole.text).output));
  expect(gateway.log[1]).toMatchObject({ stream: true, stopReason: 'end_turn', firstTokenMs: expect.any(Number) });
});

test.each([
  ['previous_response_id', { previous_response_id: 'resp_1' }],
  ['conversation', { conversation: 'conv_1' }],
  ['conversation', { conversation: { id: 'conv_1' } }],
  ['previous_response_id', { previous_response_id: 'resp_1', conversation: 'conv_1' }],
  ['background', { background: true }],
  ['prompt', { prompt: { id: 'pmpt_1' } }],
  ['context_management', { context_management: [{ type: 'compaction' }] }],
  ['moderation', { moderation: { model: 'omni-moderation-latest' } }],
  ['input[0]', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
  ['input[0]', { input: [{ id: 'msg_1' }] }],
])('state at OpenAI is refused: %s', async (param, more) => {
  const answer = await post({ input: 'Hello', ...more });
  expect([answer.status, error(answer).param]).toEqual([400, param]);
});

test('nulls for state at OpenAI, and false for background, ask for nothing', async () => {
  const quiet = { previous_response_id: null, conversation: null, prompt: null, background: false, store: false };
  const answer = await post({ input: 'Hello', ...quiet });
  expect([answer.status, answer.headers.get('x-gateway-ignored')]).toEqual([200, null]);
});

test('what cannot be stored is named where it was asked for', async () => {
  const answer = await post({ input: 'Hello', store: true });
  expect([JSON.parse(answer.text).store, answer.headers.get('x-gateway-ignored')]).toEqual([false, 'store']);
});

test.each([
  ['throttle', 429, 'rate_limit_exceeded'],
  ['unavailable', 503, 'server_is_overloaded'],
])('a failure before the first event is an HTTP status: %s', async (fault, status, code) => {
  for (const stream of [false, true]) {
    const answer = await post({ input: 'Hello', stream, metadata: { 'simulator-fault': fault } });
    expect([answer.status, error(answer).code]).toEqual([status, code]);
  }
});

test.each(['stream-internal', 'stream-model-error', 'malformed-output', 'cut-between', 'cut-frame'])(
  'a failure in the middle is response.failed, and no error beside it: %s',
  async (fault) => {
    const answer = await post({ input: 'Hello', stream: true, metadata: { 'simulator-fault': fault } });
    expect(answer.status).toBe(200);
    const told = events(answer.text) as { type?: string; response?: unknown }[];
    expect(told.filter(({ type }) => type === 'error')).toEqual([]);
    expect(told.at(-2)).toMatchObject({
      type: 'response.failed',
      response: {
        status: 'failed',
        error: { code: 'server_error', message: expect.stringMatching(/.+/) },
        usage: null,
      },
    });
    expect(told.at(-1)).toBe('[DONE]');
    expect(gateway.log[0]).toMatchObject({ ended: 'error' });
  },
);
