import { closeLoopbacks, type Answer } from '../backends/loopback.ts';
import { appOn, awsError, openAiError } from '../endpoints/surfaces.ts';

const gpt5 = 'global.openai.gpt-5.6-luna';
const gptOss = 'openai.gpt-oss-120b-1:0';
const messages = [{ role: 'user', content: 'Hi' }];
const tool = { name: 'look_up', parameters: { type: 'object', properties: {} } };
const tools = [{ type: 'function', function: tool }];
const json_schema = {
  name: 'a',
  schema: { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'], additionalProperties: false },
};

afterEach(closeLoopbacks);

/** Which surfaces were asked, and the status of the answer; whole and streamed must agree. */
async function route(body: object, native?: Answer) {
  const seen = [];
  for (const stream of [false, true]) {
    const app = await appOn({ ...(native && { native }) });
    const { status, headers, text } = await app.chat({ messages, stream, ...body });
    const asked = app.asked().map((name) => name.replace('-stream', ''));
    const error = status === 200 ? undefined : JSON.parse(text).error;
    seen.push({ asked, status, target: headers.get('x-gateway-target')?.split(':')[0], error });
  }
  expect(seen[1]).toEqual(seen[0]);
  return seen[0];
}

test.each([
  ['tools', gpt5, { tools }],
  ['tools and an effort', gpt5, { tools, reasoning_effort: 'low' }],
  ['tools and the largest effort', gpt5, { tools, reasoning_effort: 'max' }],
  ['tools and an effort that is null', gpt5, { tools, reasoning_effort: null }],
  ['functions', gpt5, { functions: [tool] }],
  ['functions and an effort', gpt5, { functions: [tool], reasoning_effort: 'high' }],
  ['a JSON schema', gptOss, { response_format: { type: 'json_schema', json_schema } }],
])('rule 56: %s of %s go to Converse at once', async (_what, model, body) => {
  expect(await route({ model, ...body })).toMatchObject({ asked: ['converse'], status: 200, target: 'bedrock' });
});

test.each([
  ['a plain chat', gpt5, {}],
  ['tools without reasoning', gpt5, { tools, reasoning_effort: 'none' }],
  ['functions without reasoning', gpt5, { functions: [tool], reasoning_effort: 'none' }],
  ['an empty list of tools', gpt5, { tools: [] }],
  ['tools', gptOss, { tools }],
  ['tools and an effort', gptOss, { tools, reasoning_effort: 'low' }],
  ['tools', 'qwen.qwen3-32b-v1:0', { tools }],
  ['a JSON schema', gpt5, { response_format: { type: 'json_schema', json_schema } }],
  ['a JSON object', gptOss, { response_format: { type: 'json_object' } }],
  ['likelihoods', gptOss, { logprobs: true }],
  ['penalties', gpt5, { frequency_penalty: 1 }],
  ['several choices', gptOss, { n: 2 }],
])('rule 56: %s of %s stay with Chat Completions', async (_what, model, body) => {
  expect(await route({ model, ...body })).toMatchObject({ asked: ['native'], status: 200, target: 'bedrock-openai' });
});

test.each([
  [400, "The model 'openai.gpt-5.6-luna' does not support the '/v1/chat/completions' API"],
  [400, "The model 'openai.gpt-5.6-luna' isn't supported on this route."],
  [400, 'This model is only supported in v1/responses and not in v1/chat/completions.'],
  [400, 'This is not a chat model and thus not supported in the v1/chat/completions endpoint.'],
  [400, 'Model openai.gpt-5.6-luna is not available through the Chat Completions API in this region.'],
  [400, 'The model openai.gpt-5.6-luna cannot be used with the chat completions endpoint'],
  [
    400,
    'Function tools with reasoning_effort are not supported for gpt-5.6-luna in /v1/chat/completions. Please use /v1/responses instead.',
  ],
  [400, 'The provided model identifier is invalid.'],
  [404, 'The model `openai.gpt-5.6-luna` does not exist.'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
])('rule 56: Converse is asked after a %i that says: %s', async (status, message) => {
  const expected = { asked: ['native', 'converse'], status: 200, target: 'bedrock' };
  expect(await route({ model: gpt5 }, openAiError(status, message))).toMatchObject(expected);
  expect(await route({ model: gpt5 }, awsError(status, 'ValidationException', message))).toMatchObject(expected);
});

test('rule 56: a detail that Converse ignores is no field of the request', async () => {
  const strict = { type: 'function', function: { ...tool, strict: true } };
  const refused = openAiError(400, "The model does not support the '/v1/chat/completions' API");
  const found = await route({ model: 'mistral.mistral-large-2402-v1:0', tools: [strict] }, refused);
  expect(found).toMatchObject({ asked: ['native', 'converse'], status: 200, target: 'bedrock' });
});

test('rule 56: a region without the path at all is answered by Converse', async () => {
  const noSuchPath = awsError(404, 'UnknownOperationException', '');
  expect(await route({ model: gpt5 }, noSuchPath)).toMatchObject({ asked: ['native', 'converse'], status: 200 });
});

test.each([
  ['n', gptOss, { n: 2 }, "Unsupported parameter: 'n' is not supported with this model.", { param: 'n' }],
  ['n', gpt5, { n: 3 }, 'n must be 1', {}],
  ['n', gpt5, { n: 2 }, 'Only n = 1 is supported.', {}],
  ['n', gptOss, { n: 2 }, 'Malformed input request: #: extraneous key [n] is not permitted', {}],
  ['stop', gpt5, { stop: ['END'] }, "Unsupported parameter: 'stop' is not supported with this model.", {}],
  ['stop', gpt5, { stop: 'END' }, 'stop sequences are not supported', {}],
])('rule 56: %s of %s is asked of Converse once its name is refused', async (_what, model, body, message, details) => {
  const found = await route({ model, ...body }, openAiError(400, message, details));
  expect(found).toMatchObject({ status: 200, target: 'bedrock' });
  // Each choice is a call of its own there.
  expect(found?.asked).toEqual(['native', ...Array.from({ length: 'n' in body ? body.n : 1 }, () => 'converse')]);
});

test.each([
  ['likelihoods', gpt5, { logprobs: true }, "'logprobs' is not supported with this model."],
  ['likelihoods', gptOss, { logprobs: true, n: 2 }, "Unsupported parameter: 'n' is not supported with this model."],
  ['penalties', gpt5, { presence_penalty: 1 }, "'presence_penalty' is not supported with this model."],
  ['penalties', gpt5, { presence_penalty: 1 }, 'presence_penalty is not supported on this endpoint.'],
  ['a seed', gpt5, { seed: 1, n: 2 }, "Unsupported parameter: 'n' is not supported with this model."],
  ['stop', gptOss, { stop: 'END' }, "Unsupported parameter: 'stop' is not supported with this model."],
  ['one choice', gptOss, { n: 1 }, "Unsupported parameter: 'n' is not supported with this model."],
  ['nothing', gptOss, {}, 'messages: at least one message is required'],
  ['nothing', gptOss, {}, 'Unsupported value: the temperature is not within the range.'],
])(
  "rule 56: a 400 is the caller's where Converse does not honour all: %s of %s",
  async (_what, model, body, message) => {
    const found = await route({ model, ...body }, openAiError(400, message));
    expect(found).toMatchObject({ asked: ['native'], status: 400, error: { message } });
  },
);

test('throttling is not evaded by the other surface, which has the same quota', async () => {
  const found = await route({ model: gptOss }, openAiError(429, 'Too many requests.', { code: null }));
  expect(found).toMatchObject({ asked: ['native', 'native'], status: 429 });
});

test('rule 57: a daily quota is told at once, by either shape of its error', async () => {
  const message = 'Too many tokens per day, please wait before trying again.';
  for (const native of [openAiError(429, message, { code: null }), awsError(429, 'ThrottlingException', message)]) {
    const app = await appOn({ native });
    const { status, headers } = await app.chat({ model: gptOss, messages });
    expect([app.asked(), status]).toEqual([['native'], 429]);
    expect([headers.get('retry-after'), headers.get('x-should-retry')]).toEqual([null, 'false']);
  }
});

test('a failure of the surface is answered by the other one', async () => {
  const found = await route({ model: gptOss }, openAiError(500, 'Internal error', { code: null }));
  expect(found).toMatchObject({ asked: ['native', 'native', 'converse'], status: 200, target: 'bedrock' });
});

test('when Converse fails too, its word counts', async () => {
  const message = 'The provided model identifier is invalid.';
  const app = await appOn({
    native: openAiError(400, "The model does not support the '/v1/chat/completions' API"),
    converse: awsError(400, 'ValidationException', message),
  });
  const { status, text } = await app.chat({ model: gpt5, messages });
  expect(status).toBe(404);
  expect(JSON.parse(text).error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining(message) });
});

test('a target that names the surface never leaves it', async () => {
  const catalog = {
    models: { five: { target: `bedrock-openai:${gpt5}` }, oss: { target: `bedrock-openai:${gptOss}` } },
  };
  const refused = openAiError(400, 'Function tools with reasoning_effort are not supported in /v1/chat/completions');
  for (const [model, body] of [
    ['five', { tools }],
    ['oss', { response_format: { type: 'json_schema', json_schema } }],
    ['oss', { n: 2 }],
  ] as const) {
    const app = await appOn({ native: refused }, { catalog });
    const { status, text } = await app.chat({ model, messages, ...body });
    expect([app.asked(), status]).toEqual([['native'], 400]);
    expect(JSON.parse(text).error.message).toMatch(/^Function tools/);
  }
});

test('GPT-5.6 knows no minimal effort, and Converse is asked for its least', async () => {
  const app = await appOn({});
  await app.chat({ model: gpt5, messages, tools, reasoning_effort: 'minimal' });
  expect(JSON.parse(app.arrived[0]?.body ?? '').additionalModelRequestFields).toEqual({ reasoning: { effort: 'low' } });
});
