import { getEventListeners } from 'node:events';
import { startDeadline } from '../../function/pipeline/deadline.ts';

const at = (until: number, now: number, hangUp?: AbortSignal) => startDeadline({ hangUp, until, now: () => now });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  if (left > 0) throw new Error('a timer was left behind');
});

test('it aborts with a TimeoutError when the time is over, and not before', () => {
  const deadline = at(1_005, 1_000);
  expect(deadline.until).toBe(1_005);
  vi.advanceTimersByTime(4);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError', message: 'The time for this request is over.' });
});

test('a time that is over already aborts at the next turn', () => {
  const deadline = at(1_000, 2_000);
  vi.advanceTimersByTime(0);
  expect(deadline.signal.aborted).toBe(true);
});

test.each([false, true])('it aborts for a reason, where hang-ups are told: %s', (isTold) => {
  const deadline = at(1e6, 0, isTold ? new AbortController().signal : undefined);
  const reason = new Error('enough');
  deadline.abort(reason);
  expect(deadline.signal.reason).toBe(reason);
  expect(deadline.until).toBe(1e6);
  deadline.end();
});

test('it aborts when the caller hangs up, for the same reason', () => {
  const caller = new AbortController();
  const deadline = at(1e6, 0, caller.signal);
  const reason = new Error('gone');
  caller.abort(reason);
  expect(deadline.signal.reason).toBe(reason);
  deadline.end();
});

test('a caller that is gone already aborts at once', () => {
  const reason = new Error('gone');
  const deadline = at(1e6, 0, AbortSignal.abort(reason));
  expect(deadline.signal.reason).toBe(reason);
  deadline.end();
});

test('handed over, the time no longer matters, and a hang-up still does', () => {
  const caller = new AbortController();
  const deadline = at(1_000, 0, caller.signal);
  deadline.handOver();
  vi.advanceTimersByTime(2_000);
  expect(deadline.signal.aborted).toBe(false);
  caller.abort();
  expect(deadline.signal.aborted).toBe(true);
});

test('handed over where hang-ups are not told, nothing is left', () => {
  const deadline = at(1_000, 0);
  deadline.handOver();
  vi.advanceTimersByTime(2_000);
  expect(deadline.signal.aborted).toBe(false);
});

test('once ended, neither the time nor a hang-up matters', () => {
  const caller = new AbortController();
  const deadline = at(1_000, 0, caller.signal);
  deadline.end();
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  caller.abort();
  vi.advanceTimersByTime(2_000);
  expect(deadline.signal.aborted).toBe(false);
});
