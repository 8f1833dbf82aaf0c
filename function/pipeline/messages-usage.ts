import { summaryOfBytes } from './passthrough-usage.ts';
import type { AnswerSummary, Usage } from './usage.ts';

/**
 * Usage of a stream of Anthropic's Messages, which tells it at both ends: input tokens in its first event, output tokens and the reason of
 * the end in one of its last.
 */
export class MessagesUsage {
  #first: Usage | undefined;

  /** Reads the first bytes of the stream, which are whole events. Returns the bytes. */
  note(events: Uint8Array): Uint8Array {
    if (this.#first === undefined) {
      const text = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
      const end = text.indexOf('\n\n');
      this.#first = summaryOfBytes(end < 0 ? text : text.subarray(0, end)).usage ?? {};
    }
    return events;
  }

  /** What the stream said of itself, given its last bytes. */
  summary(ending: Uint8Array): AnswerSummary {
    const { usage = {}, ...end } = summaryOfBytes(ending);
    const told = Object.entries(usage).filter(([, count]) => count !== undefined);
    return { ...end, usage: { ...this.#first, ...Object.fromEntries(told) } };
  }
}
