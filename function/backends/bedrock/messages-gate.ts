import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Failure } from '../../dialects/outcome.ts';
import { createEventCutter } from '../openai/event-cutter.ts';
import { parseObject } from '../wire/json.ts';
import type { Gate } from '../wire/passthrough.ts';
import { service } from './failures.ts';

type ErrorEvent = Readonly<Record<string, unknown>>;

/** The position after each blank line. */
const eventEnd = /(?<=\n\r?\n)/;

/** The lines of an event that name it and hold its data (the HTML standard, "Server-sent events"). */
const nameLine = /^event:[ ]?([^\r\n]*)/m;
const dataLine = /^data:[ ]?([^\r\n]*)/gm;

/** An event may be what its name or its data say; in the text of an answer these quotes are escaped. */
const mayMatter = /"(?:error|message_stop)"|^event: ?(?:error|message_stop)\s/m;

/**
 * Creates a gate that forwards a stream of Anthropic's Messages in whole events. An error ends the stream and becomes the failure that
 * `failureOf` makes of its data, so that its text reaches no caller unchanged. A stream without `message_stop` was cut off.
 */
export function createMessagesGate(failureOf: (event: ErrorEvent) => Failure): Gate {
  const cutter = createEventCutter();
  let isDone = false;
  let isOver = false;

  function checked(bytes: Buffer): { readonly at: number; readonly failure?: Failure } {
    const text = bytes.toString('latin1');
    if (!mayMatter.test(text)) return { at: bytes.length };
    let at = 0;
    for (const event of text.split(eventEnd)) {
      const failure = failureIn(bytes.subarray(at, at + event.length).toString('utf8'));
      if (failure !== undefined) return { at, failure };
      at += event.length;
    }
    return { at };
  }

  function failureIn(event: string): Failure | undefined {
    const name = nameLine.exec(event)?.[1]?.trim();
    const data = parseObject([...event.matchAll(dataLine)].map(([, line = '']) => line).join('\n'));
    if (name === 'error' || data?.['type'] === 'error') return failureOf(data ?? {});
    isDone ||= data?.['type'] === 'message_stop';
    return undefined;
  }

  return {
    read(chunk) {
      if (isOver) return {};
      const whole = cutter.read(chunk);
      isOver = cutter.overflowed();
      if (isOver) return { failure: gatewayFailure('MalformedReply', `${service} sent an event that is too large.`) };
      if (whole.length === 0) return {};
      const { at, failure } = checked(whole);
      isOver = failure !== undefined;
      return { bytes: at === 0 ? undefined : whole.subarray(0, at), failure };
    },
    end() {
      if (isOver || isDone) return undefined;
      isOver = true;
      // The last event may lack its blank line.
      const { failure } = checked(cutter.end());
      return failure ?? gatewayFailure('TruncatedStream', `${service}'s stream ended without its last event.`);
    },
  };
}
