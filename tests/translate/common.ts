import * as fc from 'fast-check';
import type { ChatCompletionRequestMessage, ChatRequest } from '../../function/dialects/chat.gen.ts';
import type { ContentBlock, ConverseRequest, Message } from '../../function/dialects/converse.gen.ts';

/**
 * What both dialects can say: requests of each in the one form that the other gives back. Texts are not blank, turns alternate
 * and begin and end with the user, results follow their calls.
 */
const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((said) => said.trim() !== '');

const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
const label = fc.stringMatching(/^[a-zA-Z0-9 :_@$#=/+,.-]{1,64}$/);

const images: readonly [format: 'png' | 'jpeg' | 'gif' | 'webp', bytes: string][] = [
  ['png', 'iVBORw0KGgo='],
  ['jpeg', '/9j/4AAQSkZJRg=='],
  ['gif', 'R0lGODlhAQABAAAAACw='],
  ['webp', 'UklGRhoAAABXRUJQVlA4'],
];

interface Call {
  readonly name: string;
  readonly input: Record<string, string | number>;
  readonly results: readonly string[];
}

type Piece = { readonly text: string } | { readonly image: (typeof images)[number] };

interface Turn {
  readonly asked: readonly Piece[];
  readonly said: readonly string[];
  readonly calls: readonly Call[];
}

/** A request without the words of either dialect. */
interface Wish {
  readonly system: readonly string[];
  readonly turns: readonly Turn[];
  readonly last: readonly Piece[];
  readonly tools: readonly { readonly name: string; readonly description: string | undefined }[];
  readonly choice: 'any' | 'first' | undefined;
  readonly limits: { readonly maxTokens?: number; readonly stop?: string[] };
  readonly sampling: { readonly temperature: number } | { readonly topP: number } | Record<string, never>;
  readonly schema: { readonly name: string; readonly member: string } | undefined;
  readonly labels: Record<string, string> | undefined;
  readonly tier: 'priority' | 'default' | 'flex' | undefined;
}

const pieces = fc.array(
  fc.oneof(
    fc.record({ text }),
    fc.constantFrom(...images).map((image) => ({ image })),
  ),
  { minLength: 1, maxLength: 3 },
);

const input = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer()), { maxKeys: 3 });

const call = fc.record({ name, input, results: fc.array(text, { minLength: 1, maxLength: 2 }) });

const turn: fc.Arbitrary<Turn> = fc
  .record({ asked: pieces, said: fc.array(text, { maxLength: 2 }), calls: fc.array(call, { maxLength: 3 }) })
  .filter(({ said, calls }) => said.length + calls.length > 0);

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const wish: fc.Arbitrary<Wish> = fc.record({
  system: fc.array(text, { maxLength: 3 }),
  turns: fc.array(turn, { maxLength: 4 }),
  last: pieces,
  tools: fc.uniqueArray(fc.record({ name, description: optional(text) }), {
    minLength: 1,
    maxLength: 3,
    selector: (tool) => tool.name.toLowerCase(),
  }),
  choice: fc.constantFrom('any', 'first', undefined),
  limits: fc.record(
    { maxTokens: fc.integer({ min: 1, max: 4000 }), stop: fc.array(text, { minLength: 1, maxLength: 4 }) },
    { requiredKeys: [] },
  ),
  // The family in this direction takes one of the two.
  sampling: fc.oneof(
    fc.record({ temperature: fc.double({ min: 0, max: 1, noNaN: true }).filter((value) => !Object.is(value, -0)) }),
    fc.record({ topP: fc.double({ min: 0, max: 1, noNaN: true }).filter((value) => !Object.is(value, -0)) }),
    fc.constant({}),
  ),
  schema: optional(fc.record({ name, member: fc.stringMatching(/^[a-z]{1,8}$/) })),
  labels: optional(fc.dictionary(label, label, { minKeys: 1, maxKeys: 16, noNullPrototype: true })),
  tier: fc.constantFrom('priority', 'default', 'flex', undefined),
});

/** Calls have the names of tools that are there, and ids of their own. */
function callsOf({ tools }: Wish, { calls }: Turn, at: number): (Call & { readonly id: string })[] {
  return calls.map((made, index) => ({
    ...made,
    name: tools[made.name.length % tools.length]?.name ?? made.name,
    id: `call_${at}_${index}`,
  }));
}

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

function closed(member: string): Record<string, string | boolean | string[] | Record<string, { type: string }>> {
  return {
    type: 'object',
    properties: { [member]: { type: 'string' } },
    required: [member],
    additionalProperties: false,
  };
}

/** Without the members that are undefined. */
function only(members: object): unknown {
  return JSON.parse(JSON.stringify(members));
}

