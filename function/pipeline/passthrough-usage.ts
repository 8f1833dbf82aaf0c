import { finishReasonOf } from '../backends/answers/finish-reason.ts';
import type { LogEntry } from '../request-context.ts';

/** What follows the usage is short in every API whose answers pass through here; looking for it costs no parsing of the rest. */
const tailBytes = 4_096;

/** Neither can stand in the text of an answer: quotes are escaped there. */
const usage = /"usage"\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\})/g;
const ending = /"(?:stopReason|stop_reason)"\s*:\s*"(\w{1,40})"/g;
const finish = /"finish_reason"\s*:\s*"([^"\\]{1,64})"/g;

/** Notes for the log what the end of an answer says of itself that passes through as bytes, in OpenAI's words, AWS's or Anthropic's. */
export function notePassed(entry: LogEntry, bytes: Uint8Array): void {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-tailBytes).toString('latin1');
  noteEnd(entry, tail);
  const used = parsed(lastOf(usage, tail));
  const cached = count(
    used['cacheReadInputTokens'] ??
      used['cache_read_input_tokens'] ??
      parts(used['prompt_tokens_details'])['cached_tokens'],
  );
  const prompt = count(used['prompt_tokens']);
  const input =
    count(used['inputTokens'] ?? used['input_tokens']) ?? (prompt === undefined ? undefined : prompt - (cached ?? 0));
  const output = count(used['outputTokens'] ?? used['output_tokens'] ?? used['completion_tokens']);
  if (input !== undefined) entry.inputTokens = input;
  if (output !== undefined) entry.outputTokens = output;
  if (cached) entry.cacheReadTokens = cached;
}

/** vLLM's `stop_reason`, beside the finish reason, may be a text of the caller's: it counts only where there is no other word. */
function noteEnd(entry: LogEntry, tail: string): void {
  const finished = finishReasonOf(lastOf(finish, tail));
  const reason = finished ?? lastOf(ending, tail);
  if (finished === 'failed') entry.error ??= 'OpenAIError';
  else if (reason !== undefined) entry.stopReason = reason;
}

function lastOf(pattern: RegExp, text: string): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}

type Members = Readonly<Record<string, unknown>>;

function parsed(json: string | undefined): Members {
  try {
    return parts(JSON.parse(json ?? '{}'));
  } catch {
    return {};
  }
}

function parts(value: unknown): Members {
  return isMembers(value) ? value : {};
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
