import type { Framing } from './framing.ts';

/** The comment that keeps a silent stream alive: server-sent events call it a line that starts with a colon; clients skip it. */
const keepAliveComment = ': keep-alive\n\n';

/** What OpenAI ends every stream with that went well. */
const doneEvent = 'data: [DONE]\n\n';

/** Headers of every stream of ours: no intermediary may store or re-pack it. */
const sseHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
};

/** One server-sent event. JSON has no raw line breaks, so one `data` line always holds it. */
function sseEvent(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** OpenAI's streams. */
export const sse: Framing = { headers: sseHeaders, encode, isError, done: doneEvent, keepAlive: keepAliveComment };

function encode(events: readonly (object | Uint8Array)[]): Uint8Array {
  let text = '';
  for (const event of events) {
    if (event instanceof Uint8Array) return mixed(events);
    text += sseEvent(event);
  }
  // From Buffer's pool: for texts as short as one delta about twice as fast as a TextEncoder.
  return Buffer.from(text);
}

function mixed(events: readonly (object | Uint8Array)[]): Uint8Array {
  const [only] = events;
  if (only instanceof Uint8Array && events.length === 1) return only;
  return Buffer.concat(events.map((event) => (event instanceof Uint8Array ? event : Buffer.from(sseEvent(event)))));
}

function isError(event: object | Uint8Array): boolean {
  return 'error' in event;
}

/** Whether the bytes of a stream so far end between two events: an empty line ends an event. */
export function endsSseEvent(bytes: Uint8Array): boolean {
  const [beforeLast, last] = bytes.subarray(-2);
  const newline = 0x0a;
  // `\r\n\r\n` ends in `\n` after `\r\n`: then the byte before the last is `\r`, and two before it is `\n`.
  return last === newline && (beforeLast === newline || (beforeLast === 0x0d && bytes.at(-3) === newline));
}
