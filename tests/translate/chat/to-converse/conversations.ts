import * as fc from 'fast-check';
import { writeCarrier } from '../../../../function/translate/chat/reasoning-carrier.ts';
import { redact, sign } from '../../../../local/simulators/bedrock/signature.ts';
import type { ChatRequest } from '../../../../function/dialects/chat.gen.ts';

type Message = ChatRequest['messages'][number];
type Tools = NonNullable<ChatRequest['tools']>;

/** One grey pixel. */
const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
const pdf = 'JVBERi0xLjQK';

const text = fc.constantFrom('Hi', 'Grüße', ' ', '', '\n', 'a b\tc', '🦊', ' end ');
const marks = fc.constantFrom(
  {},
  {},
  { prompt_cache_breakpoint: { mode: 'explicit' } },
  { cache_control: { type: 'ephemeral', ttl: '1h' } },
);
const textPart = fc.tuple(text, marks).map(([said, mark]) => part(said, mark));

function part(said: string, mark: object): { type: 'text'; text: string } {
  return { type: 'text', text: said, ...mark };
}

/** What a model takes beside text. */
export interface Senses {
  readonly images: boolean;
  readonly documents: boolean;
}

function userPart({ images, documents }: Senses) {
  const image = fc.constant({ type: 'image_url' as const, image_url: { url: png } });
  const file = fc
    .constantFrom({ filename: 'a.pdf' }, { filename: 'ä ö.pdf' }, {})
    .map((named) => ({ type: 'file' as const, file: { file_data: pdf, ...named } }));
  return fc.oneof(
    { weight: 4, arbitrary: textPart },
    { weight: images ? 1 : 0, arbitrary: image },
    { weight: documents ? 1 : 0, arbitrary: file },
  );
}

const system = fc
  .tuple(
    fc.constantFrom('system' as const, 'developer' as const),
    fc.oneof(text, fc.array(textPart, { minLength: 1, maxLength: 3 })),
  )
  .map(([role, content]): Message[] => [{ role, content }]);
const user = (senses: Senses) =>
  fc
    .oneof(text, fc.array(userPart(senses), { minLength: 1, maxLength: 4 }))
    .map((content): Message[] => [{ role: 'user', content }]);
const assistant = fc
  .record({
    content: fc.option(fc.oneof(text, fc.array(textPart, { minLength: 1, maxLength: 2 }))),
    refusal: fc.option(text),
    reasoning_content: fc.option(text),
  })
  .map((said): Message[] => [{ role: 'assistant', ...said }]);

const names = ['get_weather', 'math.add', 'x'.repeat(70), 'é'];
const ids = fc.constantFrom(
  'call_1',
  'call_2',
  '',
  'a b',
  'x'.repeat(70),
  'aB3dE6gH9',
  writeCarrier('tooluse_1', [{ reasoningText: { text: ' a ', signature: sign(' a ') } }], 'claude-sonnet-4-5'),
  writeCarrier('tooluse_2', [{ reasoningText: { text: '', signature: sign('') } }], 'claude-sonnet-5'),
  writeCarrier('tooluse_3', [{ redactedContent: redact('a') }, { reasoningText: { text: 'unsigned' } }], 'gpt-5'),
);
const args = fc.constantFrom(
  '{"city":"Oslo"}',
  '',
  '{}',
  '[1]',
  '"x"',
  'null',
  '{"a":',
  '{"__proto__":{"a":1}}',
  '{"a":[{"__type":"x"}]}',
  '['.repeat(5000),
);

/** A tool turn with all of its results, in any order. */
const toolTurn = fc
  .array(fc.record({ id: ids, name: fc.constantFrom(...names), arguments: args }), { minLength: 1, maxLength: 4 })
  .chain((calls) =>
    fc.record({
      calls: fc.constant(calls),
      results: fc.shuffledSubarray(calls, { minLength: calls.length }),
      content: fc.option(text),
      said: fc.oneof(text, fc.array(textPart, { minLength: 1, maxLength: 2 })),
    }),
  )
  .map(toolMessages);

interface ToolTurn {
  readonly calls: readonly { id: string; name: string; arguments: string }[];
  readonly results: readonly { id: string }[];
  readonly content: string | null;
  readonly said: Extract<Message, { role: 'tool' }>['content'];
}

