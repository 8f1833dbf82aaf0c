import path from 'node:path';
import { interleaved, type Bench } from '../bench.ts';
import { row, type Figure } from '../figure.ts';
import { gatewayEnv } from '../gateway-env.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, pieceStart } from '../payloads.ts';
import { start } from '../processes.ts';
import type { Invoked } from '../servers/lambda.ts';

const edges = ['streaming', 'buffered'] as const;
const titles = { streaming: 'REST API event, streamed answer', buffered: 'HTTP API event, buffered answer' } as const;

/** The bundle as Lambda calls it: one event after the other, with no HTTP server of ours in front. */
export async function eventPath(bench: Bench): Promise<Figure[]> {
  const { cores, options, folder, backend } = bench;
  const server = await start({
    script: new URL('../servers/lambda.ts', import.meta.url),
    core: cores?.server,
    env: { ...gatewayEnv(backend.origin), BUNDLE: path.join(folder, 'bundle', 'index.mjs') },
  });
  const payload = conversation(460, { turns: 1 });
  const rounds = await interleaved(options.rounds, edges, async (edge) => {
    const invoked = await server.ask<Invoked>({ edge, event: eventText(edge, payload), ms: options.roundMs });
    if (!invoked.answer.includes(pieceStart)) throw new Error(`the ${edge} function answered: ${invoked.answer}`);
    return invoked;
  });
  await server.stop();
  const rows = (value: (invoked: Invoked) => number) =>
    edges.map((edge) => row(titles[edge], (rounds.get(edge) ?? []).map(value)));
  return [
    {
      id: 'event-requests',
      title: 'Lambda events a second, 460 B chat, one at a time',
      unit: '/s',
      rows: rows(({ requests, ms }) => (requests * 1000) / ms),
      goals: [],
    },
    {
      id: 'event-cpu',
      title: 'CPU per Lambda event, 460 B chat',
      unit: 'µs',
      rows: rows(({ cpuMicros }) => cpuMicros),
      goals: [],
    },
  ];
}
