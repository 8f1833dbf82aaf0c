import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { goal, row, type Figure } from '../figure.ts';
import { gatewayServer } from '../gateway-server.ts';
import { fire, type Shot } from '../load.ts';
import { conversation, modelFor } from '../payloads.ts';
import type { Server } from '../processes.ts';
import { shotAt } from '../variants.ts';

const megabyte = 1_000_000;

/** What the gateway holds on to: after many requests, and while a stream goes on. */
export async function memory(bench: Bench): Promise<Figure[]> {
  return [await underLoad(bench), await ofStream(bench)];
}

/** Five windows of load: minutes in the long form, a fifth of the requests and streams each in the short one. */
async function underLoad(bench: Bench): Promise<Figure> {
  const { options, backend } = bench;
  const server = await gatewayServer(bench);
  const at = { origin: server.origin, backend: backend.origin };
  const chat = shotAt('gateway', at, conversation(460, { turns: 1 }));
  const stream = shotAt('gateway', at, streamOf(200));
  const { connections, soakMinutes, quick } = options;
  const windows: number[] = [];
  for (let window = 0; window < 5; window += 1) {
    const peak = await peakDuring(server, async () => {
      if (soakMinutes > 0) {
        await Promise.all([fire(chat, { connections, ms: 60_000 }), fire(stream, { connections, ms: 60_000 })]);
        return;
      }
      await fire(chat, { connections, requests: quick ? 20 : 2000 });
      await fire(stream, { connections, requests: quick ? 4 : 200 });
    });
    windows.push(peak / megabyte);
  }
  const { highWaterBytes } = await server.usage();
  await server.stop();
  const highWater = [highWaterBytes / megabyte];
  const [, second = 0] = windows;
  const last = windows.at(-1) ?? 0;
  const kind = soakMinutes > 0 ? 'minute' : 'fifth of the load';
  return {
    id: 'memory',
    title:
      soakMinutes > 0
        ? `Resident memory over ${windows.length} minutes of load`
        : 'Resident memory over 10,000 requests and 1,000 streams',
    unit: 'MB',
    rows: [...windows.map((peak, index) => row(`${kind} ${index + 1}`, [peak])), row('high-water mark', highWater)],
    goals: [
      goal('memory high-water', { atMost: 150, unit: 'MB' }, highWater),
      goal(`memory in the last ${kind} over the 2nd`, { atMost: 1.1, unit: '×' }, [last / second]),
    ],
  };
}

/** Streams of both lengths, one after the other; and one whose reader stops, so that whatever is not held back piles up. */
async function ofStream(bench: Bench): Promise<Figure> {
  const server = await gatewayServer(bench);
  const [few, many] = bench.options.quick ? [200, 2000] : [20_000, 200_000];
  const at = { origin: server.origin, backend: bench.backend.origin };
  const short = shotAt('gateway', at, streamOf(few));
  const long = shotAt('gateway', at, streamOf(many));
  // As many bytes of short streams as one long one has, so that the heap has grown to its usual size.
  const warmUp = { connections: 1, requests: (2 * many) / few };
  await fire(short, warmUp);
  const shortPeak = await peakDuring(server, () => fire(short, warmUp));
  const longPeak = await peakDuring(server, () => fire(long, { connections: 1, requests: 2 }));
  const stalledPeak = await peakDuring(server, () => stall(long, bench.options.quick ? 100 : 2000));
  await server.stop();
  const over = (peak: number): number[] => [peak / shortPeak];
  return {
    id: 'stream-memory',
    title: 'Resident memory while streaming',
    unit: 'MB',
    rows: [
      row(`streams of ${few.toLocaleString('en')} deltas`, [shortPeak / megabyte]),
      row(`a stream of ${many.toLocaleString('en')} deltas`, [longPeak / megabyte]),
      row('the same, its reader stopped', [stalledPeak / megabyte]),
    ],
    goals: [
      goal(
        `memory of a stream, ${many.toLocaleString('en')} deltas over ${few.toLocaleString('en')}`,
        { atMost: 1.1, unit: '×' },
        over(longPeak),
      ),
      goal('the same while its reader has stopped', { atMost: 1.1, unit: '×' }, over(stalledPeak)),
    ],
  };
}

function streamOf(deltas: number): ReturnType<typeof conversation> {
  return conversation(460, { turns: 1, name: modelFor({ deltas, chars: 5 }), stream: true });
}

/** The most that was resident while something ran. */
async function peakDuring(server: Server, run: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const over = new AbortController();
  const watching = (async () => {
    do {
      peak = Math.max(peak, (await server.usage()).rssBytes);
      await sleep(20);
    } while (!over.signal.aborted);
  })();
  await run();
  over.abort();
  await watching;
  return peak;
}

/** Takes the head of an answer, and then nothing more for a while. */
async function stall({ origin, path, headers, body }: Shot, ms: number): Promise<void> {
  const outgoing = request(origin + path, { method: 'POST', headers });
  await new Promise<void>((resolve, reject) => {
    outgoing.once('response', (incoming) => {
      incoming.pause();
      resolve();
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
  await sleep(ms);
  outgoing.once('error', () => {});
  outgoing.destroy();
}
