import { PassThrough } from 'node:stream';
import { array, assert, asyncProperty, string } from 'fast-check';
import type { Flow, Fold } from '../../function/http/framing.ts';
import { sse } from '../../function/http/sse.ts';
import { type StreamEnd, type StreamOptions, writeStream } from '../../function/http/stream-writer.ts';
import { readable } from '../support/web.ts';
import { propertyRuns } from '../support/properties.ts';

const comment = ': keep-alive\n\n';
const done = 'data: [DONE]\n\n';
const usage = { usage: 1 };
const isError = (event: unknown) => typeof event === 'object' && event !== null && 'error' in event;

interface Run {
  readonly stream: ReadableStream<Uint8Array>;
  /** Filled once the stream has ended. */
  readonly ends: StreamEnd[];
  readonly aborts: string[];
}

type Source = Flow['source'];

/** Items here are of any kind: what they become is their JSON. */
const plain: Fold<object> = { step: (item) => [item], end: () => [] };

function start(
  source: Source | Promise<Source>,
  { fold = plain, ...overrides }: Partial<StreamOptions> & { fold?: Fold<object> } = {},
): Run {
  const ends: StreamEnd[] = [];
  const aborts: string[] = [];
  const stream = readable(async (output) => {
    const end = await writeStream(output, {
      flow: source instanceof Promise ? source.then((late) => ({ source: late, fold })) : { source, fold },
      framing: { ...sse, isError },
      failed: () => ({ error: 'failed' }),
      timedOut: () => ({ error: 'timed out' }),
      until: Date.now() + 600_000,
      now: () => Date.now(),
      abort: (reason) => aborts.push(reason),
      ...overrides,
    });
    ends.push(end);
    expect(['drain', 'finish', 'close'].map((name) => output.listenerCount(name))).toEqual([0, 0, 0]);
  });
  return { stream, ends, aborts };
}

async function* batches(...list: unknown[][]): AsyncGenerator<unknown[]> {
  await Promise.resolve();
  yield* list;
}

async function writes(stream: ReadableStream<Uint8Array>): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of stream) texts.push(new TextDecoder().decode(chunk));
  return texts;
}

