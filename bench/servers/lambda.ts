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

/** A job: a cycle of events, one after the other, for some time. */
export interface Mixture {
  readonly edge: Edge;
  readonly cycle: readonly { readonly event: string; readonly status: number }[];
  readonly ms: number;
}

/** How many events a mixture came to, and the first answer that had another status than it should have. */
export interface Mixed {
  readonly requests: number;
  readonly wrong: string | undefined;
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

async function mix({ edge, cycle, ms }: Mixture): Promise<Mixed> {
  const until = performance.now() + ms;
  let requests = 0;
  let wrong: string | undefined;
  while (performance.now() < until) {
    for (const { event, status } of cycle) {
      const answer = await invoke(bundle, edge, event);
      requests += 1;
      if (!(answer[0] ?? '').includes(`"statusCode":${status}`)) wrong ??= answer.join('');
    }
  }
  return { requests, wrong };
}

process.on('message', (message: Invocations | Mixture | string) => {
  if (typeof message === 'string') return;
  void ('cycle' in message ? mix(message) : run(message)).then((result) => process.send?.(result));
});
process.send?.({ origin: '' });
