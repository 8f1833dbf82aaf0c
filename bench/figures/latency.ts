import { interleaved, present, shot, type Bench } from '../bench.ts';
import { goal, row, type Figure } from '../figure.ts';
import { fire, type Shot } from '../load.ts';
import { conversation, type Payload } from '../payloads.ts';
import { differences, median } from '../stats.ts';
import { titles, variants, type Variant } from '../variants.ts';

/** What one caller waits for, alone: the whole of a short answer, and the first token of a stream. */
export async function latency(bench: Bench): Promise<Figure[]> {
  const whole = await waits(bench, conversation(460, { turns: 1 }));
  const first = await waits(bench, conversation(460, { turns: 1, stream: true }));
  return [
    {
      id: 'latency',
      title: 'Latency of a 460 B chat, one caller',
      unit: 'ms',
      rows: [...whole].map(([name, waited]) => row(titles[name], waited)),
      goals: [],
    },
    {
      id: 'first-token',
      title: 'Time to the first token, one caller',
      unit: 'ms',
      rows: [...first].map(([name, waited]) => row(titles[name], waited)),
      goals: [
        goal(
          'first token added over the byte pipe, median',
          { atMost: 0.4, unit: 'ms' },
          differences(first.get('gateway') ?? [], first.get('pipe') ?? []),
        ),
      ],
    },
  ];
}

/** The median of each round. */
async function waits(bench: Bench, payload: Payload): Promise<Map<Variant, number[]>> {
  const names = present(bench, variants);
  const shots = new Map<Variant, Shot>();
  for (const name of names) shots.set(name, await shot(bench, name, payload));
  const { rounds, roundMs } = bench.options;
  return interleaved(rounds, names, async (name) => {
    const waited: number[] = [];
    const fired = shots.get(name) ?? (await shot(bench, name, payload));
    await fire(fired, {
      connections: 1,
      ms: roundMs / 2,
      onTimes: (firstMs, totalMs) => void waited.push(payload.stream ? firstMs : totalMs),
    });
    return median(waited);
  });
}
