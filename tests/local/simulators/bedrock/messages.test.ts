import { start, stop, type Clients } from './clients.ts';

const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const hello = { model, max_tokens: 20, messages: [{ role: 'user', content: 'Say hello.' }] };
const version = { 'anthropic-version': '2023-06-01' };

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

function post(body: object, headers: Record<string, string> = version): Promise<Response> {
  return clients.post('/anthropic/v1/messages', body, headers);
}

async function refusal(body: object, headers?: Record<string, string>) {
  const response = await post(body, headers);
  const { type, error } = (await response.json()) as { type: string; error: { type: string; message: string } };
  return [response.status, type, error.type, error.message];
}

test('answers whole, in the form of Anthropic', async () => {
  const response = await post(hello);
  expect([response.status, await response.json()]).toMatchObject([200, { type: 'message', role: 'assistant' }]);
});

test('streams named events, the last of which is the end', async () => {
  const text = await (await post({ ...hello, stream: true })).text();
  const names = Array.from(text.matchAll(/^event: (\w+)\ndata: \{"type":"(\w+)"/gm), ([, name, type]) => [name, type]);
  expect(names.every(([name, type]) => name === type)).toBe(true);
  expect([names[0]?.[0], names.at(-1)?.[0]]).toEqual(['message_start', 'message_stop']);
});

test.each([
  [hello, {}, 'anthropic-version: header is required'],
  [hello, { 'anthropic-version': '1' }, 'anthropic-version: "1" is not a valid version'],
  [hello, { ...version, 'anthropic-beta': 'claude-code-20250219' }, 'invalid beta flag'],
  [{ ...hello, model: undefined }, version, 'model: Field required'],
  [{ ...hello, stream: 1 }, version, 'stream: Input should be a valid boolean'],
  [{ ...hello, max_tokens: undefined }, version, 'max_tokens: Field required'],
  [{ ...hello, seed: 1 }, version, 'seed: Extra inputs are not permitted'],
  [{ ...hello, context_management: {} }, version, 'context_management: Extra inputs are not permitted'],
  [
    { ...hello, context_management: { edits: [{ type: 'clear_thinking_20251015' }] } },
    { ...version, 'anthropic-beta': 'context-management-2025-06-27' },
    "context_management.edits.0: Input tag 'clear_thinking_20251015' found using 'type' does not match any of the expected tags: 'clear_tool_uses_20250919'",
  ],
  [{ ...hello, anthropic_version: 'x' }, version, 'anthropic_version: Extra inputs are not permitted'],
  [{ ...hello, anthropic_beta: [] }, version, 'anthropic_beta: Extra inputs are not permitted'],
  [
    { ...hello, model: 'amazon.nova-lite-v1:0' },
    version,
    "The model 'amazon.nova-lite-v1:0' does not support the Messages API.",
  ],
])('refuses %j with the headers %j', async (body, headers, message) => {
  expect(await refusal(body, headers)).toEqual([400, 'error', 'invalid_request_error', message]);
});

test('says that it is overloaded by a status of its own', async () => {
  const headers = { ...version, 'x-amzn-bedrock-request-metadata': '{"simulator-fault":"unavailable"}' };
  expect((await refusal(hello, headers)).slice(0, 3)).toEqual([529, 'error', 'overloaded_error']);
});

test('refuses an unknown key as AWS does', async () => {
  const response = await post(hello, { ...version, authorization: 'Bearer ABSKmade-up' });
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
});
