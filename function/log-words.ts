import type { LogEntry } from './request-context.ts';

/** What upstream or a caller may have worded. */
const words = ['method', 'stopReason', 'error'] as const;
const counts = ['inputTokens', 'outputTokens', 'cacheReadTokens'] as const;

/** Names of exceptions, codes and stop reasons are no longer. */
const word = /^[\w.:-]{1,100}$/;

/** Stands for whatever is no word: that may quote a prompt. */
const unclear = 'unclear';

/**
 * Makes an entry fit for the log: words are bounded and have word characters only, and counts are whole numbers that are none too
 * large to be told exactly. What upstream says instead of a count is left out.
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