export const converseRequests: fc.Arbitrary<ConverseRequest> = wish.map((wanted) => {
  const { system, tools, choice, limits, sampling, schema, labels, tier } = wanted;
  const inferenceConfig = { maxTokens: limits.maxTokens, ...sampling, stopSequences: limits.stop };
  const jsonSchema = schema && { schema: JSON.stringify(closed(schema.member)), name: schema.name };
  return only({
    messages: converseMessages(wanted),
    system: system.length > 0 ? system.map((said) => ({ text: said })) : undefined,
    toolConfig: {
      tools: tools.map((tool) => ({ toolSpec: { ...tool, inputSchema: { json: parameters } } })),
      toolChoice: schema
        ? undefined
        : { any: { any: {} }, first: { tool: { name: tools[0]?.name } }, none: undefined }[choice ?? 'none'],
    },
    inferenceConfig: Object.values(inferenceConfig).some((value) => value !== undefined) ? inferenceConfig : undefined,
    outputConfig: jsonSchema && { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
    requestMetadata: labels,
    serviceTier: tier && { type: tier },
  }) as ConverseRequest;
});

function converseMessages(wanted: Wish): Message[] {
  const messages: Message[] = [];
  let results: ContentBlock[] = [];
  for (const [at, said] of wanted.turns.entries()) {
    const calls = callsOf(wanted, said, at);
    messages.push({ role: 'user', content: [...results, ...said.asked.map(converseBlock)] });
    const uses = calls.map((made) => ({ toolUse: { toolUseId: made.id, name: made.name, input: made.input } }));
    messages.push({ role: 'assistant', content: [...said.said.map((words) => ({ text: words })), ...uses] });
    results = calls.map((made) => ({
      toolResult: { toolUseId: made.id, content: made.results.map((words) => ({ text: words })) },
    }));
  }
  return [...messages, { role: 'user', content: [...results, ...wanted.last.map(converseBlock)] }];
}

function converseBlock(piece: Piece): ContentBlock {
  if ('text' in piece) return { text: piece.text };
  const [format, bytes] = piece.image;
  return { image: { format, source: { bytes } } };
}

export const chatRequests: fc.Arbitrary<ChatRequest> = wish.map((wanted) => {
  const { system, tools, choice, limits, sampling, schema, labels, tier } = wanted;
  const named = { type: 'function', function: { name: tools[0]?.name } };
  return only({
    model: 'gpt-4o-mini',
    messages: [...(system.length > 0 ? [{ role: 'system', content: texts(system) }] : []), ...chatMessages(wanted)],
    tools: tools.map((tool) => ({ type: 'function', function: { ...tool, parameters } })),
    tool_choice: schema ? undefined : { any: 'required', first: named, none: undefined }[choice ?? 'none'],
    max_completion_tokens: limits.maxTokens,
    temperature: Reflect.get(sampling, 'temperature'),
    top_p: Reflect.get(sampling, 'topP'),
    stop: limits.stop,
    response_format: schema && {
      type: 'json_schema',
      json_schema: { name: schema.name, schema: closed(schema.member), strict: true },
    },
    metadata: labels,
    service_tier: tier,
  }) as ChatRequest;
});

function chatMessages(wanted: Wish): ChatCompletionRequestMessage[] {
  const turns = wanted.turns.flatMap((said, at): ChatCompletionRequestMessage[] => {
    const calls = callsOf(wanted, said, at).map((made) => ({
      made,
      call: {
        id: made.id,
        type: 'function' as const,
        function: { name: made.name, arguments: JSON.stringify(made.input) },
      },
    }));
    const results = calls.map(({ made }) => ({
      role: 'tool' as const,
      tool_call_id: made.id,
      content: texts(made.results),
    }));
    const content = said.said.length > 0 ? texts(said.said) : null;
    const spoken = { role: 'assistant' as const, content };
    const asked = { role: 'user' as const, content: chatContent(said.asked) };
    return [asked, calls.length > 0 ? { ...spoken, tool_calls: calls.map((made) => made.call) } : spoken, ...results];
  });
  return [...turns, { role: 'user', content: chatContent(wanted.last) }];
}

function texts(said: readonly string[]): string | { type: 'text'; text: string }[] {
  return said.length === 1 ? (said[0] ?? '') : said.map((words) => ({ type: 'text', text: words }));
}

function chatContent(asked: readonly Piece[]): Extract<ChatCompletionRequestMessage, { role: 'user' }>['content'] {
  const [first] = asked;
  if (asked.length === 1 && first && 'text' in first) return first.text;
  return asked.map((piece) => {
    if ('text' in piece) return { type: 'text', text: piece.text };
    const [format, bytes] = piece.image;
    return { type: 'image_url', image_url: { url: `data:image/${format};base64,${bytes}` } };
  });
}
