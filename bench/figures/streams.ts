import { compare, compareAll, type Bench, type Samples } from '../bench.ts';
import { goal, row, type Figure, type Goal } from '../figure.ts';
import { conversation, modelFor, type Answer, type Payload } from '../payloads.ts';
import { differences, ratios } from '../stats.ts';
import { titles, type Variant } from '../variants.ts';
import { cpu, cpuFigure, overRebuilding, served } from './throughput.ts';

const short = 200;
const long = 20_000;
/** Characters of a delta: about one token. */
const chars = 5;

/** @portkey-ai/gateway 1.15.2 often ends a stream of megabytes early, with a 200 and without an error: it has no figure there. */
const whole = served.filter((variant) => variant !== 'portkey');

/** What streaming costs for each delta, and whether that depends on how many there are. */
export async function streams(bench: Bench): Promise<Figure[]> {
  const longest = bench.options.quick ? 1000 : long;
  const lengths = [1, short, longest].map((deltas) => stream({ deltas, chars }));
  const [empty = none, few = none, many = none] = await compareAll(bench, whole, lengths);
  const [peerEmpty = none, peerFew = none] = await compareAll(bench, ['portkey'], lengths.slice(0, 2));
  const shortest = perDelta({ samples: few, empty, deltas: short });
  const costs = perDelta({ samples: many, empty, deltas: longest });
  const gateway = shortest('gateway');
  const peer = perDelta({ samples: peerFew, empty: peerEmpty, deltas: short })('portkey');
  return [
    {
      id: 'delta',
      title: `CPU per streamed delta, ${short} deltas at once`,
      unit: 'µs',
      rows: [
        ...[...few.keys()].map((name) => row(titles[name], shortest(name))),
        ...[...peerFew.keys()].map((name) => row(titles[name], peer)),
      ],
      goals: [goal('CPU per streamed delta', { atMost: 6, unit: 'µs' }, gateway), ...overPeer(peer, gateway)],
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
  const samples = await compare(bench, served, stream({ deltas: 100, chars: 10_000 }));
  return cpuFigure('cpu-1m-answer', 'CPU per request, 1 MB answer over 100 stream events', samples, [
    overRebuilding('CPU of a 1 MB answer over 100 events, over parse and rebuild', samples),
  ]);
}

function overPeer(peer: readonly number[], gateway: readonly number[]): Goal[] {
  if (peer.length === 0) return [];
  const title = 'CPU per delta, @portkey-ai/gateway over the gateway';
  return [goal(title, { atLeast: 4, unit: '×' }, ratios(peer, gateway))];
}

function stream(answer: Answer): Payload {
  return conversation(460, { turns: 1, name: modelFor(answer), stream: true });
}

const none: Samples = new Map();

/** A stream of one delta is what a stream costs before its length does. */
function perDelta({ samples, empty, deltas }: { samples: Samples; empty: Samples; deltas: number }) {
  return (name: Variant): number[] =>
    differences(cpu(samples, name), cpu(empty, name)).map((micros) => micros / (deltas - 1));
}
