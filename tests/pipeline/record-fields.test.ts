import { awsClient } from '../../function/pipeline/aws-client.ts';
import { openAiClient } from '../../function/pipeline/openai-client.ts';
import type { Progress } from '../../function/pipeline/failover.ts';
import { record, type Result } from '../../function/pipeline/record.ts';
import type { LogEntry } from '../../function/request-context.ts';

const call = { label: 'bedrock:a:0 (x)', ignored: [], answer: unasked, open: unasked };
const progress: Progress = {
  call,
  target: { backend: 'bedrock', model: 'a:0' },
  reason: 'fallback',
  attempts: 3,
  throttles: 0,
  retries: 1,
  fallbacks: 1,
  firstFailure: 'TimeoutError',
  isBegun: false,
};

function unasked(): never {
  throw new Error('not asked');
}

/** The fields that a line of the log gets. */
function recorded(result: Partial<Result>, before: Partial<LogEntry> = {}) {
  const entry = { ...before } as LogEntry;
  record(entry, { progress, summary: {}, client: openAiClient, ...result });
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

const target = {
  target: 'bedrock:a:0 (x)',
  backend: 'bedrock',
  reason: 'fallback',
  firstFailure: 'TimeoutError',
  attempts: 3,
};

test('what an answer says of itself', () => {
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };
  expect(recorded({ summary: { usage, stopReason: 'max_tokens' } })).toEqual({
    ...target,
    ...usage,
    stopReason: 'max_tokens',
    finishReason: 'length',
  });
  expect(recorded({})).toEqual(target);
});

test('a failure, with what upstream answered', () => {
  const upstream = { status: 429, error: 'Busy', requestId: 'r' };
  const failure = { name: 'ThrottlingException', status: 429, message: '' };
  const told = { upstreamStatus: 429, upstreamError: 'Busy', upstreamRequestId: 'r' };
  expect(recorded({ summary: { failure: { ...failure, upstream } } })).toEqual({
    ...target,
    ...told,
    error: 'ThrottlingException',
  });
  expect(recorded({ summary: { failure } })).toEqual({ ...target, error: 'ThrottlingException' });
});

const end = { length: 1, firstAt: 5 };

test.each<[string, Partial<Result>, object]>([
  ['a complete one', { end: { ...end, reason: 'complete' } }, {}],
  ['one that was cancelled', { end: { ...end, reason: 'cancelled' } }, { ended: 'cancelled' }],
  [
    'an error event of OpenAI',
    { end: { ...end, reason: 'error', error: { error: { code: 'busy' } } } },
    { ended: 'error', error: 'busy' },
  ],
  [
    'an error event of AWS',
    { client: awsClient, end: { ...end, reason: 'error', error: { exception: { type: 'busy' } } } },
    { ended: 'error', error: 'busy' },
  ],
  [
    'what was thrown',
    { end: { ...end, reason: 'error', cause: new TypeError('a') } },
    { ended: 'error', error: 'TypeError' },
  ],
  ['what was thrown and is no error', { end: { ...end, reason: 'error', cause: 'a' } }, { ended: 'error' }],
  [
    'a failure, which says more than its event or what was thrown',
    {
      summary: { failure: { name: 'Failed', status: 500, message: '' } },
      end: { ...end, reason: 'error', error: { error: { code: 'busy' } }, cause: new TypeError('a') },
    },
    { ended: 'error', error: 'Failed' },
  ],
])('the end of a stream: %s', (_what, result, expected) => {
  expect(recorded(result)).toEqual({ ...target, firstTokenMs: 5, ...expected });
});
