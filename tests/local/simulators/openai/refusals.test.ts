import { faultsOf, apiKey, start, user, weather, type Clients } from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await clients.close());

const messages = [user('Hello')];
const tools = [weather];
const call = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } };
const calling = { role: 'assistant', content: null, tool_calls: [call] };
const result = { role: 'tool', tool_call_id: 'call_1', content: 'rain' };
const image = (url: string) => [user([{ type: 'image_url', image_url: { url } }])];
const file = (data: string) => [user([{ type: 'file', file: { filename: 'a.txt', file_data: data } }])];
const format = (json_schema: object) => ({ messages, response_format: { type: 'json_schema', json_schema } });
const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v']));

type Refusal = [what: string, body: object, message: RegExp, code: string | null, param: string | null];

const refusals: Refusal[] = [
  [
    'no messages',
    { messages: undefined },
    /Missing required parameter: 'messages'/,
    'missing_required_parameter',
    'messages',
  ],
  ['an empty list', { messages: [] }, /empty array/, 'empty_array', 'messages'],
  ['an unknown member', { messages, bedrock: {} }, /^Unrecognized request argument supplied: bedrock$/, null, null],
  [
    'an unknown member of a message',
    { messages: [{ ...user('a'), cache_control: {} }] },
    /Unknown parameter/,
    'unknown_parameter',
    'messages[0].cache_control',
  ],
  [
    'a member of ours',
    { messages: [user('a'), { role: 'assistant', content: 'b', reasoning_content: 'c' }] },
    /Unknown parameter/,
    'unknown_parameter',
    'messages[1].reasoning_content',
  ],
  [
    'an id that is too long',
    { messages: [user('a'), { ...calling, tool_calls: [{ ...call, id: 'c'.repeat(41) }] }, result] },
    /maximum length 40, but got a string with length 41/,
    'string_above_max_length',
    'messages[1].tool_calls[0].id',
  ],
  [
    "a result's id that is too long",
    { messages: [user('a'), { ...result, tool_call_id: 'c'.repeat(41) }] },
    /maximum length 40/,
    'string_above_max_length',
    'messages[1].tool_call_id',
  ],
  [
    'another type',
    { messages, temperature: 'hot' },
    /expected a decimal, but got a string instead/,
    'invalid_type',
    'temperature',
  ],
  [
    'too high',
    { messages, temperature: 3 },
    /Expected a value <= 2, but got 3/,
    'decimal_above_max_value',
    'temperature',
  ],
  ['too low', { messages, n: 0 }, /Expected a value >= 1, but got 0/, 'integer_below_min_value', 'n'],
  [
    'an unknown role',
    { messages: [{ role: 'wizard', content: 'a' }] },
    /Supported values are: 'developer', 'system'/,
    'invalid_value',
    'messages[0].role',
  ],
  [
    'an unknown part',
    { messages: [user([{ type: 'smell' }])] },
    /Supported values/,
    'invalid_value',
    'messages[0].content[0].type',
  ],
  [
    'five stop sequences',
    { messages, stop: ['a', 'b', 'c', 'd', 'e'] },
    /array too long/,
    'array_above_max_length',
    'stop',
  ],
  [
    'both limits',
    { messages, max_tokens: 1, max_completion_tokens: 1 },
    /at the same time/,
    'invalid_parameter_combination',
    'max_tokens',
  ],
  [
    'a limit over the model’s',
    { messages, max_tokens: 99_999 },
    /supports at most 16384 completion tokens/,
    'invalid_value',
    'max_tokens',
  ],
  [
    'stream options alone',
    { messages, stream_options: {} },
    /only allowed when 'stream' is enabled/,
    null,
    'stream_options',
  ],
  [
    'top_logprobs alone',
    { messages, top_logprobs: 2 },
    /only allowed when 'logprobs' is enabled/,
    null,
    'top_logprobs',
  ],
  [
    'effort for a model that does not think',
    { messages, reasoning_effort: 'low' },
    /reasoning_effort/,
    'unsupported_parameter',
    'reasoning_effort',
  ],
  [
    'max_tokens for one that does',
    { model: 'o4-mini', messages, max_tokens: 5 },
    /Use 'max_completion_tokens' instead/,
    'unsupported_parameter',
    'max_tokens',
  ],
  [
    'temperature for one that does',
    { model: 'o4-mini', messages, temperature: 0.2 },
    /Unsupported parameter: 'temperature'/,
    'unsupported_parameter',
    'temperature',
  ],
  ['sound', { messages, modalities: ['text', 'audio'] }, /audio output/, 'invalid_value', 'modalities'],
  [
    'too much metadata',
    { messages, metadata: many },
    /at most 16 properties/,
    'object_above_max_properties',
    'metadata',
  ],
  [
    'long metadata',
    { messages, metadata: { a: 'x'.repeat(513) } },
    /maximum length 512/,
    'string_above_max_length',
    'metadata.a',
  ],

  [
    'a tool message without its call',
    { messages: [user('a'), result] },
    /^Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'\.$/,
    null,
    'messages.[1].role',
  ],
  [
    'a tool message of another call',
    { messages: [user('a'), calling, result, { ...result, tool_call_id: 'call_2' }] },
    /'call_2' not found/,
    null,
    'messages.[3].tool_call_id',
  ],
  [
    'a call without its tool message',
    { messages: [user('a'), calling, user('b')] },
    /did not have response messages: call_1$/,
    null,
    'messages.[2].role',
  ],
  [
    'a silent assistant',
    { messages: [user('a'), { role: 'assistant' }] },
    /expected a string, got null/,
    null,
    'messages.[1].content',
  ],
  [
    'a choice among no tools',
    { messages, tools: [], tool_choice: 'required' },
    /only allowed when 'tools' are specified/,
    null,
    'tool_choice',
  ],
  [
    'a choice without tools',
    { messages, tool_choice: 'auto' },
    /only allowed when 'tools' are specified/,
    null,
    'tool_choice',
  ],
  [
    'parallel calls without tools',
    { messages, parallel_tool_calls: true },
    /only allowed when 'tools' are specified/,
    null,
    'parallel_tool_calls',
  ],
  [
    'a choice of no tool',
    { messages, tools, tool_choice: { type: 'function', function: { name: 'x' } } },
    /no function named 'x'/,
    null,
    'tool_choice',
  ],
  [
    'a tool’s name',
    { messages, tools: [{ type: 'function', function: { name: 'a b' } }] },
    /does not match pattern/,
    'invalid_value',
    'tools[0].function.name',
  ],
  [
    'a long name',
    { messages, tools: [{ type: 'function', function: { name: 'a'.repeat(65) } }] },
    /maximum length 64/,
    'string_above_max_length',
    'tools[0].function.name',
  ],
  [
    'a schema of no object',
    { messages, tools: [{ type: 'function', function: { name: 'a', parameters: {} } }] },
    /schema must be a JSON Schema of 'type: "object"'/,
    'invalid_function_parameters',
    'tools[0].function.parameters',
  ],
  [
    'an open schema that is strict',
    { messages, tools: [{ type: 'function', function: { ...weather.function, strict: true } }] },
    /'additionalProperties' is required/,
    'invalid_function_parameters',
    'tools[0].function.parameters',
  ],

  [
    'JSON without the word',
    { messages, response_format: { type: 'json_object' } },
    /must contain the word 'json'/,
    null,
    'messages',
  ],
  [
    'a format without schema',
    format({ name: 'a' }),
    /Missing required parameter/,
    'missing_required_parameter',
    'response_format.json_schema.schema',
  ],
  [
    'an optional member that is strict',
    format({
      name: 'a',
      strict: true,
      schema: {
        type: 'object',
        properties: { b: { type: 'object', properties: { c: {} }, additionalProperties: false } },
        required: ['b'],
        additionalProperties: false,
      },
    }),
    /In context=\('properties', 'b'\), 'required' is required.*Missing 'c'/,
    null,
    'response_format',
  ],

  [
    'an image of no kind',
    { messages: image('data:image/tiff;base64,AAAA') },
    /Only image types/,
    'invalid_image_format',
    'messages[0].content[0].image_url.url',
  ],
  [
    'a broken image',
    { messages: image('data:image/png;base64,AA A') },
    /Invalid base64/,
    'invalid_base64',
    'messages[0].content[0].image_url.url',
  ],
  ['no image', { messages: image('data:image/png;base64,AAAA') }, /unsupported image/, 'image_parse_error', null],
  [
    'an image in a bucket',
    { messages: image('s3://bucket/a.png') },
    /valid URL/,
    'invalid_value',
    'messages[0].content[0].image_url.url',
  ],
  [
    'a file that is no PDF',
    { messages: file('data:text/plain;base64,AAAA') },
    /unsupported MIME type 'text\/plain'/,
    'invalid_value',
    'messages[0].content[0].file.file_data',
  ],
  [
    'a prompt that is too long',
    { messages: [user('a'.repeat(600_000))] },
    /maximum context length/,
    'context_length_exceeded',
    'messages',
  ],
];

