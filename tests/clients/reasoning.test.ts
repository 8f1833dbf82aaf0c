import type OpenAI from 'openai';
import { answering, byConverse, failuresOf, useStack } from './stack.ts';
import { answers, called, clock, messageOf, question, runnableWeather, weather } from './tools.ts';

type Message = OpenAI.ChatCompletionMessageParam;
type Effort = NonNullable<OpenAI.ReasoningEffort>;

const stack = useStack();

const hello: Message[] = [{ role: 'user', content: 'Tell me about rivers' }];
const tools = [weather, clock];
const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const nova = 'us.amazon.nova-2-lite-v1:0';
const gptOss = 'openai.gpt-oss-120b-1:0';
/** What shows its reasoning, however it is asked to. */
const thinkers = [
  claude,
  'us.anthropic.claude-sonnet-4-6',
  'us.anthropic.claude-opus-4-7',
  'us.anthropic.claude-sonnet-5',
  'us.anthropic.claude-opus-5-5',
  nova,
  gptOss,
];

/** The member that OpenAI's own types do not know. */
function reasoningOf(message: object): string | undefined {
  return (message as { reasoning_content?: string }).reasoning_content;
}

test('reasoning models return their reasoning, buffered and streamed', async () => {
  const failures = await failuresOf(thinkers, async (model) => {
    const asked = {
      ...byConverse,
      model,
      messages: hello,
      reasoning_effort: 'low' as const,
      max_completion_tokens: 500,
    };
    const { data, response } = await stack.openai.chat.completions.create(asked).withResponse();
    const whole = messageOf(data);
    expect(reasoningOf(whole)).toMatch(/\S/);
    expect(whole.content).toContain('Tell me about rivers');
    expect(response.headers.get('x-gateway-ignored')).toBeNull();
    const streamed = { reasoning: '', content: '' };
    for await (const { choices } of await stack.openai.chat.completions.create({ ...asked, stream: true })) {
      const delta = choices[0]?.delta ?? {};
      // The reasoning comes first: whatever of it came later would be missing here.
      if (streamed.content === '') streamed.reasoning += reasoningOf(delta) ?? '';
      streamed.content += delta.content ?? '';
    }
    expect(streamed).toEqual({ reasoning: reasoningOf(whole), content: whole.content });
  });
  expect(failures).toEqual([]);
});

const efforts: Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

test.each(efforts)('every listed model accepts the effort %s or reports it as ignored', async (effort) => {
  const heard = await Promise.all(
    answering(stack.gateway).map(async (model) => {
      const sampling = { temperature: 0.5, max_completion_tokens: 3000 };
      const asked = { ...byConverse, model, messages: hello, reasoning_effort: effort, ...sampling };
      const { data, response } = await stack.openai.chat.completions.create(asked).withResponse();
      const thought = reasoningOf(messageOf(data)) !== undefined;
      const ignored = response.headers.get('x-gateway-ignored')?.split(', ').includes('reasoning_effort') ?? false;
      return { model, thought, ignored };
    }),
  );
  // Whoever heard the wish thinks as it says; GPT-5.x keeps its thoughts to itself.
  const open = heard.filter(({ ignored, model }) => !ignored && !model.includes('gpt-5'));
  expect(open.filter(({ thought }) => thought !== (effort !== 'none'))).toEqual([]);
  expect(heard.filter(({ ignored }) => ignored).map(({ model }) => model)).not.toContain(claude);
});

describe('a tool loop with reasoning models', () => {
  const models = [...thinkers, 'global.openai.gpt-5.6-luna'];

  test.each([false, true])('rule 27: works for a client that echoes messages; streamed: %s', async (stream) => {
    expect(await failuresOf(models, (model) => loop(model, stream))).toEqual([]);
  });

  test("works with the client's own runner", async () => {
    const failures = await failuresOf(models, async (model) => {
      const cities: string[] = [];
      const asked = { ...byConverse, model, reasoning_effort: 'medium' as const, stream: true as const };
      const runner = stack.openai.chat.completions.runTools({
        ...asked,
        messages: [question],
        tools: [runnableWeather(cities)],
      });
      expect(await runner.finalContent()).toContain('clear over Berlin');
      expect(cities).toEqual(['Berlin']);
    });
    expect(failures).toEqual([]);
  });
});

