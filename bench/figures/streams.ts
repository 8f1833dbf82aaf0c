import { compare, type Bench, type Sample } from '../bench.ts';
import { goal, row, type Figure } from '../figure.ts';
import { conversation, modelFor, type Answer } from '../payloads.ts';
import { differences, ratios } from '../stats.ts';
import { titles, type Variant } from '../variants.ts';
import { cpu, cpuFigure, overRebuilding, served } from './throughput.ts';

type Samples = ReadonlyMap<Variant, readonly Sample[]>;

const short = 200;
const long = 20_000;
/** Characters of a delta: about one token. */
const chars = 5;

/** @portkey-ai/gateway 1.15.2 often ends a stream of megabytes early, with a 200 and without an error: it has no figure there. */
const whole = served.filter((variant) => variant !== 'portkey');

/** What streaming costs for each delta, and whether that depends on how many there are. */
export async function streams(bench: Bench): Promise<Figure[]> {
  const empty = await stream(bench, { deltas: 1, chars });
  const few = await stream(bench, { deltas: short, chars });
  const longest = bench.options.quick ? 1000 : long;
  const many = await stream(bench, { deltas: longest, chars }, whole);
  const shortest = perDelta({ samples: few, empty, deltas: short });
  const costs = perDelta({ samples: many, empty, deltas: longest });
  const gateway = shortest('gateway');
  const portkey = few.has('portkey')
    ? [
        goal(
          'CPU per delta, @portkey-ai/gateway over the gateway',
          { atLeast: 4, unit: '×' },
          ratios(shortest('portkey'), gateway),
        ),
      ]
    : [];
  return [
    {
      id: 'delta',
      title: `CPU per streamed delta, ${short} deltas at once, without the request's own cost`,
      unit: 'µs',
      rows: [...few.keys()].map((name) => row(titles[name], shortest(name))),
      goals: [goal('CPU per streamed delta', { atMost: 6, unit: 'µs' }, gateway), ...portkey],
    },
    {
      id: 'delta-long',
      title: `CPU per streamed delta, ${longest.toLocaleString('en')} deltas at once`,
      unit: 'µs',
      rows: [...many.keys()].map((name) => row(titles[name], costs(name))),
      goals: [
        goal(
          `CPU per delta, ${longest.toLocaleString('en')} deltas over ${short}`,
          { atMost: 1.1, unit: '×' },
          ratios(costs('gateway'), gateway),
        ),
      ],
    },
    await largeAnswer(bench),
  ];
}

async function largeAnswer(bench: Bench): Promise<Figure> {
  const samples = await stream(bench, { deltas: 100, chars: 10_000 });
  return cpuFigure('cpu-1m-answer', 'CPU per request, 1 MB answer over 100 stream events', samples, [
    overRebuilding('CPU of a 1 MB answer over 100 events, over parse and rebuild', samples),
  ]);
}

function stream(bench: Bench, answer: Answer, wanted = served): Promise<Samples> {
  const payload = conversation(460, { turns: 1, name: modelFor(answer), stream: true });
  return compare(bench, wanted, payload);
}

/** A stream of one delta is what a stream costs before its length does. */
function perDelta({ samples, empty, deltas }: { samples: Samples; empty: Samples; deltas: number }) {
  return (name: Variant): number[] =>
    differences(cpu(samples, name), cpu(empty, name)).map((micros) => micros / (deltas - 1));
}
