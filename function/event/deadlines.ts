import type { Invocation } from '../invocation.ts';
import { objectFields } from './fields.ts';

/** The time, and what Lambda's context says of it. Both in milliseconds. */
export interface Clock {
  /** Since the epoch. */
  readonly now: number;
  /** `context.getRemainingTimeInMillis()`. */
  readonly remainingMs: number;
}

type Deadlines = Pick<Invocation, 'answerBy' | 'streamUntil'>;

/** An HTTP API waits for 30 s at most, and then answers 503 with a text of its own. */
const httpApiTimeoutMs = 28_000;

/** Lambda gives a function 10 s to start: a request cannot have waited for longer. */
const maxStartMs = 10_000;

/** A REST API cuts off an answer after 5 minutes of silence. */
const restApiIdleTimeoutMs = 285_000;

/** Time of the function that is kept for the last event of a stream and for the log. */
const streamMarginMs = 10_000;

/** Time of the function that is kept for the log of a whole answer. */
const answerMarginMs = 1_000;

/**
 * Deadlines behind an HTTP API, whose clock began before a cold start did. A stream arrives whole there, so it ends in time as well.
 */
export function httpApiDeadlines(event: unknown, { now, remainingMs }: Clock): Deadlines {
  const { timeEpoch } = objectFields(objectFields(event)['requestContext']);
  const arrived = typeof timeEpoch === 'number' ? Math.min(Math.max(timeEpoch, now - maxStartMs), now) : now;
  const answerBy = Math.min(arrived + httpApiTimeoutMs, now + remainingMs - answerMarginMs);
  return { answerBy, streamUntil: answerBy };
}

/** Deadlines behind a REST API with streaming, which waits for as long as the function may run. */
export function restApiDeadlines({ now, remainingMs }: Clock): Deadlines {
  const streamUntil = now + remainingMs - streamMarginMs;
  return { answerBy: Math.min(streamUntil, now + restApiIdleTimeoutMs), streamUntil };
}
