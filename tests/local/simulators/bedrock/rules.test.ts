import {
  accepted,
  answerTo,
  assistant,
  clock,
  png,
  start,
  stop,
  user,
  validationError,
  weather,
  type Clients,
} from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

const hello = user('Hello');
const toolConfig = { tools: [weather, clock] };
const call = (toolUseId: string, name = 'get_time') => ({ toolUse: { toolUseId, name, input: {} } });
const result = (toolUseId: string, ...content: unknown[]) => ({
  toolResult: { toolUseId, content: content.length > 0 ? content : [{ text: 'noon' }] },
});
const tool = (change: object) => ({ toolConfig: { tools: [{ toolSpec: { ...weather.toolSpec, ...change } }] } });
const thinking = (thought: object) => ({ additionalModelRequestFields: { thinking: thought } });
const format = (schema: unknown) => ({
  outputConfig: {
    textFormat: {
      type: 'json_schema',
      structure: { jsonSchema: { schema: typeof schema === 'string' ? schema : JSON.stringify(schema) } },
    },
  },
});
const closed = { type: 'object', properties: {}, additionalProperties: false };
const referring = ($ref: unknown): object => ({ ...closed, properties: { a: { $ref } }, $defs: { b: {} } });
const strictTools = (count: number, json: object) => ({
  toolConfig: {
    tools: Array.from({ length: count }, (_, at) => ({
      toolSpec: { name: `t${at}`, inputSchema: { json }, strict: true },
    })),
  },
});
const properties = (count: number, definition: object, required = false) => {
  const names = Array.from({ length: count }, (_, at) => `p${at}`);
  return {
    ...closed,
    properties: Object.fromEntries(names.map((name) => [name, definition])),
    required: required ? names : [],
  };
};
const point = { cachePoint: { type: 'default' } };

const sonnet46 = 'us.anthropic.claude-sonnet-4-6';
const opus47 = 'us.anthropic.claude-opus-4-7';
const opus55 = 'us.anthropic.claude-opus-5-5';
const llama = 'us.meta.llama3-3-70b-instruct-v1:0';
const mistralLarge = 'mistral.mistral-large-2402-v1:0';
const gptOss = 'openai.gpt-oss-120b-1:0';
const novaLite = 'amazon.nova-lite-v1:0';

const ask = async (body: object, model?: string) => await answerTo(clients, { messages: [hello], ...body }, model);

test.each<[string, object, RegExp]>([
  ['no messages', { messages: undefined }, /messages field is required/],
  ['an empty list', { messages: [] }, /messages field is required/],
  ['the assistant first', { messages: [assistant('Hi')] }, /must start with a user message/],
  ['two user turns', { messages: [hello, hello] }, /must alternate/],
  [
    'a turn of nothing',
    { messages: [{ role: 'user', content: [] }] },
    /content field in the Message object at messages.0 is empty/,
  ],
  ['blank text', { messages: [user(' \n')] }, /ContentBlock object at messages.0.content.0 is blank/],
  ['blank system text', { system: [{ text: ' ' }] }, /non-whitespace/],
  [
    'a system turn',
    { messages: [hello, { role: 'system', content: [{ text: 'a' }] }] },
    /doesn't support the role system/,
  ],
  [
    'an image of the assistant',
    { messages: [hello, assistant({ image: { format: 'png', source: { bytes: png().toString('base64') } } }), hello] },
    /Assistant messages cannot contain image/,
  ],
  ['a call of the user', { messages: [user(call('a'))], toolConfig }, /User messages cannot contain toolUse/],
  ['prompt variables', { promptVariables: { a: { text: 'b' } } }, /prompt resource/],
])('conversation: %s', async (_what, body, message) => expect(await ask(body)).toEqual(validationError(message)));

