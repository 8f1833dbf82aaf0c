import type { ConverseEvent, ConverseResponse, TokenUsage } from '../dialects/converse.gen.ts';
import type { Streamed } from '../dialects/outcome.ts';
import type { LogEntry } from '../request-context.ts';

/** Notes for the log what answers say of themselves, in upstream's dialect. */
export interface Meter<Reply, Event> {
  /** Of `n` replies. */
  readonly replies: (entry: LogEntry, replies: readonly Reply[]) => void;
  /** Called for every event: it looks at one key at a time. */
  readonly event: (entry: LogEntry, item: Streamed<Event>) => void;
}

export const converseMeter: Meter<ConverseResponse, ConverseEvent> = {
  replies(entry, replies) {
    for (const reply of replies) {
      noteTokens(entry, reply.usage);
      entry.stopReason = reply.stopReason;
    }
  },
  event(entry, item) {
    if ('contentBlockDelta' in item) return;
    if ('messageStop' in item) entry.stopReason = item.messageStop.stopReason;
    else if ('metadata' in item) noteTokens(entry, item.metadata.usage);
    else if ('failure' in item) entry.error = item.failure.name;
  },
};

/** What chunks and replies of OpenAI's dialects have in common, as backends read them. */
interface OpenAiAnswer {
  readonly usage?: OpenAiUsage | null;
  readonly choices: readonly { readonly finish_reason?: string | null }[];
}

interface OpenAiUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number };
}

export const openAiMeter: Meter<OpenAiAnswer, OpenAiAnswer> = {
  replies(entry, replies) {
    for (const reply of replies) noteAnswer(entry, reply);
  },
  event(entry, item) {
    if ('failure' in item) entry.error = item.failure.name;
    else noteAnswer(entry, item);
  },
};

/** One call answers whatever is asked, and usage that is told again is what was used so far: the last word counts. */
function noteAnswer(entry: LogEntry, { usage, choices }: OpenAiAnswer): void {
  const reason = choices.at(-1)?.finish_reason;
  if (reason) entry.stopReason = reason;
  if (!usage) return;
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  entry.inputTokens = Math.max(usage.prompt_tokens - cached, 0);
  entry.outputTokens = usage.completion_tokens;
  if (cached > 0) entry.cacheReadTokens = cached;
}

/** Upstream's word, which a broken 200 may lack: a log line is no reason to fail. */
function noteTokens(entry: LogEntry, usage: TokenUsage | undefined): void {
  if (!usage) return;
  entry.inputTokens = (entry.inputTokens ?? 0) + usage.inputTokens;
  entry.outputTokens = (entry.outputTokens ?? 0) + usage.outputTokens;
  if (usage.cacheReadInputTokens) entry.cacheReadTokens = (entry.cacheReadTokens ?? 0) + usage.cacheReadInputTokens;
}
