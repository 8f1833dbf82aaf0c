import { bedrockMantleSimulator } from '../../../../local/simulators/bedrock-mantle/simulator.ts';
import type { RunningSimulator } from '../../../../local/simulators/simulator.ts';

const key = 'ABSKmade-up';
let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await bedrockMantleSimulator.start({ keys: () => [key], region: 'us-east-2' });
});
afterAll(() => simulator.close());

async function ask(path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${simulator.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const hello = { input: 'Hello' };
const version = { 'anthropic-version': '2023-06-01' };
const counted = { model: 'anthropic.claude-sonnet-4-5', messages: [{ role: 'user', content: 'Hello' }] };

test.each([
  ['/openai/v1/responses', 'openai.gpt-5.5'],
  ['/openai/v1/responses', 'openai.gpt-5.4'],
  ['/v1/responses', 'openai.gpt-oss-120b'],
])('%s answers for %s', async (path, model) => {
  expect(await ask(path, { ...hello, model })).toMatchObject({ status: 200, body: { object: 'response', model } });
});

test.each([
  ['/v1/responses', 'openai.gpt-5.5', 400, "model `openai.gpt-5.5` isn't supported on this route"],
  ['/openai/v1/responses', 'openai.gpt-oss-120b', 400, "model `openai.gpt-oss-120b` isn't supported on this route"],
  ['/v1/responses', 'openai.gpt-oss-120b-1:0', 404, "The model 'openai.gpt-oss-120b-1:0' does not exist"],
  ['/openai/v1/responses', 'global.openai.gpt-5.5', 404, "The model 'global.openai.gpt-5.5' does not exist"],
  [
    '/v1/responses',
    'anthropic.claude-opus-4-7',
    400,
    "The model 'anthropic.claude-opus-4-7' does not support the '/v1/responses' API",
  ],
  ['/v1/chat/completions', 'openai.gpt-5.5', 404, 'Unknown request URL: POST /v1/chat/completions.'],
])('%s refuses %s', async (path, model, status, message) => {
  expect(await ask(path, { ...hello, model })).toMatchObject({ status, body: { error: { message } } });
});

test.each([
  [{ authorization: 'Bearer ABSKother' }, 401, 'Invalid bearer token'],
  [
    { authorization: 'AWS4-HMAC-SHA256 Credential=x/20261120/us-east-2/bedrock-mantle/aws4_request' },
    401,
    'Invalid bearer token',
  ],
  [
    { 'x-amzn-bedrock-guardrailidentifier': 'x' },
    400,
    'The header x-amzn-bedrock-guardrailidentifier is not supported.',
  ],
])('a request with %j is refused', async (headers, status, message) => {
  for (const [path, body] of [
    ['/openai/v1/responses', { ...hello, model: 'openai.gpt-5.5' }],
    ['/v1/models', undefined],
    ['/anthropic/v1/messages/count_tokens', counted],
  ] as const) {
    expect(await ask(path, body, { ...version, ...headers })).toMatchObject({ status, body: { error: { message } } });
  }
});

test('tokens are counted for Claude by its id there', async () => {
  expect(await ask('/anthropic/v1/messages/count_tokens', counted, version)).toEqual({
    status: 200,
    body: { input_tokens: expect.any(Number) },
  });
});

test.each([
  [counted, {}, 'anthropic-version: header is required'],
  [{ ...counted, max_tokens: 1 }, version, 'max_tokens: Extra inputs are not permitted'],
  [{ ...counted, stream: true }, version, 'stream: Extra inputs are not permitted'],
  [{ ...counted, model: undefined }, version, 'model: Field required'],
  [{ ...counted, messages: [] }, version, 'messages: at least one message is required'],
  [
    { ...counted, output_config: { format: { type: 'json_schema', schema: {} } } },
    version,
    'output_config.format: Extra inputs are not permitted',
  ],
  [
    { ...counted, model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
    version,
    "The model 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' does not support the '/anthropic/v1/messages' API",
  ],
])('a count of %j is refused', async (body, headers, message) => {
  expect(await ask('/anthropic/v1/messages/count_tokens', body, headers)).toMatchObject({
    status: 400,
    body: { type: 'error', error: { type: 'invalid_request_error', message } },
  });
});

test('the list has the ids of this endpoint', async () => {
  const { body } = await ask('/v1/models');
  const ids = (body as { data: { id: string }[] }).data.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['openai.gpt-5.4', 'openai.gpt-5.5', 'openai.gpt-oss-120b']));
  expect(ids.filter((id) => /:|-v\d|^us\./.test(id))).toEqual([]);
});
