import { interleaved, type Bench } from '../bench.ts';
import { goal, row, type Figure } from '../figure.ts';
import { conversation, prose } from '../payloads.ts';
import { start } from '../processes.ts';
import type { Validated } from '../servers/validation.ts';
import { median, ratios } from '../stats.ts';

/** The least that counts: below it, a share of the parsing says nothing. */
const enoughMs = 1;

/** What checking a request of 1 MB costs, beside the parsing that nobody can do without. */
export async function validation(bench: Bench): Promise<Figure[]> {
  const script = new URL('../servers/validation.ts', import.meta.url);
  const server = await start({ script, core: bench.cores?.server });
  const texts = { 'long messages': longMessages(), 'tools and small parts': smallParts() };
  const names = ['long messages', 'tools and small parts'] as const;
  const times = bench.options.quick ? 1 : 20;
  const rounds = await interleaved(bench.options.rounds, names, (name) =>
    server.ask<Validated>({ text: texts[name], times }),
  );
  await server.stop();
  return names.map((name) => figure(name, rounds.get(name) ?? []));
}

function figure(name: string, rounds: readonly Validated[]): Figure {
  const parse = rounds.map(({ parseMs }) => parseMs);
  const validate = rounds.map(({ validateMs }) => validateMs);
  const share = goal(
    `validation of 1 MB (${name}), share of JSON.parse`,
    { atMost: 25, unit: '%' },
    ratios(validate, parse).map((ratio) => ratio * 100),
  );
  return {
    id: `validation-${name.replaceAll(' ', '-')}`,
    title: `Validation of a 1 MB request: ${name}`,
    unit: 'ms',
    rows: [row('JSON.parse', parse), row('validation', validate)],
    goals: [{ ...share, goal: `${share.goal}, or ≤ ${enoughMs} ms`, met: share.met || median(validate) <= enoughMs }],
  };
}

function longMessages(): string {
  return conversation(1_000_000, { turns: 501 }).chat.toString();
}

/** The other extreme: hardly any text between the members. */
function smallParts(): string {
  const parts = Array.from({ length: 20 }, (_, index) => ({ type: 'text', text: prose(60, index) }));
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string', description: prose(40) } },
    required: ['city'],
  };
  const tools = Array.from({ length: 100 }, (_, index) => ({
    type: 'function',
    function: { name: `look_up_${index}`, description: prose(80), parameters },
  }));
  const turn = [
    { role: 'user', content: parts },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up_1', arguments: '{"city":"Paris"}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: prose(60) },
  ];
  const turns = Math.round((1_000_000 - JSON.stringify(tools).length) / JSON.stringify(turn).length);
  return JSON.stringify({ model: 'any', tools, messages: Array.from({ length: turns }, () => turn).flat() });
}
