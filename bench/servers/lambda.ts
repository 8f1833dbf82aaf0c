// A bundle without an edge: events go in one at a time, as in a Lambda environment.
import { pathToFileURL } from 'node:url';
import type { Edge } from '../lambda-event.ts';
import { installRuntime, invoke, type Answer } from './invoke.ts';

/** A job: the same event, so many times. */
export interface Invocations {
  readonly edge: Edge;
  readonly event: string;
  readonly requests: number;
}

/** What a job took. */
export interface Invoked {
  readonly perSecond: number;
  /** CPU of one event, garbage collection included, in microseconds. */
  readonly cpuMicros: number;
  /** Text of the last answer. */
  readonly answer: string;
}

installRuntime();
const bundle = (await import(pathToFileURL(process.env['BUNDLE'] ?? '').href)) as Record<string, unknown>;

async function run({ edge, event, requests }: Invocations): Promise<Invoked> {
  const before = process.cpuUsage();
  const began = performance.now();
  let answer: Answer = [];
  for (let count = 0; count < requests; count += 1) answer = await invoke(bundle, edge, event);
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (requests * 1000) / (performance.now() - began),
    cpuMicros: (user + system) / requests,
    answer: answer.join(''),
  };
}

process.on('message', (message: Invocations | string) => {
  if (typeof message !== 'string') void run(message).then((invoked) => process.send?.(invoked));
});
process.send?.({ origin: '' });
