import { writeCarrier } from '../../function/translate/chat/reasoning-carrier.ts';
import { closeLoopbacks, type Answer } from '../backends/loopback.ts';
import { appOn, awsError, conversed, firstFrame } from '../endpoints/surfaces.ts';

const gpt5 = 'global.openai.gpt-5.6-luna';
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const opus47 = 'us.anthropic.claude-opus-4-7';
const deepseek = 'deepseek.v3-v1:0';

afterEach(closeLoopbacks);

const errors = (message: string) => `The model returned the following errors: ${message}`;
const elsewhere = errors(
  '{"error":{"code":"validation_error","message":"Encrypted content cannot be used in a different region from the one that created it.","param":null,"type":"invalid_request_error"}}',
);
const unsigned = errors('messages.1.content.0: Invalid `signature` in `thinking` block');

const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

/** The middle of a tool loop, in which a model of `family` had reasoned before it called. */
function loop(family: string, kind: 'redacted' | 'signed' = 'signed') {
  const reasoning =
    kind === 'redacted'
      ? { redactedContent: 'YmxvYg==' }
      : { reasoningText: { text: 'Let me see.', signature: 'c2lnbmVk' } };
  const id = writeCarrier('call_1', [reasoning], family);
  return {
    messages: [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: '{"city":"Oslo"}' } }],
      },
      { role: 'tool', tool_call_id: id, content: '4 °C' },
    ],
    tools: [{ type: 'function', function: { name: 'look', parameters } }],
  };
}

/** Refuses what has a text in its body, and answers the rest. */
function refusing(text: string, refuse: Answer): Answer {
  return (response, request, count) => (request.body.includes(text) ? refuse : conversed)(response, request, count);
}

/** What came of a request: the bodies that were sent, the status and what was named as ignored; whole and streamed agree. */
async function asked(body: object, converse: Answer) {
  const seen = [];
  for (const stream of [false, true]) {
    const app = await appOn({ converse });
    const { status, headers, text } = await app.chat({ stream, ...body });
    const sent = app.arrived.map((request) => JSON.parse(request.body));
    seen.push({
      sent,
      status,
      ignored: headers.get('x-gateway-ignored'),
      failed: status !== 200 && JSON.parse(text).error,
    });
  }
  expect(seen[1]).toEqual(seen[0]);
  return seen[0];
}

