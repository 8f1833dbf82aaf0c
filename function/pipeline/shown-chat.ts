import { isObject } from '../dialects/json.ts';
import type { Stored } from '../storage/stored-responses.ts';
import { WholeChat } from '../translate/chat/whole-chat.ts';
import type { Showing } from './kept-stream.ts';

/** How the events of a stored chat are shown. */
export interface ChatEvents extends Showing {
  /** Stores what the events have told, where they came to their end. */
  readonly end: () => Promise<void>;
}

const lineEnd = /\r?\n\r?\n/;
const done = '[DONE]';

/**
 * Shows the chunks of a chat under its own ID, and stores the whole that they make before the stream says that it is done. Chunks are objects,
 * or bytes of a server, which may be cut anywhere.
 */
export function chatEvents(id: string, write: (completion: Stored) => Promise<void>): ChatEvents {
  const whole = new WholeChat();
  const decoder = new TextDecoder();
  let rest = '';
  let isWritten = false;

  async function end(): Promise<void> {
    const completion = isWritten ? undefined : whole.completion();
    isWritten = true;
    if (completion !== undefined) await write(completion);
  }

  function own(chunk: Stored): Stored {
    if ('error' in chunk) return chunk;
    const named = { ...chunk, id };
    whole.add(named);
    return named;
  }

  /** An event of a server, with the line that ends it. */
  function shownText(event: string): string {
    const data = /^data: ?(.*)$/m.exec(event)?.[1];
    const chunk = data === undefined || data === done ? undefined : parsedChunk(data);
    return chunk === undefined ? `${event}\n\n` : `data: ${JSON.stringify(own(chunk))}\n\n`;
  }

  function bytes(told: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const parts = (rest + decoder.decode(told, { stream: true })).split(lineEnd);
    rest = parts.pop() ?? '';
    const text = Buffer.from(parts.map(shownText).join(''));
    const isOver = parts.some((part) => part.startsWith('data:') && part.includes(done));
    return isOver ? end().then(() => text) : text;
  }

  return {
    event: (told) => (told instanceof Uint8Array ? bytes(told) : own({ ...told })),
    failure: (told) => told,
    end,
  };
}

function parsedChunk(data: string): Stored | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