/** A source that the test feeds by hand. */
function hand() {
  const waiting: ((result: IteratorResult<unknown[]>) => void)[] = [];
  const ready: IteratorResult<unknown[]>[] = [];
  const counts = { asked: 0, returned: 0 };
  const iterator: AsyncIterator<unknown[]> = {
    next: () => {
      counts.asked += 1;
      const first = ready.shift();
      if (first) return Promise.resolve(first);
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
    return: () => {
      counts.returned += 1;
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  const give = (result: IteratorResult<unknown[]>) => {
    const asker = waiting.shift();
    if (asker) asker(result);
    else ready.push(result);
  };
  return {
    counts,
    source: { [Symbol.asyncIterator]: () => iterator },
    give: (...batch: unknown[]) => give({ done: false, value: batch }),
    finish: () => give({ done: true, value: undefined }),
  };
}

describe('what is written', () => {
  test('one write for each batch, then [DONE] by itself', async () => {
    const { stream, ends, aborts } = start(batches([1], [2, 3]), { now: () => 7, until: 100_007 });
    expect(await writes(stream)).toEqual(['data: 1\n\n', 'data: 2\n\ndata: 3\n\n', done]);
    expect(ends).toEqual([{ reason: 'complete', length: 41, firstAt: 7 }]);
    expect(aborts).toEqual([]);
  });

  test('the last events of the fold go out with [DONE]', async () => {
    const { stream } = start(batches([1]), { fold: { step: (item) => [item], end: () => [usage] } });
    expect(await writes(stream)).toEqual(['data: 1\n\n', `data: {"usage":1}\n\n${done}`]);
  });

  test('a batch without events writes nothing', async () => {
    const { stream } = start(batches(['skip'], [], ['a'], ['skip']), {
      fold: { step: (item) => (JSON.stringify(item) === '"skip"' ? [] : [item]), end: () => [] },
    });
    expect(await writes(stream)).toEqual(['data: "a"\n\n', done]);
  });

  test('an empty stream is only [DONE]', async () => {
    const { stream, ends } = start(batches(), { now: () => 7, until: 100_007 });
    expect(await writes(stream)).toEqual([done]);
    expect(ends).toEqual([{ reason: 'complete', length: 14, firstAt: 7 }]);
  });

  test('a stream that ends itself gets no [DONE]', async () => {
    const bytes = Buffer.from('data: x\n\n');
    const fold = { step: () => [bytes], end: () => [], endsItself: true };
    const { stream, ends } = start(batches([1]), { fold });
    expect(await writes(stream)).toEqual(['data: x\n\n']);
    expect(ends).toMatchObject([{ reason: 'complete', length: 9 }]);
  });

  test('every write is a run of whole events, whatever the batches', async () => {
    await assert(
      asyncProperty(array(array(string({ unit: 'binary' }))), async (list) => {
        const texts = await writes(start(batches(...list)).stream);
        expect(texts.every((text) => text.startsWith('data: ') && text.endsWith('\n\n'))).toBe(true);
        const events = texts.join('').split('\n\n').slice(0, -2);
        expect(events.map((event) => JSON.parse(event.slice(6)))).toEqual(list.flat());
      }),
      { numRuns: propertyRuns(30) },
    );
  });
});

describe('errors', () => {
  test('nothing follows an error event, not even what came in the same batch', async () => {
    const upstream = hand();
    const { stream, ends, aborts } = start(upstream.source, { now: () => 7, until: 100_007 });
    const reading = writes(stream);
    upstream.give('a', { error: 'overloaded' }, 'b');
    expect(await reading).toEqual(['data: "a"\n\ndata: {"error":"overloaded"}\n\n']);
    expect(ends).toEqual([{ reason: 'error', error: { error: 'overloaded' }, length: 41, firstAt: 7 }]);
    expect(aborts).toEqual(['error']);
    expect(upstream.counts).toEqual({ asked: 1, returned: 1 });
  });

  test('a stream that the fold reports as cut short has no [DONE]', async () => {
    const { stream, ends } = start(batches(['a']), {
      fold: { step: (item) => [item], end: () => [{ error: 'truncated' }, usage] },
    });
    expect(await writes(stream)).toEqual(['data: "a"\n\n', 'data: {"error":"truncated"}\n\n']);
    expect(ends).toMatchObject([{ reason: 'error', error: { error: 'truncated' } }]);
  });

  test('what upstream throws becomes the last event, and the cause of the end', async () => {
    const cause = new Error('reset');
    async function* breaks(): AsyncGenerator<unknown[]> {
      yield ['a'];
      await Promise.resolve();
      throw cause;
    }
    const { stream, ends, aborts } = start(breaks());
    expect(await writes(stream)).toEqual(['data: "a"\n\n', 'data: {"error":"failed"}\n\n']);
    expect(ends).toMatchObject([{ reason: 'error', cause }]);
    expect(aborts).toEqual(['error']);
  });

  test('an error of the gateway is said as the fold says it at that point', async () => {
    const fold = { ...plain, failed: (event: object) => ({ ...event, error: 'failed after a' }) };
    const source = (async function* () {
      yield await Promise.resolve(['a']);
      throw new Error('broken');
    })();
    const { stream, ends } = start(source, { fold });
    expect(await writes(stream)).toEqual(['data: "a"\n\n', 'data: {"error":"failed after a"}\n\n']);
    expect(ends).toMatchObject([{ reason: 'error' }]);
  });

  test('what the fold throws becomes the last event', async () => {
    const step = () => {
      throw new TypeError('bug');
    };
    const { stream, ends } = start(batches(['a']), { fold: { step, end: () => [] } });
    expect(await writes(stream)).toEqual(['data: {"error":"failed"}\n\n']);
    expect(ends).toHaveLength(1);
  });

  test('an error that cannot be told ends the connection', async () => {
    const output = new PassThrough();
    const before = ['drain', 'finish', 'close', 'error'].map((name) => output.listenerCount(name));
    const end = await writeStream(output, {
      flow: Promise.reject(new Error('refused')),
      framing: sse,
      failed: () => {
        throw new TypeError('bug');
      },
      timedOut: () => ({}),
      until: Date.now() + 600_000,
      now: () => Date.now(),
      abort: () => {},
    });
    expect(end).toMatchObject({ reason: 'cancelled', firstAt: undefined });
    expect(output.destroyed).toBe(true);
    expect(['drain', 'finish', 'close', 'error'].map((name) => output.listenerCount(name))).toEqual(before);
  });

  test('a late source that fails becomes the last event', async () => {
    const { stream } = start(Promise.reject(new Error('refused')));
    await new Promise(setImmediate);
    expect(await writes(stream)).toEqual([comment, 'data: {"error":"failed"}\n\n']);
  });
});

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('rule 36: comments fill each 15 s of silence, counted from the last write', async () => {
    const upstream = hand();
    const { stream } = start(upstream.source);
    const texts: string[] = [];
    const reading = (async () => {
      for await (const chunk of stream) texts.push(new TextDecoder().decode(chunk));
    })();
    await vi.advanceTimersByTimeAsync(10_000);
    upstream.give('a');
    await vi.advanceTimersByTimeAsync(14_999);
    expect(texts).toEqual(['data: "a"\n\n']);
    await vi.advanceTimersByTimeAsync(1);
    expect(texts).toEqual(['data: "a"\n\n', ': keep-alive\n\n']);
    await vi.advanceTimersByTimeAsync(15_000);
    upstream.finish();
    await reading;
    expect(texts).toEqual(['data: "a"\n\n', ': keep-alive\n\n', ': keep-alive\n\n', done]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('comments are sent while a late source is awaited, the first at once', async () => {
    let arrive: (source: AsyncIterable<unknown[]>) => void = () => {};
    const late = new Promise<AsyncIterable<unknown[]>>((resolve) => {
      arrive = resolve;
    });
    const { stream, ends } = start(late);
    const began = Date.now();
    const reading = writes(stream);
    await vi.advanceTimersByTimeAsync(20_000);
    arrive(batches(['a']));
    expect(await reading).toEqual([comment, comment, 'data: "a"\n\n', done]);
    expect(ends[0]?.firstAt).toBe(began + 20_000);
  });

  test('at the deadline the stream ends with an error, and upstream is released', async () => {
    const upstream = hand();
    const began = Date.now();
    const { stream, ends, aborts } = start(upstream.source, { until: began + 5_000 });
    const reading = writes(stream);
    await vi.advanceTimersByTimeAsync(5_000);
    upstream.give('too late');
    expect(await reading).toEqual(['data: {"error":"timed out"}\n\n']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ends).toEqual([{ reason: 'timeout', length: 29, firstAt: began + 5_000 }]);
    expect(aborts).toEqual(['timeout']);
    expect(upstream.counts.returned).toBeGreaterThan(0);
  });

  test('a source that comes after the deadline is not read', async () => {
    const upstream = hand();
    const late = new Promise<typeof upstream.source>((resolve) => {
      setTimeout(() => resolve(upstream.source), 10_000);
    });
    const { stream } = start(late, { until: Date.now() + 5_000 });
    const reading = writes(stream);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await reading).toEqual([comment, 'data: {"error":"timed out"}\n\n']);
    expect(upstream.counts).toEqual({ asked: 0, returned: 1 });
  });

  test('no comment stands inside an event, and that is asked every 15 s', async () => {
    const upstream = hand();
    const between = vi.fn<() => boolean>(() => false);
    const { stream } = start(upstream.source, { fold: { ...plain, between } });
    const reading = writes(stream);
    upstream.give('a');
    await vi.advanceTimersByTimeAsync(60_000);
    upstream.finish();
    expect(await reading).toEqual(['data: "a"\n\n', done]);
    expect(between).toHaveBeenCalledTimes(4);
  });

  test('a framing without comments sends none, neither at once nor in silence', async () => {
    const upstream = hand();
    const framing = { ...sse, isError, keepAlive: undefined };
    const { stream } = start(Promise.resolve(upstream.source), { framing });
    const reading = writes(stream);
    await vi.advanceTimersByTimeAsync(60_000);
    upstream.finish();
    expect(await reading).toEqual([done]);
  });

  test('a deadline further away than a timer reaches does not fire at once', async () => {
    const upstream = hand();
    const began = Date.now();
    const { stream, ends } = start(upstream.source, { until: began + 2 ** 32 });
    await vi.advanceTimersByTimeAsync(0);
    // A client that does not read the last bytes: what is left to wait for is the deadline.
    upstream.give({ error: 'overloaded' });
    await vi.advanceTimersByTimeAsync(15_000);
    vi.advanceTimersToNextTimer();
    expect([Date.now() - began, vi.getTimerCount()]).toEqual([15_000 + 0x7fff_ffff, 1]);
    expect(ends).toEqual([]);
    await stream.cancel();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a client that does not read the last bytes is given up 5 s after the deadline', async () => {
    const upstream = hand();
    const { stream, ends } = start(upstream.source, { until: Date.now() + 5_000 });
    await vi.advanceTimersByTimeAsync(0);
    upstream.give('a');
    upstream.give('b');
    await vi.advanceTimersByTimeAsync(9_999);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(ends).toMatchObject([{ reason: 'timeout' }]);
    expect(vi.getTimerCount()).toBe(0);
    await stream.cancel();
  });

  test('no comments pile up for a client that does not read', async () => {
    const upstream = hand();
    const { stream } = start(upstream.source);
    await vi.advanceTimersByTimeAsync(0);
    upstream.give('a');
    await vi.advanceTimersByTimeAsync(120_000);
    const reading = writes(stream);
    await vi.advanceTimersByTimeAsync(0);
    upstream.finish();
    expect(await reading).toEqual(['data: "a"\n\n', done]);
  });
});

describe('the client', () => {
  test('upstream is read only as fast as the client reads', async () => {
    let made = 0;
    async function* endless(): AsyncGenerator<unknown[]> {
      for (;;) {
        await Promise.resolve();
        made += 1;
        yield [made];
      }
    }
    const { stream } = start(endless());
    const reader = stream.getReader();
    for (let reads = 0; reads < 10; reads += 1) await reader.read();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(made).toBe(11);
    await reader.cancel();
  });

  test('a client that is gone before the stream begins ends it at once', async () => {
    const upstream = hand();
    const aborts: string[] = [];
    const output = new PassThrough();
    output.destroy();
    const end = await writeStream(output, {
      flow: Promise.resolve({ source: upstream.source, fold: plain }),
      framing: sse,
      failed: () => ({}),
      timedOut: () => ({}),
      until: Date.now() + 600_000,
      now: () => Date.now(),
      abort: (reason) => aborts.push(reason),
    });
    expect(end).toMatchObject({ reason: 'cancelled', length: 0 });
    expect(aborts).toEqual(['cancelled']);
    await new Promise(setImmediate);
    expect(upstream.counts).toEqual({ asked: 0, returned: 1 });
  });

  test('hanging up aborts upstream once', async () => {
    const upstream = hand();
    const { stream, ends, aborts } = start(upstream.source);
    const reader = stream.getReader();
    upstream.give('a');
    await reader.read();
    await reader.cancel();
    upstream.give('b');
    upstream.finish();
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    expect(ends).toMatchObject([{ reason: 'cancelled', length: 11 }]);
    expect(aborts).toEqual(['cancelled']);
    expect(upstream.counts.returned).toBeGreaterThan(0);
  });
});
