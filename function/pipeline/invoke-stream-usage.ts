import type { LogEntry } from '../request-context.ts';

/** Bedrock's metrics and the model's last event stand in the last chunks of a stream, each of some hundred bytes. */
const tailBytes = 8_192;

const chunk = /"bytes"\s*:\s*"([A-Za-z0-9+/=]{1,8192})"/g;
const metrics = /"amazon-bedrock-invocationMetrics"\s*:\s*(\{[^{}]*\})/g;
const ending = /"stop_?[rR]eason"\s*:\s*"(\w{1,40})"/g;

/**
 * Notes for the log what the end of a stream of InvokeModel says of itself: its events are base64 in chunks, and Bedrock adds its
 * metrics to the last one, whatever the model.
 */
export function noteChunks(entry: LogEntry, bytes: Uint8Array): void {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-tailBytes).toString('latin1');
  const said = [...tail.matchAll(chunk)]
    .map(([, text = '']) => Buffer.from(text, 'base64').toString('latin1'))
    .join('\n');
  const reason = last(ending, said);
  if (reason !== undefined) entry.stopReason = reason;
  const counts = counted(last(metrics, said));
  for (const [name, field] of fields) {
    const count = counts[field];
    if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) entry[name] = count;
  }
}

const fields = [
  ['inputTokens', 'inputTokenCount'],
  ['outputTokens', 'outputTokenCount'],
  ['cacheReadTokens', 'cacheReadInputTokenCount'],
] as const;

function last(pattern: RegExp, text: string): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}

function counted(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