describe.each([
  ['an error', awsError],
  ['an exception in the first frame', firstFrame],
])('by %s', (_how, by) => {
  test.each([
    ['GPT-5', { model: gpt5, ...loop('gpt-5', 'redacted') }, elsewhere],
    ['GPT-5 with an effort', { model: gpt5, reasoning_effort: 'low', ...loop('gpt-5', 'redacted') }, elsewhere],
    ['Grok', { model: 'xai.grok-4.3', ...loop('grok', 'redacted') }, elsewhere],
    ['Claude', { model: opus47, reasoning_effort: 'low', ...loop('claude-opus-4-7') }, unsigned],
    [
      'Claude',
      { model: opus47, reasoning_effort: 'low', ...loop('claude-opus-4-7') },
      errors('messages.1.content.0.thinking.signature: Field required'),
    ],
    [
      'Claude',
      { model: opus47, reasoning_effort: 'low', ...loop('claude-opus-4-7', 'redacted') },
      errors('messages.1.content.0: Invalid `data` in `redacted_thinking` block'),
    ],
    [
      'DeepSeek',
      { model: deepseek, reasoning_effort: 'low', ...loop('deepseek-v3-1') },
      "This model doesn't support the reasoningContent block at messages.1.content.0. Remove it and try again.",
    ],
  ])('rule 52: reasoning that is refused back to %s is given up once', async (_model, body, message) => {
    const found = await asked(body, refusing('reasoningContent', by(400, 'ValidationException', message)));
    expect(found).toMatchObject({ status: 200, ignored: 'messages.reasoning_content' });
    const [first, second, ...more] = found?.sent ?? [];
    expect(more).toEqual([]);
    expect(first.messages[1].content[0]).toHaveProperty('reasoningContent');
    const { messages: _first, ...rest } = first;
    const { messages, ...others } = second;
    expect(others).toEqual(rest);
    expect(messages[1].content).toEqual([{ toolUse: { toolUseId: 'call_1', name: 'look', input: { city: 'Oslo' } } }]);
  });

  test('rule 52: Claude with a budget does not think in a loop that lost its reasoning', async () => {
    const body = { model: sonnet45, reasoning_effort: 'low', ...loop('claude-sonnet-4-5') };
    const found = await asked(body, refusing('reasoningContent', by(400, 'ValidationException', unsigned)));
    expect(found).toMatchObject({ status: 200, ignored: 'reasoning_effort, messages.reasoning_content' });
    expect(found?.sent.map((sent) => sent.additionalModelRequestFields?.thinking.type)).toEqual(['enabled', undefined]);
  });

  test("rule 52: where the caller's own fields make Claude think, it cannot go on without", async () => {
    const thinking = { type: 'enabled', budget_tokens: 2048 };
    const bedrock = { additionalModelRequestFields: { thinking } };
    const body = { model: sonnet45, bedrock, max_completion_tokens: 4096, ...loop('claude-sonnet-4-5') };
    const found = await asked(body, refusing('reasoningContent', by(400, 'ValidationException', unsigned)));
    expect(found).toMatchObject({ status: 400, ignored: null, sent: [expect.anything()] });
  });

  test.each([
    ['another refusal', { model: gpt5, ...loop('gpt-5', 'redacted') }, errors('messages.1: the tool is unknown')],
    ['no reasoning to give up', { model: gpt5, messages: [{ role: 'user', content: 'x' }], bedrock: {} }, elsewhere],
    ['no strict schema to give up', { model: opus47, ...loop('none') }, errors('The compiled grammar is too large')],
  ])('rule 52: with %s nothing is tried again', async (_why, body, message) => {
    const found = await asked(body, by(400, 'ValidationException', message));
    expect(found).toMatchObject({ status: 400, sent: [expect.anything()] });
  });

  test.each([
    'The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas.',
    "tools.0.custom.input_schema: For 'object' type, 'additionalProperties' is not supported",
    'Too many strict tools (21). The maximum is 20.',
    'Schema is too complex for compilation.',
  ])('rule 46: strict is given up once after: %s', async (message) => {
    const {
      messages: [question],
    } = loop('none');
    const strict = { type: 'function', function: { name: 'look', parameters, strict: true } };
    const body = { model: sonnet45, messages: [question], tools: [strict] };
    const refused = by(400, 'ValidationException', errors(message));
    const found = await asked(body, refusing('"strict":true', refused));
    expect(found).toMatchObject({ status: 200, ignored: 'tools.function.strict' });
    expect(found?.sent).toHaveLength(2);
  });

  test('rules 46 and 52: each kind is given up once, one after the other', async () => {
    const { tools, ...rest } = loop('claude-sonnet-4-5');
    const body = {
      model: sonnet45,
      reasoning_effort: 'low',
      ...rest,
      tools: tools.map(({ function: { name } }) => ({
        type: 'function',
        function: { name, parameters, strict: true },
      })),
    };
    const grammar = by(400, 'ValidationException', errors('The compiled grammar is too large'));
    const signature = by(400, 'ValidationException', unsigned);
    const both = await asked(body, (response, request, count) =>
      (request.body.includes('reasoningContent') ? signature : refusing('"strict":true', grammar))(
        response,
        request,
        count,
      ),
    );
    expect(both).toMatchObject({
      status: 200,
      ignored: 'reasoning_effort, tools.function.strict, messages.reasoning_content',
    });
    expect(both?.sent).toHaveLength(3);
    const never = await asked(body, by(400, 'ValidationException', unsigned));
    expect(never).toMatchObject({ status: 400 });
    expect(never?.sent).toHaveLength(2);
  });
});

test('rule 52: a failure of the model with a 400 inside counts too, and a 500 does not', async () => {
  const body = { model: gpt5, ...loop('gpt-5', 'redacted') };
  for (const [inside, status] of [
    [400, 200],
    [500, 502],
  ] as const) {
    const app = await appOn({
      converse: refusing('reasoningContent', (response) => {
        response.writeHead(424, { 'x-amzn-errortype': 'ModelErrorException', 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: elsewhere, originalStatusCode: inside }));
      }),
    });
    expect((await app.chat(body)).status).toBe(status);
  }
});
