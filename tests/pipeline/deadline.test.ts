import { lifetime } from '../../function/pipeline/deadline.ts';

const url = 'https://openai.example.com/v1/chat/completions';

test('it aborts with a TimeoutError when the time is over', async () => {
  const life = lifetime(new Request(url), 1_005, () => 1_000);
  await new Promise((resolve) => life.signal.addEventListener('abort', resolve));
  expect(life.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('it aborts when the caller hangs up', () => {
  const caller = new AbortController();
  const life = lifetime(new Request(url, { signal: caller.signal }), 1e6, () => 0);
  caller.abort();
  expect(life.signal.aborted).toBe(true);
  life.end();
});

test('a caller that is gone already aborts at once', () => {
  const life = lifetime(new Request(url, { signal: AbortSignal.abort() }), 1e6, () => 0);
  expect(life.signal.aborted).toBe(true);
  life.end();
});

test('once ended, a hang-up no longer matters', () => {
  const caller = new AbortController();
  const life = lifetime(new Request(url, { signal: caller.signal }), 1e6, () => 0);
  life.end();
  caller.abort();
  expect(life.signal.aborted).toBe(false);
});
