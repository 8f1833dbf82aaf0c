import type OpenAI from 'openai';
import { BadRequestError } from 'openai';
import { answering, useStack } from './stack.ts';
import { answers, called, clock, messageOf, question, runnableWeather, weather } from './tools.ts';

const stack = useStack();
/** What the local stack calls its main model. */
const model = 'gpt-4o';

const tools = [weather, clock];
const messages = [question];
const allowed = (mode: 'auto' | 'required'): OpenAI.ChatCompletionAllowedToolChoice => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: [{ type: 'function', function: { name: 'read_clock' } }] },
});

test.each<[string, OpenAI.ChatCompletionToolChoiceOption | undefined, string[]]>([
  ['nothing', undefined, ['get_weather', 'read_clock']],
  ['auto', 'auto', ['get_weather', 'read_clock']],
  ['none', 'none', []],
  ['required', 'required', ['get_weather', 'read_clock']],
  ['one named', { type: 'function', function: { name: 'read_clock' } }, ['read_clock']],
  ['some allowed', allowed('auto'), ['read_clock']],
  ['one of some required', allowed('required'), ['read_clock']],
])('honours tool_choice: %s', async (_name, choice, names) => {
  const asked = { model, messages, tools, ...(choice !== undefined && { tool_choice: choice }) };
  const whole = await stack.issued.chat.completions.create(asked);
  expect(called(messageOf(whole))).toEqual(names);
  expect(whole.choices[0]?.finish_reason).toBe(names.length > 0 ? 'tool_calls' : 'stop');
  const streamed = await stack.issued.chat.completions.stream(asked).finalChatCompletion();
  expect(called(messageOf(streamed))).toEqual(names);
  expect(streamed.choices[0]?.finish_reason).toBe(whole.choices[0]?.finish_reason);
});

test('arguments match their schema, buffered and streamed', async () => {
  const asked = { model, messages, tools };
  const [first, second] = messageOf(await stack.issued.chat.completions.create(asked)).tool_calls ?? [];
  const expected = { city: 'Berlin', unit: 'celsius' };
  expect(first).toMatchObject({ type: 'function', function: { name: 'get_weather' } });
  expect(first?.type === 'function' && JSON.parse(first.function.arguments)).toEqual(expected);
  expect(second?.type === 'function' && second.function.arguments).toBe('{}');
  expect(new Set([first?.id, second?.id]).size).toBe(2);

  const done: { name: string; index: number; arguments: string }[] = [];
  const stream = stack.issued.chat.completions.stream(asked);
  stream.on('tool_calls.function.arguments.done', ({ name, index, arguments: text }) =>
    done.push({ name, index, arguments: text }),
  );
  await stream.done();
  expect(done).toEqual([
    { name: 'get_weather', index: 0, arguments: JSON.stringify(expected) },
    { name: 'read_clock', index: 1, arguments: '{}' },
  ]);
});

test('rule 20: a streamed call has its ID and name once, numbered from 0', async () => {
  const stream = await stack.issued.chat.completions.create({ model, messages, tools, stream: true });
  const deltas: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall[] = [];
  for await (const { choices } of stream) deltas.push(...(choices[0]?.delta.tool_calls ?? []));
  for (const index of [0, 1]) {
    const [head, ...rest] = deltas.filter((delta) => delta.index === index);
    expect(head).toMatchObject({ id: expect.any(String), type: 'function', function: { name: expect.any(String) } });
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.every((delta) => delta.id === undefined && delta.function?.name === undefined)).toBe(true);
  }
});

test('parallel calls can be disabled', async () => {
  for (const choice of ['auto', 'required'] as const) {
    const asked = { model, messages, tools, tool_choice: choice, parallel_tool_calls: false };
    expect(called(messageOf(await stack.issued.chat.completions.create(asked)))).toEqual(['get_weather']);
  }
});

test('every model with tools completes a loop, buffered and streamed; other models refuse tools', async () => {
  const listed = answering(stack.gateway);
  const outcomes = await Promise.all(listed.map(async (id) => [id, await loops(id)] as const));
  const without = outcomes.filter(([, outcome]) => outcome !== 'answered');
  expect(without).toEqual([
    ['mistral.mistral-7b-instruct-v0:2', 'unsupported_parameter tools'],
    ['us.deepseek.r1-v1:0', 'unsupported_parameter tools'],
  ]);
});

