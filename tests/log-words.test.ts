import { inLogWords } from '../function/log-words.ts';

const entry = { requestId: 'r', endpoint: '/v1/models', method: 'GET', status: 200, latencyMs: 1 };
const words = ['method', 'stopReason', 'error', 'firstFailure', 'upstreamError', 'upstreamRequestId'] as const;
const counts = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const;

describe.each(words)('the word %s', (name) => {
  test.each(['GET', 'a-b_c.d:1', 'x'.repeat(100), undefined])('may be %j', (said) => {
    expect(inLogWords({ ...entry, [name]: said })).toEqual({ ...entry, [name]: said });
  });

  test.each(['', 'two words', 'x'.repeat(101), 'é', 5, null, {}])('is unclear where it is %j', (said) => {
    expect(inLogWords({ ...entry, [name]: said })).toEqual({ ...entry, [name]: 'unclear' });
  });
});

describe.each(counts)('the count %s', (name) => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER, undefined])('may be %j', (count) => {
    expect(inLogWords({ ...entry, [name]: count })).toEqual({ ...entry, [name]: count });
  });

  test.each([-1, 0.5, Infinity, '5', null])('is left out where it is %j', (count) => {
    expect(inLogWords({ ...entry, [name]: count })).toEqual(entry);
  });
});