test.each<[string, object, RegExp]>([
  ['no toolConfig', { messages: [hello, assistant(call('a')), user(result('a'))] }, /toolConfig field must be defined/],
  [
    'no result',
    { messages: [hello, assistant(call('a')), hello], toolConfig },
    /Expected toolResult blocks at messages.2.content for the following Ids: a/,
  ],
  [
    'one result of two',
    { messages: [hello, assistant(call('a'), call('b')), user(result('a'))], toolConfig },
    /following Ids: b/,
  ],
  ['another id', { messages: [hello, assistant(call('a')), user(result('b'))], toolConfig }, /following Ids: a/],
  [
    'a result too many',
    { messages: [hello, assistant(call('a')), user(result('a'), result('b'))], toolConfig },
    /exceeds the number of toolUse blocks/,
  ],
  ['a result of nothing', { messages: [user(result('a'))], toolConfig }, /exceeds the number of toolUse blocks/],
  [
    'the same id twice',
    { messages: [hello, assistant(call('a'), call('a')), user(result('a'), result('a'))], toolConfig },
    /must be unique/,
  ],
  ['an open call at the end', { messages: [hello, assistant(call('a'))], toolConfig }, /prefill|Expected toolResult/],
  [
    'text before the result',
    { messages: [hello, assistant(call('a')), user('So', result('a'))], toolConfig },
    /before any other content/,
  ],
  [
    'an empty result',
    { messages: [hello, assistant(call('a')), user({ toolResult: { toolUseId: 'a', content: [] } })], toolConfig },
    /toolResult is empty/,
  ],
  [
    'a list as JSON',
    { messages: [hello, assistant(call('a')), user(result('a', { json: [1] }))], toolConfig },
    /Provide a json object/,
  ],
  [
    'a reserved key',
    { messages: [hello, assistant(call('a')), user(result('a', { json: { deep: { __type: 'x' } } }))], toolConfig },
    /reserved key __type/,
  ],
  [
    'text as input',
    { messages: [hello, assistant({ toolUse: { ...call('a').toolUse, input: 'x' } }), user(result('a'))], toolConfig },
    /Provide a json object/,
  ],
  [
    'a choice of no tool',
    { toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'other' } } } },
    /not one of the tools/,
  ],
  ['two tools of one name', { toolConfig: { tools: [clock, clock] } }, /must be unique/],
  ['an empty description', tool({ description: ' ' }), /description .* is blank/],
  ['a list as schema', tool({ inputSchema: { json: [] } }), /Provide a json object/],
  [
    'a schema of no object',
    tool({ inputSchema: { json: { type: 'string' } } }),
    /must be one of the following: object/,
  ],
  [
    'no schema at all',
    tool({ inputSchema: { json: { type: 'object', properties: { a: { type: 'text' } } } } }),
    /draft 2020-12/,
  ],
  ['an open object in a strict tool', tool({ strict: true }), /additionalProperties/],
  ['a choice at the root', tool({ inputSchema: { json: { type: 'object', oneOf: [{}] } } }), /at the top level/],
  [
    'a property with a blank in its name',
    tool({ inputSchema: { json: { type: 'object', properties: { 'a b': {} } } } }),
    /Property keys should match pattern '\^\[a-zA-Z0-9_\.-\]\{1,64\}\$'/,
  ],
  ['21 strict tools', strictTools(21, closed), /Too many strict tools \(21\)/],
  [
    '25 optional properties in two tools and a format',
    { ...strictTools(2, properties(10, {})), ...format(properties(5, {})) },
    /too many optional parameters \(25\)/,
  ],
  [
    '17 unions in definitions of two tools',
    strictTools(2, { ...closed, $defs: { A: properties(9, { type: ['string', 'null'] }, true) } }),
    /union types \(18 /,
  ],
  [
    'a very large strict schema',
    strictTools(1, { ...closed, description: 'x'.repeat(200_001) }),
    /grammar is too large/,
  ],
])('tools: %s', async (_what, body, message) => expect(await ask(body)).toEqual(validationError(message)));

