import type { CallContext } from '../../function/backends/backend.ts';
import type { Failure, Outcome, Streamed } from '../../function/dialects/outcome.ts';
import { callAll, openAll, type Items } from '../../function/pipeline/fan-out.ts';

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

async function collect<Event>(items: Items<Event>): Promise<unknown[]> {
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
