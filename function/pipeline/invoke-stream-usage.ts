import { count, fieldsOf, lastMatch } from './tail.ts';
import type { AnswerSummary } from './usage.ts';

/** Bedrock's metrics and the model's last event stand in the last chunks of a stream, each of some hundred bytes. */
const tailBytes = 8_192;

const chunk = /"bytes"\s*:\s*"([A-Za-z0-9+/=]{1,8192})"/g;
const metrics = /"amazon-bedrock-invocationMetrics"\s*:\s*(\{[^{}]*\})/g;
const stopReason = /"stop_?[rR]eason"\s*:\s*"(\w{1,40})"/g;

/**
 * What the end of a stream of InvokeModel says of it: its events are base64 in chunks, and Bedrock adds its metrics to the last one,
 * whatever the model.
 */
export function summaryOfChunks(bytes: Uint8Array): AnswerSummary {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-tailBytes).toString('latin1');
  const text = [...tail.matchAll(chunk)]
    .map(([, encoded = '']) => Buffer.from(encoded, 'base64').toString('latin1'))
    .join('\n');
  const counts = fieldsOf(lastMatch(metrics, text));
  return {
    stopReason: lastMatch(stopReason, text),
    usage: {
      inputTokens: count(counts['inputTokenCount']),
      outputTokens: count(counts['outputTokenCount']),
      cacheReadTokens: count(counts['cacheReadInputTokenCount']),
      cacheWriteTokens: count(counts['cacheWriteInputTokenCount']),
    },
  };
}
