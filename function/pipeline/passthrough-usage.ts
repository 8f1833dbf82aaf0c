import { isObject } from '../dialects/json.ts';
import { readFinishReason } from '../backends/answers/finish-reason.ts';
import { count, fieldsOf, lastMatch } from './tail.ts';
import type { AnswerSummary, Usage } from './usage.ts';

/** What follows the usage is short in every API whose answers pass through here; looking for it costs no parsing of the rest. */
const tailBytes = 4_096;

/** Neither can stand in the text of an answer: quotes are escaped there. */
const usage = /"usage"\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\})/g;
const stopReason = /"(?:stopReason|stop_reason)"\s*:\s*"(\w{1,40})"/g;
const finishReason = /"finish_reason"\s*:\s*"([^"\\]{1,64})"/g;

/** What the end of an answer that passes through says of it, in the fields of OpenAI, AWS or Anthropic. */
export function summaryOfBytes(bytes: Uint8Array): AnswerSummary {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-tailBytes).toString('latin1');
  return { ...endOf(tail), usage: usageOf(fieldsOf(lastMatch(usage, tail))) };
}

/** vLLM's `stop_reason`, beside the finish reason, may be a text of the caller's: it counts only where there is no other word. */
function endOf(tail: string): AnswerSummary {
  const finished = readFinishReason(lastMatch(finishReason, tail));
  if (finished === 'failed') return { failure: { name: 'OpenAIError', status: 502, message: '' } };
  const reason = finished ?? lastMatch(stopReason, tail);
  return reason === undefined ? {} : { stopReason: reason };
}

type Fields = ReturnType<typeof fieldsOf>;

function usageOf(fields: Fields): Usage | undefined {
  const details = fields['prompt_tokens_details'];
  const cacheReadTokens = count(
    fields['cacheReadInputTokens'] ??
      fields['cache_read_input_tokens'] ??
      (isObject(details) ? details['cached_tokens'] : undefined),
  );
  const cacheWriteTokens = count(fields['cacheWriteInputTokens'] ?? fields['cache_creation_input_tokens']);
  const prompt = count(fields['prompt_tokens']);
  const inputTokens =
    count(fields['inputTokens'] ?? fields['input_tokens']) ??
    (prompt === undefined ? undefined : prompt - (cacheReadTokens ?? 0));
  const outputTokens = count(fields['outputTokens'] ?? fields['output_tokens'] ?? fields['completion_tokens']);
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: cacheReadTokens || undefined,
    cacheWriteTokens: cacheWriteTokens || undefined,
  };
}
