import type { ConverseEvent, ConverseResponse, TokenUsage } from '../dialects/converse.gen.ts';
import type { Streamed } from '../dialects/outcome.ts';
import type { LogEntry } from './endpoint.ts';

/** Notes for the log what a stream's last events say. Called for every event: it looks at one key at a time. */
export function noteEvent(entry: LogEntry, item: Streamed<ConverseEvent>): void {
  if ('contentBlockDelta' in item) return;
  if ('messageStop' in item) entry.stopReason = item.messageStop.stopReason;
  else if ('metadata' in item) noteUsage(entry, item.metadata.usage);
  else if ('failure' in item) entry.error = item.failure.name;
}

/** The same for whole replies, of which there are `n`. */
export function noteReplies(entry: LogEntry, replies: readonly ConverseResponse[]): void {
  for (const reply of replies) {
    noteUsage(entry, reply.usage);
    entry.stopReason = reply.stopReason;
  }
}

/** Upstream's word, which a broken 200 may lack: a log line is no reason to fail. */
function noteUsage(entry: LogEntry, usage: TokenUsage | undefined): void {
  if (!usage) return;
  entry.inputTokens = (entry.inputTokens ?? 0) + usage.inputTokens;
  entry.outputTokens = (entry.outputTokens ?? 0) + usage.outputTokens;
  if (usage.cacheReadInputTokens) entry.cacheReadTokens = (entry.cacheReadTokens ?? 0) + usage.cacheReadInputTokens;
}
