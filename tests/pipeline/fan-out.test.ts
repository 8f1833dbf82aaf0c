import type { CallContext } from '../../function/backends/backend.ts';
import type { Failure, Outcome, Streamed } from '../../function/dialects/outcome.ts';
import { callAll, fanOut, openAll, type NumberedBatches } from '../../function/pipeline/fan-out.ts';

const context = (signal = new AbortController().signal): CallContext => ({
  credential: { kind: 'bearer', token: 'k' },
  model: 'm',
  region: 'us-east-1',
  signal,
});
const throttled: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down' };

/** A backend whose n-th call does what the n-th function says. */
function backend(...calls: ((context: CallContext) => Promise<Outcome<unknown>>)[]) {
  let made = 0;
  const next = (_request: unknown, each: CallContext) => {
    const call = calls[made];
    made += 1;
    if (!call) throw new Error('one call too many');
    return call(each) as Promise<Outcome<never>>;
  };
  return { call: next, open: next };
}

async function* batches<Event>(...items: Streamed<Event>[][]): AsyncIterable<readonly Streamed<Event>[]> {
  for (const batch of items) {
    await Promise.resolve();
    yield batch;
  }
}

async function collect<Event>(items: NumberedBatches<Event>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const batch of items) found.push(...batch);
  return found;
}

test('n calls give n replies, in the order of the choices', async () => {
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { ok: true, value: 'first' } as const;
  };
  const outcome = await callAll(
    backend(slow, () => Promise.resolve({ ok: true, value: 'second' })),
    { request: {}, calls: 2 },
    context(),
  );
  expect(outcome).toEqual({ ok: true, value: ['first', 'second'] });
});

test('one failure is the failure of all, and stops the others', async () => {
  let stopped = false;
  const endless = (each: CallContext) =>
    new Promise<Outcome<never>>((resolve) => {
      each.signal.addEventListener('abort', () => {
        stopped = true;
        resolve({ ok: false, failure: { name: 'ConnectionError', status: 502, message: 'aborted' } });
      });
    });
  const failing = () => Promise.resolve({ ok: false, failure: throttled } as const);
  const outcome = await callAll(backend(endless, failing), { request: {}, calls: 2 }, context());
  expect(outcome).toEqual({ ok: false, failure: throttled });
  expect(stopped).toBe(true);
});

test('the batches of all choices are one stream, each item with its choice', async () => {
  const outcome = await openAll<unknown, string>(
    backend(
      () => Promise.resolve({ ok: true, value: batches(['a'], ['b']) }),
      () => Promise.resolve({ ok: true, value: batches(['x', 'y']) }),
    ),
    { request: {}, calls: 2 },
    context(),
  );
  if (!outcome.ok) throw new Error('failed');
  const items = await collect(outcome.value);
  expect(items).toHaveLength(4);
  expect(items).toEqual(
    expect.arrayContaining([
      { choice: 0, item: 'a' },
      { choice: 0, item: 'b' },
      { choice: 1, item: 'x' },
      { choice: 1, item: 'y' },
    ]),
  );
});

test('a stream that nobody reads to its end lets all its sources go', async () => {
  const returned: number[] = [];
  const source = (choice: number): AsyncIterable<readonly string[]> => ({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false, value: ['more'] }),
      return: () => {
        returned.push(choice);
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  });
  const outcome = await openAll<unknown, string>(
    backend(
      () => Promise.resolve({ ok: true, value: source(0) }),
      () => Promise.resolve({ ok: true, value: source(1) }),
    ),
    { request: {}, calls: 2 },
    context(),
  );
  if (!outcome.ok) throw new Error('failed');
  for await (const batch of outcome.value) if (batch.length > 0) break;
  expect(returned.toSorted((a, b) => a - b)).toEqual([0, 1]);
});

const failed = { ok: false, failure: throttled } as const;
const never = new AbortController().signal;

/** Calls that are answered by hand. */
function held() {
  const waiting: { item: number; signal: AbortSignal; answer: (outcome: Outcome<string>) => void }[] = [];
  const run = (item: number, signal: AbortSignal) =>
    new Promise<Outcome<string>>((answer) => {
      waiting.push({ item, signal, answer });
    });
  return { waiting, run };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const items = (count: number) => [...Array(count).keys()];

test('eight calls are under way at once, the next begins when one has ended, and the order is kept', async () => {
  const { waiting, run } = held();
  const answer = fanOut(items(20), run, { signal: never, limit: 8 });
  await settled();
  expect(waiting.map(({ item }) => item)).toEqual(items(8));
  waiting[5]?.answer({ ok: true, value: '5' });
  await settled();
  expect(waiting.map(({ item }) => item)).toEqual(items(9));
  const done = new Set([5]);
  for (let index = 0; index < 20; index += 1) {
    // The last that has begun is answered first.
    const next = waiting.toReversed().find(({ item }) => !done.has(item));
    if (next) done.add(next.item);
    next?.answer({ ok: true, value: String(next.item) });
    await settled();
  }
  expect(await answer).toEqual({ ok: true, value: items(20).map(String) });
});

test('the first failure stops the others, and begins no more', async () => {
  const { waiting, run } = held();
  const answer = fanOut(items(20), run, { signal: never, limit: 8 });
  await settled();
  waiting[2]?.answer(failed);
  await settled();
  expect(waiting.every(({ signal }) => signal.aborted)).toBe(true);
  const stopped = { ok: false, failure: { name: 'AbortError', status: 499, message: '' } } as const;
  for (const [index, call] of waiting.entries()) if (index !== 2) call.answer(stopped);
  expect(await answer).toEqual(failed);
  expect(waiting).toHaveLength(8);
});

test('another attempt asks only for what has no answer yet', async () => {
  const asked: number[] = [];
  let broken = true;
  const answered = new Map<number, string>();
  const ask = () =>
    fanOut<number, string>(
      items(10),
      (item) => {
        asked.push(item);
        return Promise.resolve(item === 9 && broken ? failed : { ok: true, value: `value ${item}` });
      },
      { signal: never, limit: 8, answered },
    );
  expect(await ask()).toEqual(failed);
  const before = asked.length;
  broken = false;
  expect(await ask()).toEqual({ ok: true, value: items(10).map((item) => `value ${item}`) });
  expect(asked.slice(before)).toEqual([9]);
});

test("the caller's own end is every call's", async () => {
  const { waiting, run } = held();
  const caller = new AbortController();
  const answer = fanOut(items(3), run, { signal: caller.signal, limit: 8 });
  await settled();
  caller.abort();
  expect(waiting.every(({ signal }) => signal.aborted)).toBe(true);
  for (const call of waiting) call.answer(failed);
  expect(await answer).toEqual(failed);
});
