import type { Framing } from './framing.ts';
import { sse } from './sse.ts';

/** The framing of Anthropic's streams: each event has its type as its name, a ping fills a silence, and the last event is the end. */
export const anthropicSse: Framing = {
  ...sse,
  encode: (events) =>
    Buffer.concat(events.map((event) => (event instanceof Uint8Array ? event : Buffer.from(namedEvent(event))))),
  isError: (event) => !(event instanceof Uint8Array) && typeOf(event) === 'error',
  done: '',
  keepAlive: namedEvent({ type: 'ping' }),
};

/** JSON has no raw line breaks, so one `data` line always holds it. */
function namedEvent(event: object): string {
  return `event: ${String(typeOf(event))}\ndata: ${JSON.stringify(event)}\n\n`;
}

function typeOf(event: object): unknown {
  return Reflect.get(event, 'type');
}