test.each(refusals)('%s', async (_what, request, message, code, param) => {
  const { status, body } = await clients.chat(request);
  expect([status, faultsOf('error', body)]).toEqual([400, []]);
  expect(body.error).toEqual({ message: expect.stringMatching(message), type: 'invalid_request_error', code, param });
});

test('fields that a client sends back from a reply are accepted', async () => {
  const turn = { ...calling, refusal: null, annotations: [] };
  const { status } = await clients.chat({ messages: [user('a'), turn, result, user('b')], tools });
  expect(status).toBe(200);
});

test.each([
  [
    'another key',
    { authorization: `Bearer ${apiKey}x` },
    'invalid_api_key',
    /Incorrect API key provided: sk-fake\*+AAAx/,
  ],
  ['a signature', { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' }, 'invalid_api_key', /Incorrect API key/],
])('%s is 401', async (_what, headers, code, message) => {
  const response = await clients.post('/chat/completions', { model: 'gpt-4o', messages }, headers);
  const body = (await response.json()) as { error: object };
  expect([response.status, faultsOf('error', body)]).toEqual([401, []]);
  expect(body.error).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('no key is 401', async () => {
  const response = await fetch(`${clients.url}/models`);
  expect([response.status, await response.json()]).toEqual([
    401,
    {
      error: expect.objectContaining({ message: expect.stringContaining("You didn't provide an API key"), code: null }),
    },
  ]);
});

test('refuses an unknown model, a model of another kind and a throttled one', async () => {
  const answers = await Promise.all(
    ['gpt-9', 'text-embedding-3-small', 'gpt-4-turbo'].map((model) => clients.chat({ model, messages })),
  );
  expect(answers.map(({ status, body }) => [status, body.error?.code])).toEqual([
    [404, 'model_not_found'],
    [404, null],
    [429, 'rate_limit_exceeded'],
  ]);
  const throttled = await clients.post('/chat/completions', { model: 'gpt-4-turbo', messages });
  expect(throttled.headers.get('retry-after')).toBe('1');
  const version = await clients.chat({ model: 'gpt-4o-2024-08-06', messages });
  expect([version.status, version.body['model']]).toEqual([200, 'gpt-4o-2024-08-06']);
});

test('refuses an unknown path, another method and an invalid body', async () => {
  const responses = await Promise.all([
    clients.post('/threads', {}),
    clients.post('/models', {}),
    clients.post('/chat/completions', '{"model":'),
  ]);
  expect(responses.map(({ status }) => status)).toEqual([404, 405, 400]);
  for (const response of responses) {
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(faultsOf('error', await response.json())).toEqual([]);
  }
});
