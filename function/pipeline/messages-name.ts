import type { Outcome } from '../dialects/outcome.ts';
import { renameModel, settleField } from '../translate/openai/rename-model.ts';
import type { Answer } from './prepared-call.ts';

/**
 * A whole answer of Anthropic's Messages under the name that the client asked for. Claude Code takes the reasoning in an answer of another name
 * for that of another model, and does not send it back.
 */
export function namedAnswer(outcome: Outcome<Answer>, model: string): Outcome<Answer> {
  if (!outcome.ok || !('bytes' in outcome.value)) return outcome;
  const text = Buffer.from(outcome.value.bytes).toString();
  return { ok: true, value: { ...outcome.value, bytes: Buffer.from(renameModel(text, model)) } };
}

const messageStart = /^event: message_start\ndata: (\{.*)\n\n/;

/** The first bytes of a stream, which are whole events, under that name: only the first event has one. */
export function namedStart(events: Uint8Array, model: string): Uint8Array {
  const text = Buffer.from(events.buffer, events.byteOffset, events.byteLength).toString();
  const [first = '', data = ''] = messageStart.exec(text) ?? [];
  const message = messageIn(data);
  if (message === undefined) return events;
  const named = settleField(data, { field: 'message', value: { ...message, model } });
  return Buffer.from(`event: message_start\ndata: ${named}\n\n${text.slice(first.length)}`);
}

function messageIn(data: string): object | undefined {
  try {
    const { message }: { message?: unknown } = JSON.parse(data);
    return typeof message === 'object' && message !== null && 'model' in message ? message : undefined;
  } catch {
    return undefined;
  }
}
