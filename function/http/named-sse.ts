import type { Framing } from './framing.ts';
import { sse } from './sse.ts';

/**
 * The framing of streams whose events have names, as those of OpenAI's Responses: each event's `type` is its name, and the end is said after
 * an error as well.
 */
export const namedSse: Framing = { ...sse, encode, isError };

function encode(events: readonly (object | Uint8Array)[]): Uint8Array {
  let text = '';
  for (const event of events) {
    if (event instanceof Uint8Array) return mixed(events);
    text += namedEvent(event);
  }
  return Buffer.from(text);
}

function mixed(events: readonly (object | Uint8Array)[]): Uint8Array {
  return Buffer.concat(events.map((event) => (event instanceof Uint8Array ? event : Buffer.from(namedEvent(event)))));
}

/** JSON has no raw line breaks, so one `data` line always holds it. */
function namedEvent(event: object): string {
  const text = `event: ${String(Reflect.get(event, 'type'))}\ndata: ${JSON.stringify(event)}\n\n`;
  return isError(event) ? text + sse.done : text;
}

function isError(event: object | Uint8Array): boolean {
  if (event instanceof Uint8Array) return false;
  const type: unknown = Reflect.get(event, 'type');
  return type === 'response.failed' || type === 'error';
}
