import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { createSlots } from '../../function/http/slots.ts';

const { signal } = new AbortController();

test('work beyond the slots waits and runs in order', async () => {
  const slots = createSlots(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((number) =>
    slots(signal, async () => {
      started.push(number);
      await new Promise<void>((resolve) => void ends.push(resolve));
      return number;
    }),
  );
  await setImmediate();
  expect(started).toEqual([0, 1]);
  ends[1]?.();
  await setImmediate();
  expect(started).toEqual([0, 1, 2]);
  ends[0]?.();
  await setImmediate();
  ends[2]?.();
  ends[3]?.();
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
});

test('aborted work takes no slot, and failed work gives its slot back', async () => {
  const slots = createSlots(1);
  let fail = (_error: Error): void => {};
  const first = slots(
    signal,
    () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      }),
  );
  const impatient = new AbortController();
  const second = slots(impatient.signal, () => Promise.resolve('second'));
  const third = slots(signal, () => Promise.resolve('third'));
  impatient.abort();
  await expect(second).rejects.toThrow('aborted');
  fail(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  expect(await third).toBe('third');
  await expect(slots(impatient.signal, () => Promise.resolve('late'))).rejects.toMatchObject({ name: 'AbortError' });
  expect(await slots(signal, () => Promise.resolve('last'))).toBe('last');
});

test('work that had to wait leaves nothing behind at its signal', async () => {
  const slots = createSlots(1);
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => void ends.push(resolve));
  const waiting = new AbortController();
  const [first, second] = [slots(signal, work), slots(waiting.signal, work)];
  await setImmediate();
  expect(getEventListeners(waiting.signal, 'abort')).toHaveLength(1);
  ends[0]?.();
  await setImmediate();
  expect(getEventListeners(waiting.signal, 'abort')).toEqual([]);
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all([first, second]);
});
