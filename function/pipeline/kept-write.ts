import { ApiError } from '../errors.ts';
import type { RequestContext } from '../request-context.ts';

/** How long an answer waits until it is stored, in milliseconds. */
const writeTimeoutMs = 3_000;

/** What is left of the time of a request for sending the end of its answer, in milliseconds. */
const sendingMs = 500;

/**
 * Stores an answer, and says whether it is stored: one that cannot be is sent all the same. `write` ends when its signal aborts. The store has
 * logged why it failed, which raises the alarm `stores`.
 */
export async function isWritten(
  { services, invocation }: Pick<RequestContext, 'services' | 'invocation'>,
  write: (signal: AbortSignal) => Promise<void>,
  { stream }: { readonly stream: boolean },
): Promise<boolean> {
  const until = stream ? invocation.streamUntil : invocation.answerBy;
  const left = Math.max(until - services.now() - sendingMs, 0);
  try {
    await write(AbortSignal.timeout(Math.min(writeTimeoutMs, left)));
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