function toolMessages({ calls, results, content, said }: ToolTurn): Message[] {
  const asked: Message = {
    role: 'assistant',
    content,
    tool_calls: calls.map(({ id, ...called }) => ({ id, type: 'function', function: called })),
  };
  return [asked, ...results.map(({ id }): Message => ({ role: 'tool', tool_call_id: id, content: said }))];
}

const functionTurn = fc.tuple(text, fc.boolean()).map(([content, answered]): Message[] => {
  const call: Message = { role: 'assistant', content, function_call: { name: 'get_weather', arguments: '{}' } };
  return answered ? [call, { role: 'function', name: 'get_weather', content }] : [call];
});
/** What no well-behaved client sends. */
const stray = fc.constantFrom<Message[]>(
  [{ role: 'tool', tool_call_id: 'call_1', content: 'x' }],
  [{ role: 'function', name: 'get_weather', content: 'x' }],
  [{ role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }] }],
);

const messages = (senses: Senses) =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: user(senses) },
        { weight: 4, arbitrary: assistant },
        { weight: 3, arbitrary: toolTurn },
        { weight: 2, arbitrary: system },
        { weight: 1, arbitrary: functionTurn },
        { weight: 1, arbitrary: stray },
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((turns) => turns.flat());

const parameters = fc.constantFrom(
  undefined,
  {},
  {
    type: 'object',
    properties: { city: { type: 'string', minLength: 1 } },
    required: ['city'],
    additionalProperties: false,
  },
  { properties: { any: { type: 'object' } } },
);
const tools = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom(...names),
      description: fc.constantFrom('', ' ', 'Does it.'),
      parameters,
      strict: fc.option(fc.boolean()),
      custom: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4, selector: ({ name }) => name },
  )
  .map((all): Tools =>
    all.map(({ name, description, parameters: schema, strict, custom }) => {
      if (custom) return { type: 'custom', custom: { name, description } };
      const withSchema = schema === undefined ? {} : { parameters: schema as never };
      return { type: 'function', function: { name, description, strict, ...withSchema } };
    }),
  );

const schema = fc.constantFrom(
  {
    type: 'object',
    properties: {
      age: { type: 'integer', minimum: 0 },
      tags: { type: 'array', minItems: 2, items: { type: ['string', 'null'] } },
    },
  },
  { type: 'object', additionalProperties: { type: 'string' } },
  { type: 'object', properties: { kids: { $ref: '#' } } },
  { type: 'array' },
  {},
);

const choices = fc.constantFrom(
  'none',
  'auto',
  'required',
  { type: 'function', function: { name: 'get_weather' } },
  {
    type: 'allowed_tools',
    allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'get_weather' } }] },
  },
);

const settings = fc.record(
  {
    tools,
    tool_choice: choices,
    parallel_tool_calls: fc.boolean(),
    response_format: fc.oneof(
      fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
      schema.map((json) => ({ type: 'json_schema', json_schema: { name: 'answer', schema: json } })),
    ),
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    max_tokens: fc.integer({ min: 1, max: 4000 }),
    max_completion_tokens: fc.integer({ min: 1, max: 4000 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    stop: fc.constantFrom('END', '', ['a', 'b'], 'END', '', ['a', 'b'], ['\n']),
    n: fc.constantFrom(1, 2, 8, 9),
    service_tier: fc.constantFrom('auto', 'default', 'flex', 'scale', 'priority', 'fast'),
    metadata: fc.constantFrom({}, { team: 'search' }, { é: 'x' }, { note: 'why?' }),
    prompt_cache_key: fc.constant('k'),
    prompt_cache_options: fc.constantFrom({ mode: 'explicit' }, { ttl: '30m' }),
    stream: fc.boolean(),
    seed: fc.integer(),
  },
  { requiredKeys: [] },
);

/** A choice among no tools is refused: most requests shall get further. */
function sensible(given: Settings, keep: boolean): Settings {
  const { tool_choice: _choice, parallel_tool_calls: _parallel, ...rest } = given;
  return given.tools || keep ? given : rest;
}

type Settings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

function body(said: readonly Message[], more: Settings): unknown {
  return { model: 'gpt-4o', messages: said, ...more };
}

/** Requests that pass validation, of every shape that the translation tells apart; some are mistakes. */
export const requests = (senses: Senses) =>
  fc
    .tuple(messages(senses), settings, fc.integer({ min: 0, max: 9 }))
    .map(([said, more, chance]) => body(said, sensible(more, chance === 0)));
