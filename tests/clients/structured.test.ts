import type OpenAI from 'openai';
import { LengthFinishReasonError } from 'openai/error';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { useStack } from './stack.ts';
import { messageOf } from './tools.ts';

const stack = useStack();
const models = {
  'a native schema': 'gpt-4o',
  'a strict tool': 'us.anthropic.claude-sonnet-4-6',
  'a forced tool': 'us.anthropic.claude-opus-4-7',
  'a tool that is only asked for': 'us.anthropic.claude-opus-5-5',
  'a tool of Nova': 'amazon.nova-lite-v1:0',
  "Bedrock's own Chat Completions": 'openai.gpt-oss-120b-1:0',
  'a model that cannot stream tools': 'mistral.mistral-large-2402-v1:0',
};

const River = z.object({
  name: z.string(),
  kilometres: z.number().int().min(1),
  countries: z.array(z.string()),
  navigable: z.boolean(),
  kind: z.enum(['river', 'stream']),
  source: z.object({ lake: z.string().nullable() }),
});
const messages: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'user', content: 'Describe the Danube by a json_answer' },
];
const format = zodResponseFormat(River, 'river');

describe.each(Object.entries(models))('a JSON schema by %s', (_way, model) => {
  test('parse returns a typed value', async () => {
    const completion = await stack.openai.chat.completions.parse({
      model,
      messages,
      response_format: format,
    });
    const [choice] = completion.choices;
    expect(choice?.finish_reason).toBe('stop');
    expect(River.safeParse(choice?.message.parsed).error).toBeUndefined();
    expect(choice?.message.parsed?.name).toBe('Danube');
    expect(choice?.message.tool_calls ?? []).toEqual([]);
  });

  test('a stream returns a typed value', async () => {
    const stream = stack.openai.chat.completions.stream({ model, messages, response_format: format });
    let partial = 0;
    stream.on('content.delta', () => (partial += 1));
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]?.finish_reason).toBe('stop');
    expect(River.safeParse(choices[0]?.message.parsed).error).toBeUndefined();
    expect(partial).toBeGreaterThan(0);
  });
});

test('json_object returns JSON, buffered and streamed', async () => {
  for (const model of [stack.gateway.model, 'amazon.nova-lite-v1:0', 'us.anthropic.claude-sonnet-5']) {
    const asked = { model, messages, response_format: { type: 'json_object' } as const };
    const whole = messageOf(await stack.openai.chat.completions.create(asked)).content ?? '';
    expect(JSON.parse(whole)).toEqual(expect.any(Object));
    const streamed = await stack.openai.chat.completions.stream(asked).finalContent();
    expect(JSON.parse(streamed ?? '')).toEqual(JSON.parse(whole));
  }
});

test('a schema with tools returns the call first, then the JSON', async () => {
  const lookUp = zodFunction({
    name: 'look_up_length',
    description: 'The length of a river',
    parameters: z.object({ river: z.string() }),
  });
  for (const model of [stack.gateway.model, 'us.anthropic.claude-sonnet-4-6']) {
    const ask: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is the length of the Danube?' }];
    const asked = { model, tools: [lookUp], response_format: format };
    const first = await stack.openai.chat.completions.parse({ ...asked, messages: ask });
    const [call] = first.choices[0]?.message.tool_calls ?? [];
    expect(parsedArguments(call)).toEqual({ river: 'Danube' });
    const result = { role: 'tool', tool_call_id: call?.id ?? '', content: '2850' } as const;
    const { tools: _tools, ...rest } = asked;
    const next = [...ask, messageOf(first), result];
    const second = await stack.openai.chat.completions.parse({ ...rest, messages: next });
    expect(River.safeParse(second.choices[0]?.message.parsed).error).toBeUndefined();
  }
});

test('a stream returns parsed arguments of strict tools', async () => {
  const tool = zodFunction({ name: 'describe_river', parameters: River });
  for (const model of Object.values(models)) {
    const stream = stack.openai.chat.completions.stream({ model, messages, tools: [tool], tool_choice: 'required' });
    const { choices } = await stream.finalChatCompletion();
    const [call, ...others] = choices[0]?.message.tool_calls ?? [];
    expect(call?.type === 'function' && call.function.name).toBe('describe_river');
    expect(River.safeParse(parsedArguments(call)).error).toBeUndefined();
    expect(others).toEqual([]);
  }
});

/** What the client made of a call's arguments. */
function parsedArguments(call: OpenAI.ParsedChatCompletionMessageToolCall | undefined): unknown {
  return call?.type === 'function' ? call.function.parsed_arguments : undefined;
}

test('a truncated answer is not parsed', async () => {
  const cut = stack.openai.chat.completions.parse({
    model: stack.gateway.model,
    messages,
    response_format: format,
    max_completion_tokens: 3,
  });
  await expect(cut).rejects.toThrow(LengthFinishReasonError);
});

test('a schema that is not an object is refused', async () => {
  const refused = stack.openai.chat.completions.create({
    model: stack.gateway.model,
    messages,
    response_format: { type: 'json_schema', json_schema: { name: 'list', schema: { type: 'array' } } },
  });
  await expect(refused).rejects.toMatchObject({ status: 400, param: 'response_format.json_schema.schema' });
});
