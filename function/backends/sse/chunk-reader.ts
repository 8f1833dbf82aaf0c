import type { Failure, Streamed } from '../../dialects/outcome.ts';
import type { ItemParser } from '../answers/answer-reader.ts';
import { errorObject, isError } from '../openai/error-object.ts';
import { isObject } from '../../dialects/json.ts';
import { parseJson } from '../wire/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { createLineReader } from './line-reader.ts';

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
 * Reads the events from the bytes of a stream of OpenAI's chunks, which may be cut anywhere. Chunks come line by line in any form:
 * server-sent events (`data: {…}`, comments, `data: [DONE]`); one JSON object a line, as LMI writes them, with or without `[DONE]`; and one
 * JSON text on any number of lines, as servers answer that do not stream. Other fields of event streams are ignored (their specification,
 * 9.2.6). Nothing follows a failure.
 */
export class ChunkReader<Event extends object> {
  readonly #service: string;
  readonly #parse: ItemParser<Event>;
  readonly #lines = createLineReader();
  /** The data lines of the event being read, and whether its name is `error`. */
  #data: string | undefined;
  #isErrorEvent = false;
  /** The lines of a JSON text that is not complete yet; nothing else follows it. */
  #json: string[] | undefined;
  #jsonLength = 0;
  #isDone = false;
  #failure: Failure | undefined;
  /** Whether the failure is an event that is not JSON at all. */
  #isNotJson = false;

  constructor({ service, parse }: ChunkReaderOptions<Event>) {
    this.#service = service;
    this.#parse = parse;
  }

  /** Returns the events that end in these bytes. */
  read(bytes: Uint8Array): readonly Streamed<Event>[] {
    if (this.#isOver()) return [];
    const items = this.#readLines(this.#lines.read(bytes));
    if (this.#isOver() || !this.#lines.overflowed()) return items;
    this.#failure = tooLarge(this.#service);
    return [...items, { failure: this.#failure }];
  }

  /**
   * Returns what is owed when no more bytes come: a last event (some servers omit the last blank line), or a failure where the stream
   * stops inside one.
   */
  end(): readonly Streamed<Event>[] {
    if (this.#isOver()) return [];
    const items = this.#readLines([this.#lines.end() ?? '', '']);
    if (this.#json !== undefined && this.#failure === undefined) items.push(...this.#readWhole(this.#json.join('\n')));
    if (this.#failure === undefined || !this.#isNotJson) return items;
    return [...items.slice(0, -1), { failure: truncated(this.#service) }];
  }

  /** Whether the stream sent `[DONE]`; what follows is not read. */
  done(): boolean {
    return this.#isDone;
  }

  #isOver(): boolean {
    return this.#isDone || this.#failure !== undefined;
  }

  /** Reads the lines in turn, up to a failure or `[DONE]`. */
  #readLines(lines: readonly string[]): Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    for (const line of lines) {
      this.#readLine(line, items);
      if (this.#failure !== undefined) return [...items, { failure: this.#failure }];
      if (this.#isDone) return items;
    }
    return items;
  }

  #readWhole(text: string): Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    this.#readItem(parseJson(text), items);
    return this.#failure === undefined ? items : [...items, { failure: this.#failure }];
  }

  #readLine(line: string, out: Streamed<Event>[]): void {
    if (this.#json !== undefined) return this.#holdJsonLine(this.#json, line);
    if (line === '') return this.#dispatch(out);
    if (line.startsWith('data:')) return this.#addData(line.slice(line[5] === ' ' ? 6 : 5));
    if (line.startsWith('event:')) this.#isErrorEvent = line.slice(6).trim() === 'error';
    else if (line === 'data') this.#addData('');
    else if (line.trim() === lastEvent) this.#isDone = true;
    else if (jsonStart.test(line)) this.#readJsonLine(line, out);
  }

  #addData(value: string): void {
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    if (this.#data.length > maxEventLength) this.#failure = tooLarge(this.#service);
  }

  #readJsonLine(line: string, out: Streamed<Event>[]): void {
    const value = parseJson(line);
    if (value === undefined) this.#holdJsonLine((this.#json = []), line);
    else this.#readItem(value, out);
  }

  #holdJsonLine(held: string[], line: string): void {
    held.push(line);
    this.#jsonLength += line.length;
    if (this.#jsonLength > maxEventLength) this.#failure = tooLarge(this.#service);
  }

  /** Ends the event being read. */
  #dispatch(out: Streamed<Event>[]): void {
    const data = this.#data;
    const isErrorEvent = this.#isErrorEvent;
    this.#data = undefined;
    this.#isErrorEvent = false;
    if (data === undefined || data.trim() === '') return;
    this.#isDone = data.trim() === lastEvent;
    if (this.#isDone) return;
    const value = parseJson(data);
    if (isErrorEvent) this.#failure = errorObject(this.#service, value ?? data);
    else this.#readItem(value, out);
  }

  #readItem(value: unknown, out: Streamed<Event>[]): void {
    if (isError(value)) this.#failure = errorObject(this.#service, value);
    else if (isObject(value)) this.#failure = this.#parse(value, out);
    else {
      this.#isNotJson = value === undefined;
      this.#failure = notAnObject(this.#service, this.#isNotJson);
    }
  }
}

function notAnObject(service: string, isNotJson: boolean): Failure {
  return gatewayFailure(
    'MalformedReply',
    `${service} sent an event that is not ${isNotJson ? 'JSON' : 'a JSON object'}.`,
  );
}

function tooLarge(service: string): Failure {
  return gatewayFailure('MalformedReply', `${service} sent an event that is too large.`);
}

function truncated(service: string): Failure {
  return gatewayFailure('TruncatedStream', `${service}'s stream ended inside an event.`);
}
