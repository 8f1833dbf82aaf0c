import { isObject } from '../dialects/json.ts';
import type { ModelRequest } from './route.ts';

/** A body as it is sent, and what its stream is filtered by. */
export interface AskedForUsage {
  readonly body: Readonly<Record<string, unknown>>;
  /** Present where the client has not asked for what the stream tells of its usage. */
  readonly filter?: (events: Uint8Array) => Uint8Array;
}

/**
 * Asks a stream that passes through for its usage, where somebody counts that: what is reserved for it would stay charged otherwise. A client
 * that has not asked for it may fail on the event that tells it, which has no choice, so that event is taken out.
 */
export function askedForUsage(
  body: Readonly<Record<string, unknown>>,
  { stream, context }: Pick<ModelRequest<unknown>, 'stream' | 'context'>,
): AskedForUsage {
  if (!stream || context.services.meter === undefined) return { body };
  const { stream_options: given } = body;
  const options = isObject(given) ? given : {};
  if (options['include_usage'] === true) return { body };
  return { body: { ...body, stream_options: { ...options, include_usage: true } }, filter: withoutUsage };
}

/** In the text of an answer, its quotes are escaped. */
const usageMark = Buffer.from('"prompt_tokens"');

/** The position after each blank line. */
const eventEnd = /(?<=\n\r?\n)/;

/** Whole events without those that tell the usage alone. All other bytes stay as they are. */
function withoutUsage(events: Uint8Array): Uint8Array {
  const bytes = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  if (!bytes.includes(usageMark)) return events;
  const kept = bytes
    .toString('latin1')
    .split(eventEnd)
    .filter((event) => !tellsUsageAlone(event));
  return Buffer.from(kept.join(''), 'latin1');
}

function tellsUsageAlone(event: string): boolean {
  const [, data] = /(?:^|\n)data:([^\r\n]*)/.exec(event) ?? [];
  try {
    const value: unknown = JSON.parse(data ?? '');
    return (
      isObject(value) && Array.isArray(value['choices']) && value['choices'].length === 0 && isObject(value['usage'])
    );
  } catch {
    return false;
  }
}
