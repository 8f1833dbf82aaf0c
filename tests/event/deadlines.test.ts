import { httpApiDeadlines, restApiDeadlines } from '../../function/event/deadlines.ts';

const now = 1_000_000;
const arrived = (timeEpoch: unknown) => ({ requestContext: { timeEpoch } });

describe('behind an HTTP API', () => {
  test.each([
    ['28 s from now', {}, 30_000, 28_000],
    ['28 s from the arrival at the edge: a cold start counts', arrived(now - 3_000), 30_000, 25_000],
    ['an arrival that cannot be does not eat the time', arrived(0), 60_000, 18_000],
    ['an arrival in the future is now', arrived(now + 5_000), 60_000, 28_000],
    ['an arrival that is no number is now', arrived('yesterday'), 60_000, 28_000],
    ['never longer than the function runs', {}, 10_000, 9_000],
  ])('%s', (_name, event, remainingMs, expected) => {
    expect(httpApiDeadlines(event, { now, remainingMs })).toEqual({
      answerBy: now + expected,
      streamUntil: now + expected,
    });
  });
});

describe('behind a REST API', () => {
  test('a stream ends 10 s before the function, an answer before the idle limit', () => {
    expect(restApiDeadlines({ now, remainingMs: 900_000 })).toEqual({
      answerBy: now + 285_000,
      streamUntil: now + 890_000,
    });
  });

  test('with less time, both end 10 s before the function', () => {
    expect(restApiDeadlines({ now, remainingMs: 60_000 })).toEqual({
      answerBy: now + 50_000,
      streamUntil: now + 50_000,
    });
  });
});
