import type { Invocation } from '../invocation.ts';
import { members } from './members.ts';

/** What Lambda's context tells of time. */
export interface Clock {
  readonly now: number;
  /** `context.getRemainingTimeInMillis()`. */
  readonly remainingMs: number;
}

type Deadlines = Pick<Invocation, 'answerBy' | 'streamUntil'>;

/** An HTTP API waits 30 s, whatever is configured, and then answers 503 with a text of its own. */
const httpApiMs = 28_000;

/** Longer than Lambda lets a function start: a request cannot have waited for more than that. */
const longestStartMs = 10_000;

/** A REST API cuts an answer that is silent for 5 minutes. */
const restSilenceMs = 285_000;

/** What is kept of the function's time to say that it is over, and to log it. */
const streamMarginMs = 10_000;
const answerMarginMs = 1_000;

/** Behind an HTTP API, whose clock began before a cold start did. Streams arrive whole, so they end in time as well. */
export function httpApiDeadlines(event: unknown, { now, remainingMs }: Clock): Deadlines {
  const { timeEpoch } = members(members(event)['requestContext']);
  const arrived = typeof timeEpoch === 'number' ? Math.min(Math.max(timeEpoch, now - longestStartMs), now) : now;
  const answerBy = Math.min(arrived + httpApiMs, now + remainingMs - answerMarginMs);
  return { answerBy, streamUntil: answerBy };
}

/** Behind a REST API that streams, which waits for as long as the function may run. */
export function restApiDeadlines({ now, remainingMs }: Clock): Deadlines {
  const streamUntil = now + remainingMs - streamMarginMs;
  return { answerBy: Math.min(streamUntil, now + restSilenceMs), streamUntil };
}
