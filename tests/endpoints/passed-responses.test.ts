import type { Backend, CallContext, PassedObject } from '../../function/backends/backend.ts';
import { createHash } from 'node:crypto';
import { testApp, type Answer } from '../support/app.ts';

const token = 'a-token-of-some-app';

/** A response as OpenAI would have it, with what only it knows. */
const upstream = {
  id: 'resp_upstream1234567890',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'gpt-5.6-2026-07-01',
  output: [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [] }],
  usage: {
    input_tokens: 12,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 17,
  },
  store: false,
  unknown_to_us: 1,
};

const running = { ...upstream, status: 'in_progress', output: [], usage: null };
const created = { type: 'response.created', response: running, sequence_number: 0 };
const delta = { type: 'response.output_text.delta', item_id: 'msg_1', delta: 'Hi', sequence_number: 1 };
const completed = { type: 'response.completed', response: upstream, sequence_number: 2 };

type Item =
  | PassedObject
  | { readonly failure: { readonly name: string; readonly status: number; readonly message: string } };

function served(items: readonly Item[]) {
  const asked: PassedObject[] = [];
  const contexts: CallContext[] = [];
  const responses: NonNullable<Backend['responses']> = {
    call(request, context) {
      asked.push(request);
      contexts.push(context);
      return Promise.resolve({ ok: true, value: upstream });
    },
    open(request) {
      asked.push(request);
      return Promise.resolve({ ok: true, value: batches(items) });
    },
  };
  const app = testApp({
    backends: { openai: { responses, fetchesUrls: true } },
    catalog: {
      models: { gpt: { target: 'openai:gpt-5.6' } },
      callers: [{ id: 'app', sha256: createHash('sha256').update(token).digest('hex') }],
    },
  });
  const post = async (body: object): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await app.open('/v1/responses', {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: 'gpt', input: 'Hi', ...body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { app, asked, contexts, post };
}

async function* batches(items: readonly Item[]): AsyncGenerator<readonly Item[]> {
  for (const item of items) yield await Promise.resolve([item]);
}

function eventsOf({ text }: Answer): { type: string; response?: PassedObject; sequence_number: number }[] {
  return text
    .split('\n\n')
    .flatMap((event) => event.match(/^data: (\{.*)$/m)?.[1] ?? [])
    .map((data) => JSON.parse(data));
}

test('a response passes under an ID and a name of ours, and nothing is stored upstream', async () => {
  const { app, asked, post } = served([]);
  const answer = await post({ store: true, metadata: { a: 'b' }, reasoning: { effort: 'low' } });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({
    ...upstream,
    id: 'resp_1',
    model: 'gpt',
    store: false,
    previous_response_id: null,
  });
  expect(asked).toEqual([
    { model: 'gpt', input: 'Hi', store: false, metadata: { a: 'b' }, reasoning: { effort: 'low' } },
  ]);
  expect(answer.headers.get('x-gateway-ignored')).toBe('store');
  expect(answer.headers.get('x-gateway-target')).toBe('openai:gpt-5.6 (responses)');
  expect(app.log[0]).toMatchObject({ inputTokens: 8, outputTokens: 5, cacheReadTokens: 4, stopReason: 'stop' });
});

test('a stream passes, each event under our ID, and ends by [DONE]', async () => {
  const { app, post } = served([created, delta, completed]);
  const answer = await post({ stream: true });
  expect(answer.text).not.toContain('resp_upstream');
  expect(eventsOf(answer).map(({ type, sequence_number: at }) => [type, at])).toEqual([
    ['response.created', 0],
    ['response.output_text.delta', 1],
    ['response.completed', 2],
  ]);
  expect(eventsOf(answer).at(-1)?.response).toMatchObject({ id: 'resp_1', model: 'gpt', unknown_to_us: 1 });
  expect(answer.text).toMatch(/\nevent: response\.completed\ndata: .*\n\ndata: \[DONE\]\n\n$/);
  expect(app.log[0]).toMatchObject({ stream: true, inputTokens: 8, outputTokens: 5 });
});

test.each([
  ['a failure', [created, delta, { failure: { name: 'OpenAIError', status: 429, message: 'Slow down.' } }]],
  ['a stream cut short', [created, delta]],
])('%s after the response was created fails the response', async (_name, items) => {
  const answer = await served(items).post({ stream: true });
  const told = eventsOf(answer);
  expect(told.map(({ type }) => type)).toEqual(['response.created', 'response.output_text.delta', 'response.failed']);
  expect(told.at(-1)).toMatchObject({ sequence_number: 2, response: { id: 'resp_1', status: 'failed', usage: null } });
  expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test('state at OpenAI is never asked for', async () => {
  const { asked, post } = served([]);
  const refused = [
    { previous_response_id: 'resp_of_somebody' },
    { conversation: 'conv_of_somebody' },
    { prompt: { id: 'pmpt_1' } },
    { background: true },
    { input: [{ type: 'item_reference', id: 'msg_of_somebody' }] },
    { input: [{ id: 'msg_of_somebody' }] },
  ];
  for (const body of refused) expect((await post(body)).status).toBe(400);
  expect(asked).toEqual([]);
});

test('tools that the server would run at the cost of the stack are left out and named', async () => {
  const { asked, post } = served([]);
  const tools = [
    { type: 'function', name: 'f', parameters: {} },
    { type: 'file_search', vector_store_ids: ['vs_of_somebody'] },
    { type: 'mcp', server_label: 'x', server_url: 'https://mcp.example.com' },
    { type: 'code_interpreter', container: 'cntr_of_somebody' },
  ];
  const answer = await post({ tools });
  expect(asked[0]?.['tools']).toEqual([tools[0]]);
  expect(answer.headers.get('x-gateway-ignored')).toBe('tools.file_search, tools.mcp, tools.code_interpreter');
});

test('such tools in items of the input are left out as well, and a search that the client runs is kept', async () => {
  const { asked, post } = served([]);
  const mine = [
    { type: 'function', name: 'f', parameters: {} },
    { type: 'tool_search', execution: 'client' },
  ];
  const servers = [{ type: 'mcp', server_label: 'x' }, { type: 'tool_search' }, { type: 'web_search' }];
  const search = { type: 'tool_search_output', call_id: 'call_1', execution: 'client' };
  const message = { type: 'message', role: 'user', content: 'Hi' };
  const input = [
    { type: 'additional_tools', role: 'developer', tools: [...servers, ...mine] },
    message,
    { ...search, tools: servers },
  ];
  const answer = await post({ input });
  expect(asked[0]?.['input']).toEqual([
    { type: 'additional_tools', role: 'developer', tools: mine },
    message,
    { ...search, tools: [] },
  ]);
  expect(answer.headers.get('x-gateway-ignored')).toBe('tools.mcp, tools.tool_search, tools.web_search');
});

test.each([
  [{ tools: [{ type: 'web_search' }], tool_choice: 'required' }],
  [
    {
      input: [{ type: 'additional_tools', role: 'developer', tools: [{ type: 'web_search' }] }],
      tool_choice: 'required',
    },
  ],
  [{ tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search_preview' } }],
  [
    {
      tools: [{ type: 'web_search' }],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'mcp' }] },
    },
  ],
])('a choice that forces such a tool is refused: %j', async (body) => {
  const { asked, post } = served([]);
  const answer = await post(body);
  expect([answer.status, JSON.parse(answer.text).error.param]).toEqual([400, 'tool_choice']);
  expect(asked).toEqual([]);
});
