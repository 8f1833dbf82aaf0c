import type OpenAI from 'openai';
import { zodFunction } from 'openai/helpers/zod';
import { z } from 'zod';

type FunctionTool = OpenAI.ChatCompletionFunctionTool;

/** A tool that a question about the weather calls. */
export const weather: FunctionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
};

/** A tool without arguments, which a question about the clock calls. */
export const clock: FunctionTool = { type: 'function', function: { name: 'read_clock' } };

/** The weather tool for clients that run tools themselves; it records the cities of its calls. */
export function runnableWeather(cities: string[]) {
  return zodFunction({
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: z.object({ city: z.string() }),
    function: ({ city }) => {
      cities.push(city);
      return { sky: `clear over ${city}` };
    },
  });
}

/** What each tool answers here. */
const results: Readonly<Record<string, string>> = {
  get_weather: JSON.stringify({ sky: 'clear', degrees: 21 }),
  read_clock: 'noon',
};

export const question: OpenAI.ChatCompletionMessageParam = {
  role: 'user',
  content: 'What is the weather in Berlin, and what does the clock say?',
};

/** How every client answers calls: a message for each. */
export function answers({
  tool_calls: calls = [],
}: OpenAI.ChatCompletionMessage): OpenAI.ChatCompletionToolMessageParam[] {
  return calls.map((call) => {
    const name = call.type === 'function' ? call.function.name : call.custom.name;
    return { role: 'tool', tool_call_id: call.id, content: results[name] ?? 'done' };
  });
}

/** The names of the calls in a message. */
export function called({ tool_calls: calls = [] }: OpenAI.ChatCompletionMessage): string[] {
  return calls.map((call) => (call.type === 'function' ? call.function.name : call.custom.name));
}

/** The one message of an answer. */
export function messageOf({ choices }: OpenAI.ChatCompletion): OpenAI.ChatCompletionMessage {
  const [choice, ...others] = choices;
  if (choice === undefined || others.length > 0) throw new Error(`expected one choice, got ${choices.length}`);
  return choice.message;
}
