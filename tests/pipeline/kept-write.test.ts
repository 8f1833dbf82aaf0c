import { ApiError } from '../../function/errors.ts';
import { isWritten } from '../../function/pipeline/kept-write.ts';

type Context = Parameters<typeof isWritten>[0];

/** A request of the second 1,000 with some milliseconds left. */
function context({ answer, stream }: { readonly answer: number; readonly stream: number }): Context {
  const invocation = { answerBy: 1_000_000 + answer, streamUntil: 1_000_000 + stream };
  return { services: { now: () => 1_000_000 }, invocation } as unknown as Context;
}

afterEach(() => void vi.restoreAllMocks());

test.each([
  ['three seconds', { answer: 10_000, stream: 10_000 }, false, 3_000],
  ['half a second less than the request has', { answer: 2_000, stream: 10_000 }, false, 1_500],
  ['half a second less than the stream has', { answer: 10_000, stream: 2_500 }, true, 2_000],
  ['no time where none is left', { answer: 100, stream: 10_000 }, false, 0],
])('an answer waits at most %s until it is stored', async (_time, left, stream, ms) => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  const signals: AbortSignal[] = [];
  const write = async (signal: AbortSignal) => void signals.push(signal);
  expect(await isWritten(context(left), write, { stream })).toBe(true);
  expect(timeout.mock.calls).toEqual([[ms]]);
  expect(signals).toEqual([timeout.mock.results[0]?.value]);
});

test('an answer that the store does not take is not stored, and a bug is not hidden', async () => {
  const left = context({ answer: 10_000, stream: 10_000 });
  const failing = (error: Error) =>
    isWritten(
      left,
      async () => {
        throw error;
      },
      { stream: false },
    );
  expect(await failing(new ApiError('The store does not answer.', { status: 503 }))).toBe(false);
  await expect(failing(new TypeError('bug'))).rejects.toThrow('bug');
});
