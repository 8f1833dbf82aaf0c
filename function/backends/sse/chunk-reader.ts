import type { Failure, Streamed } from '../../dialects/outcome.ts';
import type { ItemParser } from '../answers/answer-reader.ts';
import { errorObject, isError } from '../openai/error-object.ts';
import { isObject } from '../../dialects/json.ts';
import { parseJson } from '../wire/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { createLineReader } from './line-reader.ts';

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
  readonly parse: ItemParser<Event>;
}

const lastEvent = '[DONE]';

/** As for one line: an event of many lines is worth no more memory. */
const longestEvent = 16 * 1024 * 1024;

/** How JSON begins that stands on a line of its own; in event streams such a line is a field that nobody knows. */
const jsonStart = /^\s*[{[]/;

/**
 * Reads the ways in which chunks are written, line by line: server-sent events (`data: {…}`, comments, `data: [DONE]`), one JSON
 * object a line, as LMI writes them, with or without `[DONE]`, and one JSON text on any number of lines, as servers answer that
 * do not stream. Other fields of event streams say nothing here (their specification, 9.2.6).
 */
export function createChunkReader<Event extends object>({
  service,
  parse,
}: ChunkReaderOptions<Event>): ChunkReader<Event> {
  const lines = createLineReader();
  /** The data lines of the event that is being read, and the name that it has been given. */
  let data: string | undefined;
  let named = '';
  /** The lines of a JSON text that is not whole yet: nothing else comes then. */
  let json: string[] | undefined;
  let jsonLength = 0;
  let said = false;
  let failure: Failure | undefined;
  /** Whether that is an event that is no JSON at all. */
  let unparsed = false;

  function line(text: string, out: Streamed<Event>[]): void {
    if (json !== undefined) return hold(json, text);
    if (text === '') return dispatch(out);
    if (text.startsWith('data:')) return field(text.slice(text[5] === ' ' ? 6 : 5));
    if (text.startsWith('event:')) named = text.slice(6).trim();
    else if (text === 'data') field('');
    else if (text.trim() === lastEvent) said = true;
    else if (jsonStart.test(text)) bare(text, out);
  }

  function field(value: string): void {
    data = data === undefined ? value : `${data}\n${value}`;
    if (data.length > longestEvent) failure = tooLarge(service);
  }

  function hold(held: string[], text: string): void {
    held.push(text);
    jsonLength += text.length;
    if (jsonLength > longestEvent) failure = tooLarge(service);
  }

  function bare(text: string, out: Streamed<Event>[]): void {
    const value = parseJson(text);
    if (value === undefined) hold((json = []), text);
    else item(value, out);
  }

  function dispatch(out: Streamed<Event>[]): void {
    const text = data;
    const name = named;
    data = undefined;
    named = '';
    if (text === undefined || text.trim() === '') return;
    said = text.trim() === lastEvent;
    if (said) return;
    const value = parseJson(text);
    if (name === 'error') failure = errorObject(service, value ?? text);
    else item(value, out);
  }

  function item(value: unknown, out: Streamed<Event>[]): void {
    if (isError(value)) failure = errorObject(service, value);
    else if (isObject(value)) failure = parse(value, out);
    else {
      unparsed = value === undefined;
      failure = gatewayFailure(
        'MalformedReply',
        `${service} sent an event that is not ${unparsed ? 'JSON' : 'a JSON object'}.`,
      );
    }
  }

  /** Each line in turn, up to a failure or `[DONE]`. */
  function walk(texts: readonly string[]): Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    for (const text of texts) {
      line(text, items);
      if (failure !== undefined) return [...items, { failure }];
      if (said) return items;
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
    if (json !== undefined && failure === undefined) items.push(...whole(json.join('\n')));
    return failure !== undefined && unparsed ? [...items.slice(0, -1), { failure: truncated(service) }] : items;
  }

  function whole(text: string): Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    item(parseJson(text), items);
    return failure === undefined ? items : [...items, { failure }];
  }

  return { read, end, done: () => said };
}

function tooLarge(service: string): Failure {
  return gatewayFailure('MalformedReply', `${service} sent an event that is too large.`);
}

function truncated(service: string): Failure {
  return gatewayFailure('TruncatedStream', `${service}'s stream ended inside an event.`);
}