test.each<[string, object, RegExp, string?]>([
  ['temperature with topP', { inferenceConfig: { temperature: 0.5, topP: 0.5 } }, /cannot both be specified/],
  ['sampling on the newest', { inferenceConfig: { temperature: 0 } }, /deprecated for this model/, opus47],
  ['topK on the newest', { additionalModelRequestFields: { top_k: 5 } }, /top_k: Extra inputs/, opus47],
  ['a native member nobody knows', { additionalModelRequestFields: { logprobs: true } }, /logprobs: Extra inputs/],
  [
    'a beta nobody knows',
    { additionalModelRequestFields: { anthropic_beta: ['more-2030-01-01'] } },
    /invalid beta flag/,
  ],
  ['more tokens than the model has', { inferenceConfig: { maxTokens: 64_001 } }, /exceeds the model limit of 64000/],
  ['a small budget', thinking({ type: 'enabled', budget_tokens: 1023 }), /greater than or equal to 1024/],
  [
    'a budget over maxTokens',
    { ...thinking({ type: 'enabled', budget_tokens: 2048 }), inferenceConfig: { maxTokens: 2048 } },
    /must be greater than/,
  ],
  ['adaptive before its time', thinking({ type: 'adaptive' }), /not supported/],
  ['a budget after its time', thinking({ type: 'enabled', budget_tokens: 2048 }), /not supported/, opus47],
  ['thinking that cannot be off', thinking({ type: 'disabled' }), /not supported/, opus55],
  [
    'a temperature while thinking',
    { ...thinking({ type: 'enabled', budget_tokens: 1024 }), inferenceConfig: { temperature: 0.5 } },
    /only be set to 1/,
  ],
  [
    'a forced choice while thinking',
    { ...thinking({ type: 'enabled', budget_tokens: 1024 }), toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    /Thinking may not be enabled/,
  ],
  [
    'a forced choice on the newest',
    { toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    /toolChoice.any/,
    opus55,
  ],
  [
    'a native choice without type',
    { toolConfig, additionalModelRequestFields: { tool_choice: { disable_parallel_tool_use: true } } },
    /tool_choice.type/,
  ],
  ['effort where there is none', { outputConfig: { effort: 'low' } }, /outputConfig.effort/],
  ['an effort nobody knows', { outputConfig: { effort: 'huge' } }, /Input should be one of/, sonnet46],
  ['prefill after its time', { messages: [hello, assistant('I')] }, /prefill/, sonnet46],
  ['trailing space in a prefill', { messages: [hello, assistant('I ')] }, /trailing whitespace/],
  ['the same before a cache point', { messages: [hello, assistant('I ', point)] }, /trailing whitespace/],
  ['a blank stop sequence', { inferenceConfig: { stopSequences: ['\n'] } }, /non-whitespace/],
  [
    'definitions of Nova 1',
    tool({ inputSchema: { json: { type: 'object', $defs: {} } } }),
    /extraneous key \[\$defs\] is not permitted/,
    novaLite,
  ],
  ['strict tools on the newest', tool({ strict: true }), /strict: Extra inputs/, opus47],
  ['a JSON format on the newest', format(closed), /output_config.format/, opus47],
  ['a format that is no JSON', format('{'), /not a JSON Schema object/],
  ['an open object', format({ ...closed, additionalProperties: undefined }), /additionalProperties/],
  [
    'a keyword of numbers',
    format({ ...closed, properties: { a: { type: 'integer', minimum: 1 } } }),
    /property 'minimum' is not supported/,
  ],
  [
    'a keyword of texts',
    format({ ...closed, properties: { a: { type: 'string', pattern: 'a' } } }),
    /property 'pattern' is not supported/,
  ],
  ['another document', format(referring('https://example.com/schema')), /External \$ref is not supported/],
  ['a reference that is no text', format(referring(1)), /External \$ref is not supported/],
  ['a reference to nothing', format(referring('#/$defs/none')), /'#\/\$defs\/none' cannot be resolved/],
  ['a reference to what every object has', format(referring('#/$defs/__proto__')), /cannot be resolved/],
  ['a reference that cannot be read', format(referring('#/$defs/%zz')), /cannot be resolved/],
  ['a schema within itself', format(referring('#/properties/a')), /Circular reference/],
  ['a root within itself', format(referring('#')), /Circular reference/],
  ['a list as format', format([]), /not a JSON Schema object/],
  [
    'choices of Llama',
    { toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_time' } } } },
    /toolChoice.tool/,
    llama,
  ],
  [
    'a named choice of Mistral',
    { toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_time' } } } },
    /toolChoice.tool/,
    mistralLarge,
  ],
  [
    'tool ids of Mistral',
    { toolConfig, messages: [hello, assistant(call('abc')), user(result('abc'))] },
    /length of 9/,
    mistralLarge,
  ],
  [
    'the status of a result',
    {
      toolConfig,
      messages: [
        hello,
        assistant(call('abcdefghi')),
        user({ toolResult: { ...result('abcdefghi').toolResult, status: 'success' } }),
      ],
    },
    /toolResult.status/,
    mistralLarge,
  ],
  ['system on Mistral 7B', { system: [{ text: 'a' }] }, /system messages/, 'mistral.mistral-7b-instruct-v0:2'],
  ['tools on Mistral 7B', { toolConfig }, /doesn't support tool use/, 'mistral.mistral-7b-instruct-v0:2'],
  ['tools on DeepSeek R1', { toolConfig }, /doesn't support tool use/, 'us.deepseek.r1-v1:0'],
  ['stop sequences of gpt-oss', { inferenceConfig: { stopSequences: ['a'] } }, /stopSequences/, gptOss],
  [
    'an effort of gpt-oss',
    { additionalModelRequestFields: { reasoning_effort: 'xhigh' } },
    /Input should be one of/,
    gptOss,
  ],
  [
    'temperature on GPT-5',
    { inferenceConfig: { temperature: 1 } },
    /'temperature' is not supported/,
    'global.openai.gpt-5.6-luna',
  ],
  [
    'Nova 2 without effort',
    { additionalModelRequestFields: { reasoningConfig: { type: 'enabled' } } },
    /maxReasoningEffort/,
    'us.amazon.nova-2-lite-v1:0',
  ],
  [
    'Nova 2 thinking hard with a limit',
    {
      additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
      inferenceConfig: { maxTokens: 9 },
    },
    /must be unset/,
    'us.amazon.nova-2-lite-v1:0',
  ],
  [
    'an image for text alone',
    { messages: [user('a', { image: { format: 'png', source: { bytes: png().toString('base64') } } })] },
    /image content block/,
    'amazon.nova-micro-v1:0',
  ],
  ['five cache points', { messages: [user(...Array.from({ length: 5 }, () => ['a', point]).flat())] }, /maximum of 4/],
  [
    'a longer life after a shorter',
    { system: [{ text: 'a' }, point], messages: [user('a', { cachePoint: { type: 'default', ttl: '1h' } })] },
    /longer ttl/,
  ],
  ['cache points in Nova tools', { toolConfig: { tools: [clock, point] } }, /cache points in tools/, novaLite],
  ['a life for Nova', { system: [{ text: 'a' }, { cachePoint: { type: 'default', ttl: '5m' } }] }, /ttl/, novaLite],
  ['cache points of Llama', { system: [{ text: 'a' }, point] }, /did not allow prompt caching/, llama],
  ['half a guardrail', { guardrailConfig: { guardrailIdentifier: 'abc' } }, /set together/],
  ['too long a prompt', { messages: [user('word '.repeat(170_000))] }, /Input is too long/],
])('families: %s', async (...[, body, message, model]) =>
  expect(await ask(body, model)).toEqual(validationError(message)),
);

test.each<[string, object, string?]>([
  [
    'blank text in a result',
    { toolConfig, messages: [hello, assistant(call('a')), user(result('a', { text: '' }), 'So?')] },
  ],
  ['a prefill while it was allowed', { messages: [hello, assistant('I')] }],
  ['adaptive thinking with effort', { ...thinking({ type: 'adaptive' }), outputConfig: { effort: 'high' } }, opus47],
  [
    'a system turn on the newest',
    { messages: [hello, { role: 'system', content: [{ text: 'a' }] }, assistant('b'), hello] },
    'us.anthropic.claude-sonnet-5',
  ],
  ['a beta of the family', { additionalModelRequestFields: { anthropic_beta: ['interleaved-thinking-2025-05-14'] } }],
  ['a strict tool', tool({ strict: true, inputSchema: { json: closed } })],
  ['20 strict tools', strictTools(20, properties(1, {}, true))],
  [
    'a choice and definitions of GPT',
    tool({ inputSchema: { json: { type: 'object', anyOf: [{}], $defs: {} } } }),
    gptOss,
  ],
  [
    'nested effort of GPT-5',
    { additionalModelRequestFields: { reasoning: { effort: 'low' } } },
    'global.openai.gpt-5.6-luna',
  ],
  ['topK of Nova', { additionalModelRequestFields: { inferenceConfig: { topK: 5 } } }, novaLite],
])('accepted: %s', async (...[, body, model]) => expect(await ask(body, model)).toEqual(accepted));

test('Llama refuses tools in a stream', async () => {
  expect(await ask({ toolConfig }, llama)).toEqual(accepted);
  const response = await clients.post(`/model/${llama}/converse-stream`, { messages: [hello], toolConfig });
  expect(await response.json()).toEqual({ message: "This model doesn't support tool use in streaming mode." });
});

describe('replayed reasoning', () => {
  const turn = (reasoningContent: object) => ({ messages: [hello, assistant({ reasoningContent }, 'so'), hello] });

  test('is refused when unsigned, foreign or modified', async () => {
    const asked = { messages: [hello], ...thinking({ type: 'enabled', budget_tokens: 1024 }) };
    const [block] = (await clients.converse(asked)).body.output?.message.content ?? [];
    const { text, signature } = (
      block as unknown as { reasoningContent: { reasoningText: { text: string; signature: string } } }
    ).reasoningContent.reasoningText;
    expect(await ask(turn({ reasoningText: { text, signature } }))).toEqual(accepted);
    expect(await ask(turn({ reasoningText: { text } }))).toEqual(validationError(/signature: Field required/));
    expect(await ask(turn({ reasoningText: { text: `${text} `, signature } }))).toEqual(
      validationError(/Invalid `signature`/),
    );
    expect(await ask(turn({ reasoningText: { text, signature: 'AAAA' } }))).toEqual(
      validationError(/Invalid `signature`/),
    );
    expect(await ask(turn({ redactedContent: 'AAAA' }))).toEqual(validationError(/redacted_thinking/));
    expect(await ask(turn({ reasoningText: { text, signature } }), novaLite)).toEqual(
      validationError(/reasoningContent/),
    );
    expect(await ask(turn({ reasoningText: { text, signature } }), 'global.openai.gpt-5.6-luna')).toEqual(
      validationError(/encrypted/),
    );
  });

  test('must stand first in a tool loop with a budget', async () => {
    const messages = [hello, assistant(call('a')), user(result('a'))];
    expect(await ask({ messages, toolConfig, ...thinking({ type: 'enabled', budget_tokens: 1024 }) })).toEqual(
      validationError(/Expected `thinking`/),
    );
  });
});

test.each<[string, RegExp, string, number]>([
  ['nobody.nothing', /model identifier is invalid/, 'ValidationException', 400],
  ['anthropic.claude-sonnet-4-6', /on-demand throughput isn’t supported/, 'ValidationException', 400],
  ['amazon.titan-embed-text-v2:0', /operation requested is invalid/, 'ValidationException', 400],
  ['a b', /regular expression pattern/, 'ValidationException', 400],
  ['', /length greater than or equal to 1/, 'ValidationException', 400],
  [
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/other',
    /could not be found/,
    'ResourceNotFoundException',
    404,
  ],
  ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', /^$/, '', 200],
])('the model id %j', async (id, message, name, status) => {
  const answer = await clients.converse({ messages: [hello] }, id);
  expect([answer.status, answer.type ?? '']).toEqual([status, name]);
  expect(answer.body.message ?? '').toMatch(message);
});

test('a cache point after a document is accepted for a PDF only', async () => {
  const document = (kind: string, data: string) => ({
    document: { name: 'a', format: kind, source: { bytes: Buffer.from(data).toString('base64') } },
  });
  const read = (...blocks: unknown[]) => ask({ messages: [user('Read', ...blocks)] });
  expect(await read(document('md', '# a'), point)).toEqual(
    validationError(/messages\.0\.content\.2\.type: Field required/),
  );
  expect(await read(document('pdf', '%PDF-1.4'), point)).toEqual(accepted);
  expect(await read(point, document('md', '# a'))).toEqual(accepted);
});
