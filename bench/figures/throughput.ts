import { compare, type Bench, type Samples } from '../bench.ts';
import { goal, row, type Figure, type Goal } from '../figure.ts';
import { conversation } from '../payloads.ts';
import { ratios } from '../stats.ts';
import { titles, variants, type Variant } from '../variants.ts';

/** Requests a second of a short chat, and what each costs. */
export async function throughput(bench: Bench): Promise<Figure[]> {
  const samples = await compare(bench, variants, conversation(460, { turns: 1 }));
  const gateway = rates(samples, 'gateway');
  const portkey = samples.has('portkey')
    ? [
        goal(
          'requests/s over @portkey-ai/gateway',
          { atLeast: 8, unit: '×' },
          ratios(gateway, rates(samples, 'portkey')),
        ),
      ]
    : [];
  return [
    {
      id: 'requests',
      title: `Requests a second, 460 B chat, ${bench.options.connections} connections`,
      unit: '/s',
      rows: [...samples.keys()].map((name) => row(titles[name], rates(samples, name))),
      goals: [
        goal('requests/s over the byte pipe', { atLeast: 0.35, unit: '×' }, ratios(gateway, rates(samples, 'pipe'))),
        ...portkey,
      ],
    },
    cpuFigure('cpu-460', 'CPU per request, 460 B body', samples, []),
  ];
}

/** What longer requests and answers cost. */
export async function cost(bench: Bench): Promise<Figure[]> {
  const middle = await compare(bench, served, conversation(2500, { turns: 3 }));
  const large = await compare(bench, served, conversation(105_000, { turns: 51 }));
  const largest = await compare(bench, served, conversation(1_000_000, { turns: 501 }));
  // Bytes of the conversation, so that the fixed cost of a request makes the longer one look cheaper, never dearer.
  const perByte = ratios(cpu(largest, 'gateway'), cpu(large, 'gateway')).map((ratio) => (ratio * 105) / 1000);
  return [
    cpuFigure('cpu-2500', 'CPU per request, 2.5 kB body', middle, [
      goal(
        'CPU per request, 2.5 kB body',
        { atMost: 0.2, unit: 'ms' },
        cpu(middle, 'gateway').map((micros) => micros / 1000),
      ),
    ]),
    cpuFigure('cpu-105k', 'CPU per request, 105 kB body', large, []),
    cpuFigure('cpu-1m-body', 'CPU per request, 1 MB body', largest, [
      overRebuilding('CPU of a 1 MB body over parse and rebuild', largest),
      goal('CPU per byte, 1 MB conversation over 105 kB', { atMost: 1.1, unit: '×' }, perByte),
    ]),
  ];
}

/** Everything that serves; the backend itself has no cost to compare. */
export const served: readonly Variant[] = ['pipe', 'rebuild', 'gateway', 'portkey'];

/** The goal on what is asked of every proxy that reads JSON. */
export function overRebuilding(title: string, samples: Samples): Goal {
  return goal(title, { atMost: 1.3, unit: '×' }, ratios(cpu(samples, 'gateway'), cpu(samples, 'rebuild')));
}

/** CPU of every variant that serves. */
export function cpuFigure(id: string, title: string, samples: Samples, goals: readonly Goal[]): Figure {
  const names = [...samples.keys()].filter((name) => name !== 'direct');
  return { id, title, unit: 'µs', rows: names.map((name) => row(titles[name], cpu(samples, name))), goals };
}

/** CPU per request of each round, in microseconds. */
export function cpu(samples: Samples, name: Variant): number[] {
  return (samples.get(name) ?? []).map(({ cpuMicros }) => cpuMicros);
}

function rates(samples: Samples, name: Variant): number[] {
  return (samples.get(name) ?? []).map(({ perSecond }) => perSecond);
}
