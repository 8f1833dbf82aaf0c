import type { StreamEnd } from '../http/stream-writer.ts';
import type { LogEntry } from '../request-context.ts';
import { finishReasonOf } from '../translate/finish-reason.ts';
import type { ClientProtocol } from './client-protocol.ts';
import type { Progress } from './failover.ts';
import type { AnswerSummary } from './usage.ts';

/** What became of a model request. */
export interface Result {
  readonly progress: Progress;
  /** What the answer says of itself, or the failure that there is instead. */
  readonly summary: AnswerSummary;
  readonly client: ClientProtocol;
  /** How a stream ended; absent for a whole answer. */
  readonly end?: StreamEnd | undefined;
}

/**
 * Writes what became of a model request into its line of the log. Every request passes here once, when its answer is over: metrics of
 * usage belong here too.
 */
export function record(entry: LogEntry, { progress, summary, client, end }: Result): void {
  const { call, reason, firstFailure, attempts } = progress;
  const { usage, stopReason, failure } = summary;
  entry.target = call.label;
  entry.backend = call.label.slice(0, call.label.indexOf(':'));
  entry.reason = reason;
  entry.firstFailure = firstFailure;
  entry.attempts = attempts;
  entry.inputTokens = usage?.inputTokens;
  entry.outputTokens = usage?.outputTokens;
  entry.cacheReadTokens = usage?.cacheReadTokens;
  entry.cacheWriteTokens = usage?.cacheWriteTokens;
  entry.stopReason = stopReason;
  entry.finishReason = finishReasonOf(stopReason);
  if (failure !== undefined) {
    entry.error = failure.name;
    entry.upstreamStatus = failure.upstream?.status;
    entry.upstreamError = failure.upstream?.error;
    entry.upstreamRequestId = failure.upstream?.requestId;
  }
  if (end !== undefined) recordEnd(entry, end, client);
}

function recordEnd(entry: LogEntry, { reason, firstAt, error, cause }: StreamEnd, client: ClientProtocol): void {
  // Its arrival is taken off where the line is written.
  entry.firstTokenMs = firstAt;
  if (reason !== 'complete') entry.ended = reason;
  if (error !== undefined) entry.error ??= client.errorName(error);
  if (cause instanceof Error) entry.error ??= cause.name;
}
