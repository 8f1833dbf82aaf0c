import { events } from '../../../support/checked.ts';
import { conforms } from '../../../schemas/conforms.ts';
import { start, stop, type Clients } from './clients.ts';

const gpt5 = 'global.openai.gpt-5.6-luna';
const input = 'Tell me about lighthouses, please';
const look = { type: 'function', name: 'look_up', parameters: { type: 'object', properties: {} }, strict: false };

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(() => stop(clients));

interface Body {
  readonly output: readonly { readonly type: string; readonly status?: string; readonly arguments?: string }[];
  readonly error: { readonly message: string; readonly code: string | null; readonly param: string | null };
  readonly [field: string]: unknown;
}

async function ask(body: object): Promise<{ status: number; body: Body }> {
  const response = await clients.post('/openai/v1/responses', { model: gpt5, input, ...body });
  return { status: response.status, body: (await response.json()) as Body };
}

test('answers with a whole response, which says what would be stored', async () => {
  const { status, body } = await ask({});
  expect([status, conforms('responses-reply', body)]).toEqual([200, []]);
  expect(body).toMatchObject({ status: 'completed', store: true, model: gpt5 });
  expect(body.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
  expect(JSON.stringify(body.output)).toContain('Tell me about lighthouses');
});

test('streams named and numbered events, and ends without [DONE]', async () => {
  const response = await clients.post('/openai/v1/responses', { model: gpt5, input, stream: true });
  const text = await response.text();
  const told = events(text) as { type: string; sequence_number: number }[];
  expect(told.flatMap((event) => conforms('responses-event', event))).toEqual([]);
  expect(told.map(({ sequence_number: at }) => at)).toEqual(told.map((_event, at) => at));
  expect(told.at(-1)?.type).toBe('response.completed');
  expect(text).toMatch(/^event: response\.created\ndata: /);
});

test('calls tools, and is cut by max_output_tokens', async () => {
  const choice = { tools: [look], tool_choice: 'required', reasoning: { effort: 'none' } };
  const called = await ask(choice);
  expect(called.body.output).toEqual([
    expect.objectContaining({ type: 'function_call', name: 'look_up', status: 'completed' }),
  ]);
  const long = { type: 'object', properties: { text: { type: 'string', minLength: 900 } }, required: ['text'] };
  const cut = await ask({ ...choice, tools: [{ ...look, parameters: long }], max_output_tokens: 16 });
  expect(cut.body).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output: [{ type: 'function_call', status: 'incomplete' }],
  });
});

const call = { type: 'function_call', call_id: 'call_1', name: 'look_up', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'call_1', output: 'found' };

test('takes calls with their outputs', async () => {
  const { status, body } = await ask({ input: [{ role: 'user', content: input }, call, output], tools: [look] });
  expect([status, body['status']]).toEqual([200, 'completed']);
});

test.each([
  [{ model: 'openai.gpt-oss-120b-1:0' }, null, /does not support the '\/v1\/responses' API/],
  [{ model: 'us.anthropic.claude-sonnet-4-6' }, null, /does not support the '\/v1\/responses' API/],
  [{ model: 'openai.gpt-9' }, 'model', /./],
  [{ bedrock: {} }, null, /Unrecognized request argument supplied: bedrock/],
  [{ seed: 1 }, null, /Unrecognized request argument supplied: seed/],
  [{ background: true }, 'background', /'background' is not supported/],
  [{ previous_response_id: 'resp_1' }, 'previous_response_id', /'resp_1' not found/],
  [{ conversation: 'conv_1' }, 'conversation', /'conversation' is not supported/],
  [{ tools: [{ type: 'web_search' }] }, 'tools[0].type', /'web_search' is not supported/],
  [{ temperature: 0.5 }, 'temperature', /'temperature' is not supported/],
  [{ reasoning: { effort: 'minimal' } }, 'reasoning.effort', /'minimal' is not supported/],
  [{ max_output_tokens: 15 }, 'max_output_tokens', /below minimum value/],
  [{ max_output_tokens: 128_001 }, 'max_output_tokens', /too large/],
  [{ input: [call] }, 'input', /No tool output found for function call call_1/],
  [{ input: [output] }, 'input', /No tool call found for function call output with call_id call_1/],
])('refuses %j', async (body, param, message) => {
  const answer = await ask(body);
  expect([answer.status, conforms('error', answer.body), answer.body.error.param]).toEqual([400, [], param]);
  expect(answer.body.error.message).toMatch(message);
});