/** Two turns of calls, and one without. */
async function loop(model: string, stream: boolean): Promise<void> {
  const messages: Message[] = [question];
  const turn = async (): Promise<OpenAI.ChatCompletionMessage> => {
    const asked = { ...byConverse, model, tools, reasoning_effort: 'medium' as const, messages };
    if (stream) return stack.openai.chat.completions.stream(asked).finalMessage();
    const { data, response } = await stack.openai.chat.completions.create(asked).withResponse();
    // Had its reasoning not come back, Claude would have had to go on without.
    expect(response.headers.get('x-gateway-ignored')).toBeNull();
    return messageOf(data);
  };
  for (const text of ['And the weather in Paris, by the clock?', 'Thank you']) {
    const calling = await turn();
    expect(called(calling)).toEqual(['get_weather', 'read_clock']);
    messages.push(calling, ...answers(calling));
    const told = await turn();
    expect(told.content).toContain('noon');
    messages.push(told, { role: 'user', content: text });
  }
  expect((await turn()).content).toContain('Thank you');
}

test('rule 27: encrypted reasoning is returned and accepted again', async () => {
  const asked = { model: claude, tools, reasoning_effort: 'low' as const };
  const metadata = { 'simulator-fault': 'redacted-reasoning' };
  const calling = messageOf(await stack.openai.chat.completions.create({ ...asked, metadata, messages: [question] }));
  expect(reasoningOf(calling)).toBeUndefined();
  const messages = [question, calling, ...answers(calling)];
  const { data, response } = await stack.openai.chat.completions.create({ ...asked, messages }).withResponse();
  expect(response.headers.get('x-gateway-ignored')).toBeNull();
  expect(reasoningOf(messageOf(data))).toMatch(/\S/);
});

test('a client that replaces tool call IDs continues without reasoning, and it is reported', async () => {
  const asked = { model: claude, tools, reasoning_effort: 'low' as const };
  const calling = messageOf(await stack.openai.chat.completions.create({ ...asked, messages: [question] }));
  const [first, second] = calling.tool_calls ?? [];
  if (!first || !second) throw new Error('expected two calls');
  const renamed = {
    ...calling,
    tool_calls: [
      { ...first, id: 'call_1' },
      { ...second, id: 'call_2' },
    ],
  };
  const messages = [question, renamed, ...answers(renamed)];
  const { data, response } = await stack.openai.chat.completions.create({ ...asked, messages }).withResponse();
  expect(messageOf(data).content).toContain('noon');
  expect(reasoningOf(messageOf(data))).toBeUndefined();
  expect(response.headers.get('x-gateway-ignored')).toBe('reasoning_effort');
});

test('a conversation may change models: Claude with reasoning, Nova, gpt-oss, Claude again', async () => {
  const messages: Message[] = [question];
  for (const model of [claude, nova, gptOss, 'us.anthropic.claude-sonnet-4-6', claude]) {
    const asked = { model, tools, reasoning_effort: 'low' as const };
    const calling = messageOf(await stack.openai.chat.completions.create({ ...asked, messages }));
    expect(called(calling)).toEqual(['get_weather', 'read_clock']);
    messages.push(calling, ...answers(calling));
    // The results go to the next model, which has not made the calls.
    const next = model === claude ? nova : claude;
    const other = messageOf(await stack.openai.chat.completions.create({ ...asked, model: next, messages }));
    const same = messageOf(await stack.openai.chat.completions.create({ ...asked, messages }));
    expect([other.content, same.content]).toEqual([expect.stringContaining('noon'), expect.stringContaining('noon')]);
    messages.push(same, question);
  }
});

test('a reasoning budget leaves room for the requested answer', async () => {
  const asked = { model: claude, messages: hello, reasoning_effort: 'high' as const, max_completion_tokens: 30 };
  const { choices } = await stack.openai.chat.completions.create(asked);
  expect(choices[0]?.message.content).toMatch(/^You wrote/);
});
