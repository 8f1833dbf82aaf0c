import type { Outcome } from '../../function/dialects/outcome.ts';
import { pool } from '../../function/pipeline/pool.ts';

const failure = { name: 'ThrottlingException', status: 429, message: '' };
const failed = { ok: false, failure } as const;
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
  const answer = pool(items(20), run)(never);
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
  const answer = pool(items(20), run)(never);
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
  const ask = pool(items(10), (item) => {
    asked.push(item);
    return Promise.resolve(item === 9 && broken ? failed : { ok: true, value: `value ${item}` });
  });
  expect(await ask(never)).toEqual(failed);
  const before = asked.length;
  broken = false;
  expect(await ask(never)).toEqual({ ok: true, value: items(10).map((item) => `value ${item}`) });
  expect(asked.slice(before)).toEqual([9]);
});

test("the caller's own end is every call's", async () => {
  const { waiting, run } = held();
  const caller = new AbortController();
  const answer = pool(items(3), run)(caller.signal);
  await settled();
  caller.abort();
  expect(waiting.every(({ signal }) => signal.aborted)).toBe(true);
  for (const call of waiting) call.answer(failed);
  expect(await answer).toEqual(failed);
});
