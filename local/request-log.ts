import { styleText } from 'node:util';
import { BoundedMap } from './bounded-map.ts';

/** One exchange as the edge saw it. */
export interface Exchange {
  readonly method: string;
  /** The path of the request as it was sent, without the query. */
  readonly path: string;
  /** Undefined when the client went before there was an answer. */
  readonly status: number | undefined;
  /** When it came, in milliseconds since the epoch. */
  readonly time: number;
  /** From the request's arrival to the end of the answer. */
  readonly milliseconds: number;
  /** The API's id of it, under which the function logs it; undefined when no API took it. */
  readonly requestId: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;
type Color = 'green' | 'yellow' | 'red' | 'dim';

/** How long the line of an answer that has ended waits for the function's own entry, in milliseconds. */
const maxWaitForEntryMs = 1000;
const maxEntries = 1000;

/** Makes one readable line of each request: of what the edge saw, and of the function's log entry. */
export class RequestLog {
  readonly #write: (text: string) => void;
  /** Entries that came before their exchange. The exchange of a client that has gone may never come. */
  readonly #entries = new BoundedMap<string, Fields>(maxEntries);
  readonly #exchanges = new Map<string, { readonly exchange: Exchange; readonly timer: NodeJS.Timeout }>();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Takes what functions write on standard output: JSON lines, and anything else, which stays as it is. */
  readonly take = (text: string): void => {
    for (const line of text.split('\n').filter((each) => each !== '')) this.#line(line);
  };

  /** Takes an exchange that has ended. */
  readonly served = (exchange: Exchange): void => {
    const { requestId } = exchange;
    if (requestId === undefined) return this.#write(requestLine(exchange, { by: 'API Gateway' }));
    const entry = this.#entries.get(requestId);
    if (entry) return this.#both(requestId, exchange, entry);
    // No entry says little: a stack's logLevel may leave it out.
    const timer = setTimeout(() => this.#both(requestId, exchange, {}), maxWaitForEntryMs);
    timer.unref();
    this.#exchanges.set(requestId, { exchange, timer });
  };

  #line(line: string): void {
    const fields = parsed(line);
    const requestId = fields?.['requestId'];
    if (!fields) this.#write(`${line}\n`);
    else if (fields['message'] !== 'request' || typeof requestId !== 'string') this.#write(otherLine(fields));
    else this.#entry(requestId, fields);
  }

  #entry(requestId: string, fields: Fields): void {
    const held = this.#exchanges.get(requestId);
    if (held) this.#both(requestId, held.exchange, fields);
    else this.#entries.set(requestId, fields);
  }

  #both(requestId: string, exchange: Exchange, fields: Fields): void {
    clearTimeout(this.#exchanges.get(requestId)?.timer);
    this.#exchanges.delete(requestId);
    this.#entries.delete(requestId);
    this.#write(requestLine(exchange, fields));
  }
}

/** `19:05:39 POST /v1/chat/completions 200 gpt-4o → us.… 4+61 tokens 12 ms`. */
function requestLine({ method, path, status, time, milliseconds }: Exchange, fields: Fields): string {
  const { model, target, inputTokens, outputTokens, error, ended, by } = fields;
  const tokens = [inputTokens, outputTokens].filter((count) => typeof count === 'number');
  const parts = [
    paint('dim', clock(time)),
    `${method} ${printable(path)}`,
    status === undefined ? paint('yellow', 'client gone') : paint(colorOf(status), String(status)),
    names(model, target),
    tokens.length > 0 ? `${tokens.join('+')} tokens` : '',
    typeof error === 'string' ? paint(colorOf(status), error) : '',
    typeof ended === 'string' ? paint('red', ended) : '',
    typeof by === 'string' && status !== undefined ? `from ${by}` : '',
    paint('dim', `${Math.round(milliseconds)} ms`),
  ];
  return `${parts.filter((part) => part !== '').join('  ')}\n`;
}

function names(model: unknown, target: unknown): string {
  return [model, target]
    .filter((each) => typeof each === 'string')
    .map(printable)
    .join(' → ');
}

/** Fields of every log line that say nothing new on a terminal. */
const commonFields = new Set(['level', 'message', 'timestamp', 'service', 'sampling_rate']);

/** A line about something else than a request: its level, its message, and its fields. */
function otherLine(line: Fields): string {
  const of = (name: string): string => (typeof line[name] === 'string' ? line[name] : '');
  const fields = Object.entries(line)
    .filter(([name]) => !commonFields.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const level = of('level');
  const color = level === 'ERROR' ? 'red' : 'yellow';
  const shown = level === 'INFO' || level === 'DEBUG' ? [] : [paint(color, level)];
  return `${[paint('dim', clock(Date.parse(of('timestamp')))), ...shown, ...[of('message'), ...fields].map(printable)].join('  ')}\n`;
}

function colorOf(status = 499): Color {
  if (status < 400) return 'green';
  return status < 500 ? 'yellow' : 'red';
}

/** Colours only where standard error is a terminal that has them, or FORCE_COLOR asks for them. */
function paint(color: Color, text: string): string {
  return styleText(color, text, { stream: process.stderr });
}

function clock(time: number): string {
  return new Date(Number.isNaN(time) ? Date.now() : time).toTimeString().slice(0, 8);
}

/** What a terminal shows as it is, so that no caller writes control characters to it. */
function printable(text: string): string {
  const shown = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

function parsed(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
