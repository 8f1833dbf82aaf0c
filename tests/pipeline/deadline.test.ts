import { startDeadline } from '../../function/pipeline/deadline.ts';

const at = (until: number, now: number, hangUp?: AbortSignal) => startDeadline({ hangUp, until, now: () => now });

test('it aborts with a TimeoutError when the time is over', async () => {
  const deadline = at(1_005, 1_000);
  await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));
  expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('it aborts when the caller hangs up', () => {
  const caller = new AbortController();
  const deadline = at(1e6, 0, caller.signal);
  caller.abort();
  expect(deadline.signal.aborted).toBe(true);
  deadline.end();
});

test('a caller that is gone already aborts at once', () => {
  const deadline = at(1e6, 0, AbortSignal.abort());
  expect(deadline.signal.aborted).toBe(true);
  deadline.end();
});

test('once ended, a hang-up no longer matters', () => {
  const caller = new AbortController();
  const deadline = at(1e6, 0, caller.signal);
  deadline.end();
  caller.abort();
  expect(deadline.signal.aborted).toBe(false);
});
