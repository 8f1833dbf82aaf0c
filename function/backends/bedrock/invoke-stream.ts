import { preludeBytes } from '../wire/frames.ts';
import { parseObject } from '../wire/json.ts';

const checksumBytes = 4;

/** Bedrock's own field in the last chunk of a stream, beside the model's. */
const metricsField = 'amazon-bedrock-invocationMetrics';

/**
 * Whether an InvokeModel stream that starts and ends with these frames is complete. Only Anthropic's wire shows both: it starts with
 * `message_start` and ends with `message_stop`, to which Bedrock adds its metrics, or `error`.
 */
export function isCompleteStream(last: Buffer, first: Buffer): boolean {
  if (modelEvent(first)?.['type'] !== 'message_start') return true;
  const event = modelEvent(last);
  return event?.['type'] === 'message_stop' || event?.['type'] === 'error' || event?.[metricsField] !== undefined;
}

/** The model's own event in a frame `{"bytes": "<base64 of JSON>"}`; undefined where there is none. */
function modelEvent(frame: Buffer): Readonly<Record<string, unknown>> | undefined {
  const start = preludeBytes + frame.readUInt32BE(4);
  const bytes = parseObject(frame.toString('utf8', start, frame.length - checksumBytes))?.['bytes'];
  return typeof bytes === 'string' ? parseObject(Buffer.from(bytes, 'base64').toString('utf8')) : undefined;
}
