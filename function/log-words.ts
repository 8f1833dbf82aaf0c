import type { LogEntry } from './request-context.ts';

/** Fields whose words upstream or a caller may have chosen. */
const words = ['method', 'stopReason', 'error', 'firstFailure', 'upstreamError', 'upstreamRequestId'] as const;
const counts = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const;

/** Names of exceptions, codes, request ids and stop reasons are no longer. */
const word = /^[\w.:-]{1,100}$/;

/** Stands for text that is not a word: it may quote a prompt. */
const unclear = 'unclear';

/**
 * Makes an entry fit for the log: words are bounded and have word characters only, and counts are safe whole numbers. What upstream
 * sends instead of a count is left out.
 */
export function inLogWords(entry: LogEntry): LogEntry {
  for (const name of words) {
    const said: unknown = entry[name];
    if (said !== undefined && !(typeof said === 'string' && word.test(said))) entry[name] = unclear;
  }
  for (const name of counts) {
    if (entry[name] !== undefined && !isCount(entry[name])) entry[name] = undefined;
  }
  return entry;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
