import type { Failure, Streamed } from '../../dialects/outcome.ts';
import type { ItemParser } from '../answers/answer-reader.ts';
import { errorObject, isError } from '../openai/error-object.ts';
import { isObject } from '../../dialects/json.ts';
import { parseJson } from '../wire/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { createLineReader } from './line-reader.ts';

/** Reads the events from the bytes of a stream of OpenAI's chunks, which may be cut anywhere. Nothing follows a failure. */
export interface ChunkReader<Event> {
  /** Returns the events that end in these bytes. */
  read(bytes: Uint8Array): readonly Streamed<Event>[];
  /** Returns what is owed when no more bytes come: a last event, or a failure where the stream stops inside one. */
  end(): readonly Streamed<Event>[];
  /** Whether the stream sent `[DONE]`; what follows is not read. */
  done(): boolean;
}

/** What the events of a stream look like, and who sends them. */
export interface ChunkReaderOptions<Event> {
  /** The service's name in the message of a failure. */
  readonly service: string;
  readonly parse: ItemParser<Event>;
}

const lastEvent = '[DONE]';

/** Characters of one event, which may have many lines: far above any that models write. */
const maxEventLength = 16 * 1024 * 1024;

/** How JSON on a line of its own starts; in event streams such a line is an unknown field. */
const jsonStart = /^\s*[{[]/;

/**
 * Creates a reader for chunks in any form, line by line: server-sent events (`data: {…}`, comments, `data: [DONE]`); one JSON object a
 * line, as LMI writes them, with or without `[DONE]`; and one JSON text on any number of lines, as servers answer that do not stream. Other
 * fields of event streams are ignored (their specification, 9.2.6).
 */
export function createChunkReader<Event extends object>({
  service,
  parse,
}: ChunkReaderOptions<Event>): ChunkReader<Event> {
  const lines = createLineReader();
  /** The data lines of the event being read, and its name. */
  let data: string | undefined;
  let eventName = '';
  /** The lines of a JSON text that is not complete yet; nothing else follows it. */
  let json: string[] | undefined;
  let jsonLength = 0;
  let isDone = false;
  let failure: Failure | undefined;
  /** Whether the failure is an event that is not JSON at all. */
  let unparsed = false;

  function line(text: string, out: Streamed<Event>[]): void {
    if (json !== undefined) return holdJsonLine(json, text);
    if (text === '') return dispatch(out);
    if (text.startsWith('data:')) return addData(text.slice(text[5] === ' ' ? 6 : 5));
    if (text.startsWith('event:')) eventName = text.slice(6).trim();
    else if (text === 'data') addData('');
    else if (text.trim() === lastEvent) isDone = true;
    else if (jsonStart.test(text)) readJsonLine(text, out);
  }

  function addData(value: string): void {
    data = data === undefined ? value : `${data}\n${value}`;
    if (data.length > maxEventLength) failure = tooLarge(service);
  }

  function holdJsonLine(held: string[], text: string): void {
    held.push(text);
    jsonLength += text.length;
    if (jsonLength > maxEventLength) failure = tooLarge(service);
  }

  function readJsonLine(text: string, out: Streamed<Event>[]): void {
    const value = parseJson(text);
    if (value === undefined) holdJsonLine((json = []), text);
    else item(value, out);
  }

  function dispatch(out: Streamed<Event>[]): void {
    const text = data;
    const name = eventName;
    data = undefined;
    eventName = '';
    if (text === undefined || text.trim() === '') return;
    isDone = text.trim() === lastEvent;
    if (isDone) return;
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

  /** Reads the lines in turn, up to a failure or `[DONE]`. */
  function readLines(texts: readonly string[]): Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    for (const text of texts) {
      line(text, items);
      if (failure !== undefined) return [...items, { failure }];
      if (isDone) return items;
    }
    return items;
  }

  function read(bytes: Uint8Array): readonly Streamed<Event>[] {
    if (isDone || failure !== undefined) return [];
    const items = readLines(lines.read(bytes));
    if (isDone || failure !== undefined || !lines.overflowed()) return items;
    failure = tooLarge(service);
    return [...items, { failure }];
  }

  /** Reads what is left: some servers omit the last blank line. What does not parse then was cut off. */
  function end(): readonly Streamed<Event>[] {
    if (isDone || failure !== undefined) return [];
    const items = readLines([lines.end() ?? '', '']);
    if (json !== undefined && failure === undefined) items.push(...readWhole(json.join('\n')));
    return failure !== undefined && unparsed ? [...items.slice(0, -1), { failure: truncated(service) }] : items;
  }

  function readWhole(text: string): Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    item(parseJson(text), items);
    return failure === undefined ? items : [...items, { failure }];
  }

  return { read, end, done: () => isDone };
}

function tooLarge(service: string): Failure {
  return gatewayFailure('MalformedReply', `${service} sent an event that is too large.`);
}

function truncated(service: string): Failure {
  return gatewayFailure('TruncatedStream', `${service}'s stream ended inside an event.`);
}
