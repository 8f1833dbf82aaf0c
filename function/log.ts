import type { LogLevel } from './config.ts';
import type { LogEntry, Measure, Unlogged } from './request-context.ts';

/** Where log lines go: one JSON object each, on standard output, which Lambda hands to CloudWatch as it is. */
export interface Log {
  /** Writes one line for each request: an error when the gateway or its upstream failed, a warning when the request was refused or its stream broke. */
  readonly request: (entry: LogEntry, unlogged?: Unlogged) => void;
  /** An answer broke after its status was out. `error` is a name: a message could quote the answer. */
  readonly broken: (requestId: string, error: string) => void;
  /** Tells the result of reading the models parameter: no keys, and no part of a value that was not understood. */
  readonly names: (outcome: Fields) => void;
  /** Tells of changes of gateway keys, and of problems with where they are kept: ids and names only. A `problem` makes it an error. */
  readonly keys: (fields: Fields) => void;
  /** Tells of problems with counting requests, by their names. */
  readonly usage: (fields: Fields) => void;
  /** Tells of problems with the store of files, by the names of operations and errors. */
  readonly storage: (fields: Fields) => void;
  /** Writes what only a function at `debug` logs. */
  readonly details: (fields: object) => void;
  /** Resolves when every line is written: Lambda freezes the process as soon as a handler is done. */
  readonly settled: () => Promise<void>;
}

type Fields = Readonly<Record<string, unknown>>;

const service = 'bedrock-gateway';
const namesMessage = 'models parameter';
const keysMessage = 'gateway keys';

/** The clock of a log, and the least level that it writes. */
export interface LogOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The least level that is written; `info` by default. */
  readonly least?: LogLevel;
  /** Loads what writes metrics into the lines of requests, with the first of them: its answer is over by then. Absent for no metrics. */
  readonly measure?: (() => Promise<Measure>) | undefined;
}

/**
 * Writes log lines. The line of a request that went well is one JSON.stringify. Powertools writes errors, and is loaded with the first of
 * them: it adds 15 ms to every cold start and a sixth to the work of a short request (docs/performance.md).
 */
export function createLog(print: (line: string) => void, { now, least = 'info', measure: load }: LogOptions): Log {
  const isWanted = { WARN: least !== 'error', INFO: least === 'info' || least === 'debug' };
  const pending = new Set<Promise<void>>();
  let measure: Measure | undefined;
  let powertools: Promise<(message: string, fields: Fields) => void> | undefined;

  function error(message: string, fields: Fields): void {
    powertools ??= import('@aws-lambda-powertools/logger').then(({ Logger }) => {
      const logger = new Logger({ serviceName: service });
      return (...line) => logger.error(...line);
    });
    later(powertools.then((writeLine) => writeLine(message, fields)));
  }

  function later(work: Promise<void>): void {
    const done = work.finally(() => pending.delete(done));
    pending.add(done);
  }

  function write(level: 'INFO' | 'WARN', message: string, fields: object): void {
    if (isWanted[level]) print(lineOf(level, { message, at: now(), fields }));
  }

  function request(entry: LogEntry, unlogged: Unlogged): void {
    const isError = entry.status >= 500;
    // A stream that broke has an error under its 200.
    const level = entry.status >= 400 || entry.error !== undefined ? 'WARN' : 'INFO';
    const isLogged = isError || isWanted[level];
    const metrics = measure?.(entry, unlogged, isLogged) ?? '';
    if (isError) error('request', { ...entry, ...JSON.parse(`{${metrics}}`) });
    else if (isLogged) print(lineOf(level, { message: 'request', at: now(), fields: entry, metrics }));
    else if (metrics !== '') print(lineOf('INFO', { message: 'metrics', at: now(), fields: {}, metrics }));
  }

  return {
    request(entry, unlogged = {}) {
      if (measure !== undefined || load === undefined) return request(entry, unlogged);
      later(
        load().then((loaded) => {
          measure = loaded;
          return request(entry, unlogged);
        }),
      );
    },
    broken: (requestId, name) => error('answer cut short', { requestId, error: name }),
    names: (outcome) => write('problem' in outcome || 'leftOut' in outcome ? 'WARN' : 'INFO', namesMessage, outcome),
    keys: (fields) => ('problem' in fields ? error(keysMessage, fields) : write('INFO', keysMessage, fields)),
    usage: (fields) => error('usage', fields),
    storage: (fields) => error('storage', fields),
    details: (fields) => print(lineOf('DEBUG', { message: 'details', at: now(), fields })),
    async settled() {
      // What is waited for may write an error, which is waited for as well.
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

/**
 * Formats a log line with the fields that Powertools gives its own, so that one query finds both. They are put in front of the text of the others:
 * copying those into a new object first would cost as much as writing them.
 */
function lineOf(level: 'DEBUG' | 'INFO' | 'WARN', { message, at, fields, metrics = '' }: Line): string {
  const head = `{"level":"${level}","message":"${message}","timestamp":"${new Date(at).toISOString()}","service":"${service}"`;
  const own = JSON.stringify(fields).slice(1, -1);
  return `${head}${own === '' ? '' : ','}${own}${metrics === '' ? '' : ','}${metrics}}\n`;
}

interface Line {
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly fields: object;
  /** Further fields, as a `Measure` writes them. */
  readonly metrics?: string;
}
