import type { ConverseEvent, ConverseResponse, TokenUsage } from '../dialects/converse.gen.ts';
import type { Failure, Streamed } from '../dialects/outcome.ts';

/** What an answer says of itself, in one vocabulary whichever dialect upstream speaks. A stream's grows until it is over. */
export interface AnswerSummary {
  usage?: Usage | undefined;
  /** Upstream's own word for why the answer ended. */
  stopReason?: string | undefined;
  /** The failure that ended a stream. */
  failure?: Failure | undefined;
}

/** Tokens, as Converse counts them: those read from a cache or written to one are no input tokens. */
export interface Usage {
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  cacheReadTokens?: number | undefined;
  cacheWriteTokens?: number | undefined;
}

/** Reads what upstream's dialect says of usage and of the end. */
export interface UsageReader<Reply, Event> {
  /** Adds up the replies of parallel calls. */
  readonly replies: (replies: readonly Reply[]) => AnswerSummary;
  /** Adds what one event says. Called for every event of a stream, so it looks at one key at a time. */
  readonly event: (summary: AnswerSummary, item: Streamed<Event>) => void;
}

/** Reads usage and stop reason from Converse's replies and events. */
export const converseUsage: UsageReader<ConverseResponse, ConverseEvent> = {
  replies(replies) {
    const summary: AnswerSummary = {};
    for (const { usage, stopReason } of replies) {
      addTokens(summary, usage);
      summary.stopReason = stopReason;
    }
    return summary;
  },
  event(summary, item) {
    if ('contentBlockDelta' in item) return;
    if ('messageStop' in item) summary.stopReason = item.messageStop.stopReason;
    else if ('metadata' in item) addTokens(summary, item.metadata.usage);
    else if ('failure' in item) summary.failure = item.failure;
  },
};

/** Replies and chunks of OpenAI's dialects, as far as they tell of usage. */
interface OpenAiAnswer {
  readonly usage?: OpenAiUsage | null;
  readonly choices: readonly { readonly finish_reason?: string | null }[];
}

interface OpenAiUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number };
}

/** Reads usage and finish reason from replies and chunks in OpenAI's dialects. */
export const openAiUsage: UsageReader<OpenAiAnswer, OpenAiAnswer> = {
  replies(replies) {
    const summary: AnswerSummary = {};
    for (const reply of replies) readAnswer(summary, reply);
    return summary;
  },
  event(summary, item) {
    if ('failure' in item) summary.failure = item.failure;
    else readAnswer(summary, item);
  },
};

/** One call answers all choices, and usage that is told again is the usage so far: the last word counts. */
function readAnswer(summary: AnswerSummary, { usage, choices }: OpenAiAnswer): void {
  const reason = choices.at(-1)?.finish_reason;
  if (reason) summary.stopReason = reason;
  if (!usage) return;
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  summary.usage = {
    inputTokens: Math.max(usage.prompt_tokens - cached, 0),
    outputTokens: usage.completion_tokens,
    ...(cached > 0 && { cacheReadTokens: cached }),
  };
}

/** A broken 200 may lack the usage: a log line is no reason to fail. */
function addTokens(summary: AnswerSummary, tokens: TokenUsage | undefined): void {
  if (!tokens) return;
  const usage = (summary.usage ??= { inputTokens: 0, outputTokens: 0 });
  usage.inputTokens = (usage.inputTokens ?? 0) + tokens.inputTokens;
  usage.outputTokens = (usage.outputTokens ?? 0) + tokens.outputTokens;
  if (tokens.cacheReadInputTokens) usage.cacheReadTokens = (usage.cacheReadTokens ?? 0) + tokens.cacheReadInputTokens;
  if (tokens.cacheWriteInputTokens)
    usage.cacheWriteTokens = (usage.cacheWriteTokens ?? 0) + tokens.cacheWriteInputTokens;
}
