// The real bundle without an edge: events go in one at a time, as in a Lambda environment.
import { pathToFileURL } from 'node:url';
import type { Edge } from '../lambda-event.ts';
import { installRuntime, invoke } from './invoke.ts';

/** How many invocations, of what. */
export interface Invocations {
  readonly edge: Edge;
  readonly event: string;
  readonly ms: number;
}

/** What they took. */
export interface Invoked {
  readonly requests: number;
  readonly ms: number;
  readonly cpuMicros: number;
  /** The beginning of the last answer. */
  readonly answer: string;
}

installRuntime();
const bundle = (await import(pathToFileURL(process.env['BUNDLE'] ?? '').href)) as Record<string, unknown>;

async function run({ edge, event, ms }: Invocations): Promise<Invoked> {
  const before = process.cpuUsage();
  const began = performance.now();
  let requests = 0;
  let answer = '';
  while (performance.now() - began < ms) {
    answer = await invoke(bundle, edge, event);
    requests += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return {
    requests,
    ms: performance.now() - began,
    cpuMicros: (user + system) / requests,
    answer: answer.slice(0, 1000),
  };
}

process.on('message', (message: Invocations | string) => {
  if (typeof message !== 'string') void run(message).then((invoked) => process.send?.(invoked));
});
process.send?.({ origin: '' });
