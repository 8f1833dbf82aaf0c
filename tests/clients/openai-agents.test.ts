import {
  Agent,
  OpenAIProvider,
  Runner,
  setTracingDisabled,
  tool,
  type AgentInputItem,
  type AgentOutputType,
} from '@openai/agents';
import { z } from 'zod';
import { useStack } from './stack.ts';

const stack = useStack();
const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const question = 'What is the weather in Berlin?';
// Traces would go to OpenAI.
setTracingDisabled(true);

const weather = tool({
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `clear in ${city}`,
});
const guide = { name: 'Guide', instructions: 'Be brief.', model: 'gpt-4o' };

/** The SDK in its default mode: only the client is given, as `OPENAI_BASE_URL` and `OPENAI_API_KEY` would give it. */
function runner(): Runner {
  return new Runner({ modelProvider: new OpenAIProvider({ openAIClient: stack.openai }) });
}

test('a loop of a tool ends with its result', async () => {
  const result = await runner().run(new Agent({ ...guide, tools: [weather] }), question);
  expect(result.finalOutput).toContain('clear in Berlin');
  expect(result.newItems.map(({ type }) => type)).toEqual([
    'tool_call_item',
    'tool_call_output_item',
    'message_output_item',
  ]);
});

test('a streamed loop with signed reasoning, and nothing stored', async () => {
  const modelSettings = {
    reasoning: { effort: 'low' as const },
    store: false,
    providerData: { include: ['reasoning.encrypted_content'] },
  };
  const agent = new Agent({ ...guide, model: claude, tools: [weather], modelSettings });
  const result = await runner().run(agent, question, { stream: true });
  let text = '';
  for await (const piece of result.toTextStream()) text += piece;
  await result.completed;
  expect(text).toBe(result.finalOutput);
  expect(text).toContain('clear in Berlin');
  expect(kinds(result.history)).toEqual([
    'user',
    'reasoning',
    'function_call',
    'function_call_result',
    'reasoning',
    'assistant',
  ]);
});

function kinds(items: readonly AgentInputItem[]): (string | undefined)[] {
  return items.map((item) => ('role' in item ? item.role : item.type));
}

test('a handoff goes to the other agent', async () => {
  const berlin = new Agent({ ...guide, name: 'Berlin', handoffDescription: 'Knows Berlin' });
  const agent = Agent.create({ ...guide, handoffs: [berlin] });
  const result = await runner().run(agent, 'Transfer me to Berlin');
  expect(result.lastAgent?.name).toBe('Berlin');
});

test('structured output is a typed value', async () => {
  const River = z.object({ name: z.string(), countries: z.array(z.string()) });
  const outputType: AgentOutputType = River;
  const result = await runner().run(new Agent({ ...guide, outputType }), 'Describe the Danube');
  expect(River.safeParse(result.finalOutput).success).toBe(true);
});