async function loops(id: string): Promise<string> {
  const asked = { model: id, tools, stream_options: { include_usage: true } };
  try {
    const { message } = (await stack.openai.chat.completions.create({ model: id, tools, messages })).choices[0] ?? {};
    if (message === undefined || called(message).length !== 2) return 'called something else';
    const next = [...messages, message, ...answers(message)];
    const streamed = await stack.openai.chat.completions.stream({ ...asked, messages: next }).finalMessage();
    // A further turn without tools: what was called and answered is told in words.
    const last = [...next, streamed, { role: 'user', content: 'Thank you' } as const];
    const thanks = messageOf(await stack.openai.chat.completions.create({ model: id, messages: last }));
    return streamed.content?.includes('noon') && thanks.content?.includes('Thank you') ? 'answered' : 'forgot';
  } catch (error) {
    return error instanceof BadRequestError ? `${error.code} ${error.param}` : String(error);
  }
}

test('runTools completes the loop, buffered and streamed', async () => {
  const cities: string[] = [];
  const asked = { model, messages, tools: [runnableWeather(cities)] };
  const whole = stack.issued.chat.completions.runTools(asked);
  expect(await whole.finalContent()).toContain('clear over Berlin');
  expect((await whole.totalUsage()).total_tokens).toBeGreaterThan(50);
  const streamed = stack.issued.chat.completions.runTools({ ...asked, stream: true });
  expect(await streamed.finalContent()).toContain('clear over Berlin');
  expect(cities).toEqual(['Berlin', 'Berlin']);
  expect(streamed.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
});

test('serves the deprecated functions, buffered and streamed', async () => {
  const functions = [{ ...weather.function, parameters: weather.function.parameters ?? {} }];
  const asked = { model, messages, functions, function_call: { name: 'get_weather' } };
  const whole = await stack.issued.chat.completions.create(asked);
  expect(whole.choices[0]).toMatchObject({
    finish_reason: 'function_call',
    message: { function_call: { name: 'get_weather', arguments: JSON.stringify({ city: 'Berlin', unit: 'celsius' }) } },
  });
  expect(messageOf(whole).tool_calls).toBeUndefined();
  const streamed = await stack.issued.chat.completions.stream(asked).finalChatCompletion();
  expect(streamed.choices[0]).toMatchObject({ finish_reason: 'function_call' });
  expect(streamed.choices[0]?.message.function_call).toEqual(messageOf(whole).function_call);
  const next = await stack.issued.chat.completions.create({
    model,
    functions,
    messages: [question, messageOf(whole), { role: 'function', name: 'get_weather', content: 'clear, 21 degrees' }],
  });
  expect(messageOf(next).content).toContain('clear, 21 degrees');
  expect(next.choices[0]?.finish_reason).toBe('stop');
});

test('custom tools receive free text, buffered and streamed', async () => {
  const custom = { type: 'custom', custom: { name: 'run_code', description: 'Runs code' } } as const;
  const asked = {
    model,
    messages: [{ role: 'user', content: 'Run something in Python' }] satisfies OpenAI.ChatCompletionMessageParam[],
    tools: [custom, weather],
    tool_choice: { type: 'custom', custom: { name: 'run_code' } } as const,
  };
  const whole = messageOf(await stack.issued.chat.completions.create(asked));
  expect(whole.tool_calls).toEqual([
    { id: expect.any(String), type: 'custom', custom: { name: 'run_code', input: 'Python' } },
  ]);
  let input = '';
  for await (const { choices } of await stack.issued.chat.completions.create({ ...asked, stream: true })) {
    for (const call of choices[0]?.delta.tool_calls ?? [])
      input += (call as { custom?: { input?: string } }).custom?.input ?? '';
  }
  expect(input).toBe('Python');
  const { tool_choice: _choice, ...free } = asked;
  const next = await stack.issued.chat.completions.create({
    ...free,
    messages: [...asked.messages, whole, ...answers(whole)],
  });
  expect(messageOf(next).content).toContain('done');
});

test.each<[string, Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>, string]>([
  [
    'a choice that names no given tool',
    { tools, tool_choice: { type: 'function', function: { name: 'other' } } },
    'tool_choice',
  ],
  ['a choice without tools', { tool_choice: 'auto' }, 'tool_choice'],
  ['parallel calls without tools', { parallel_tool_calls: true }, 'parallel_tool_calls'],
  [
    'a result of no call',
    { messages: [question, { role: 'tool', tool_call_id: 'call_1', content: '' }] },
    'messages[1].tool_call_id',
  ],
])('%s is refused', async (_name, asked, param) => {
  const refused = stack.issued.chat.completions.create({ model, messages, ...asked });
  await expect(refused).rejects.toMatchObject({ status: 400, param });
});
