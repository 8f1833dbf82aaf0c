import path from 'node:path';
import type { Bench } from '../bench.ts';
import { goal, row, type Figure } from '../figure.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, failing, modelFor, type Payload } from '../payloads.ts';
import { start, type Server } from '../processes.ts';
import type { Mixed, Mixture } from '../servers/lambda.ts';
import type { Usage } from '../servers/reporter.ts';
import { tlsBackend } from '../tls-backend.ts';

const megabyte = 1_000_000;

/** Windows that the time is cut into; longer runs have one for each minute. */
const minWindows = 5;

/** An event of the mixture, and how often it comes in a cycle. */
interface Ingredient {
  readonly times: number;
  readonly payload: Payload;
  readonly status: number;
}

const short = conversation(460, { turns: 1 });
const stream = (name?: string): Payload => conversation(460, { turns: 1, stream: true, ...(name && { name }) });

/** Chats, streams, refusals, throttling, and connections that break before an answer or within a stream. */
const ingredients: readonly Ingredient[] = [
  { times: 40, payload: short, status: 200 },
  { times: 4, payload: conversation(105_000, { turns: 51 }), status: 200 },
  { times: 30, payload: stream(), status: 200 },
  { times: 8, payload: stream(modelFor({ deltas: 200, chars: 5 })), status: 200 },
  {
    times: 8,
    payload: { ...short, chat: Buffer.from(JSON.stringify({ model: short.model, messages: 'none' })) },
    status: 400,
  },
  { times: 4, payload: { ...short, chat: Buffer.from('{') }, status: 400 },
  { times: 1, payload: conversation(460, { turns: 1, name: failing('throttled') }), status: 429 },
  { times: 1, payload: stream(failing('throttled')), status: 429 },
  { times: 3, payload: stream(failing('cut')), status: 200 },
  { times: 1, payload: conversation(460, { turns: 1, name: failing('reset') }), status: 502 },
];

/** Measures what one Lambda environment holds on to under mixed load and faults, one event at a time. */
export async function environmentMemory(bench: Bench): Promise<Figure[]> {
  const { cores, folder, options } = bench;
  const backend = await tlsBackend(bench);
  const server = await start({
    script: new URL('../servers/lambda.ts', import.meta.url),
    core: cores?.server,
    // Lines about failures, which the mixture is full of, go there.
    quiet: true,
    env: { ...backend.env, BUNDLE: path.join(folder, 'bundle', 'index.mjs') },
  });
  const count = Math.max(minWindows, Math.floor(options.minutes));
  const ms = options.quick ? 1 : (options.minutes * 60_000) / count;
  const windows: Usage[] = [];
  for (let window = 0; window < count; window += 1) windows.push(await load(server, ms));
  await Promise.all([server, backend].map((each) => each.stop()));
  return [figure(windows, options.minutes)];
}

/** Loads the environment for some time, and gives what is left after a full garbage collection. */
async function load(server: Server, ms: number): Promise<Usage> {
  const mixture: Mixture = { edge: 'streaming', cycle: shuffled(), ms };
  const { wrong } = await server.ask<Mixed>(mixture);
  if (wrong !== undefined) throw new Error(`the environment answered: ${wrong}`);
  return server.settled();
}

/** Spreads each ingredient over the cycle. */
function shuffled(): Mixture['cycle'] {
  return ingredients
    .flatMap(({ times, payload, status }) => {
      const event = eventText('streaming', payload);
      return Array.from({ length: times }, (_, index) => ({ at: (index + 0.5) / times, event, status }));
    })
    .toSorted((one, other) => one.at - other.at);
}

function figure(windows: readonly Usage[], minutes: number): Figure {
  const resident = windows.map(({ rssBytes }) => rssBytes / megabyte);
  const heap = windows.map(({ heapBytes }) => heapBytes / megabyte);
  const highWater = windows.map(({ highWaterBytes }) => highWaterBytes / megabyte);
  const growth = (values: readonly number[]): number[] => [(values.at(-1) ?? Number.NaN) / (values[1] ?? Number.NaN)];
  const kind = windows.length === minutes ? 'minute' : 'fifth';
  const rows = (name: string, values: readonly number[]) =>
    [2, windows.length].map((at) => row(`${name}, ${kind} ${at}`, [values[at - 1] ?? Number.NaN]));
  return {
    id: 'environment-memory',
    title: `Memory of one environment over ${minutes} minutes of mixed load and faults, garbage collected`,
    unit: 'MB',
    rows: [...rows('resident', resident), ...rows('heap', heap), row('high-water mark', [highWater.at(-1) ?? 0])],
    goals: [
      goal(
        `resident memory of an environment, last ${kind} over the 2nd`,
        { atMost: 1.1, unit: '×' },
        growth(resident),
      ),
      goal(`heap of an environment, last ${kind} over the 2nd`, { atMost: 1.1, unit: '×' }, growth(heap)),
    ],
  };
}
