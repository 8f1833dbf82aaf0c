import type { Failure, Streamed } from '../../dialects/outcome.ts';
import { errorObject, isError } from '../openai/error-object.ts';
import { parseObject } from '../wire/json.ts';
import { ours } from '../wire/own-failures.ts';
import { createLineReader } from './lines.ts';
import type { Shape } from './shapes.ts';

/** Turns the bytes of a stream of OpenAI's chunks, cut anywhere, into its events. After a failure it gives nothing more. */
export interface ChunkReader<Event> {
  /** The events that end in these bytes. */
  read(bytes: Uint8Array): readonly Streamed<Event>[];
  /** What is owed when no more bytes come: a last event, or a failure when they stop inside one. */
  end(): readonly Streamed<Event>[];
  /** Whether the stream said `[DONE]`. What comes after it is not read. */
  done(): boolean;
}

export interface ChunkReaderOptions<Event> {
  /** Who sends the stream, for the words of a failure. */
  readonly service: string;
  readonly shape: Shape<Event>;
}

/** Fields of event streams that say nothing here (their specification, 9.2.6). */
const idleField = /^(?:id|retry)(?::|$)/;

const lastEvent = '[DONE]';

/** As for one line: an event of many lines is worth no more memory. */
const longestEvent = 16 * 1024 * 1024;

/**
 * Reads both ways in which chunks are written, line by line: server-sent events (`data: {…}`, comments, `data: [DONE]`) and one
 * JSON object a line, as LMI writes them, with or without `[DONE]`.
 */
export function createChunkReader<Event extends object>({
  service,
  shape,
}: ChunkReaderOptions<Event>): ChunkReader<Event> {
  const lines = createLineReader();
  /** The data lines of the event that is being read, and the name that it has been given. */
  let data: string | undefined;
  let named = '';
  let said = false;
  let failure: Failure | undefined;

  function line(text: string): Event | undefined {
    if (text === '') return dispatch();
    if (text.startsWith('data:')) {
      const value = text.slice(text[5] === ' ' ? 6 : 5);
      data = data === undefined ? value : `${data}\n${value}`;
      if (data.length > longestEvent) failure = tooLarge(service);
      return undefined;
    }
    if (text.startsWith(':') || idleField.test(text)) return undefined;
    if (text.startsWith('event:')) {
      named = text.slice(6).trim();
      return undefined;
    }
    return item(text);
  }

  function dispatch(): Event | undefined {
    const found = data === undefined ? undefined : item(data);
    data = undefined;
    named = '';
    return found;
  }

  function item(text: string): Event | undefined {
    const trimmed = text.trim();
    said = trimmed === lastEvent;
    if (said || trimmed === '') return undefined;
    const value = parseObject(text);
    const event = value === undefined ? undefined : shape(value);
    if (named === 'error') failure = errorObject(service, value ?? { message: text });
    else if (value === undefined) failure = ours('MalformedReply', `${service} sent an event that is not JSON.`);
    else if (isError(value)) failure = errorObject(service, value);
    else if (event === undefined) failure = ours('MalformedReply', `${service} sent a malformed event.`);
    return event;
  }

  /** Each line in turn, up to a failure or `[DONE]`. */
  function walk(texts: readonly string[]): Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    for (const text of texts) {
      const event = line(text);
      if (failure !== undefined) return [...items, { failure }];
      if (said) return items;
      if (event !== undefined) items.push(event);
    }
    return items;
  }

  function read(bytes: Uint8Array): readonly Streamed<Event>[] {
    if (said || failure !== undefined) return [];
    const items = walk(lines.read(bytes));
    if (said || failure !== undefined || !lines.overflowed()) return items;
    failure = tooLarge(service);
    return [...items, { failure }];
  }

  /** Servers that forget the last blank line exist; what does not parse then was cut off. */
  function end(): readonly Streamed<Event>[] {
    if (said || failure !== undefined) return [];
    const items = walk([lines.end() ?? '', '']);
    return wasCut() ? [...items.slice(0, -1), { failure: truncated(service) }] : items;
  }

  function wasCut(): boolean {
    return failure?.name === 'MalformedReply';
  }

  return { read, end, done: () => said };
}

function tooLarge(service: string): Failure {
  return ours('MalformedReply', `${service} sent an event that is too large.`);
}

function truncated(service: string): Failure {
  return ours('TruncatedStream', `${service}'s stream ended inside an event.`);
}
