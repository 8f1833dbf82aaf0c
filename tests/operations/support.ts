import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { Terminal } from '../../cli/terminal.ts';
import { doctor, type Practice } from '../../operations/doctor/doctor.ts';
import { Failure } from '../../operations/failure.ts';
import { root } from '../support/gateway.ts';

/** What a command line has done. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A terminal that keeps what is printed. */
export function fakeTerminal(machine: Partial<Terminal> = {}): {
  terminal: Terminal;
  printed: { out: string; err: string };
} {
  const printed = { out: '', err: '' };
  const terminal: Terminal = {
    env: {},
    home: '/nonexistent',
    now: Date.now,
    isInteractive: false,
    isInputTerminal: false,
    columns: undefined,
    isColored: false,
    out: (text) => {
      printed.out += String(text);
      return Promise.resolve();
    },
    err: (text) => {
      printed.err += text;
    },
    ask: () => Promise.resolve(''),
    readInput: () => Promise.resolve(''),
    ...machine,
  };
  return { terminal, printed };
}

/** The machine that the doctor runs on: its variables and input, Pulumi's answer, and its instruments. */
export interface Machine extends Partial<Pick<Practice, 'outputs' | 'root'>>, Partial<Practice['instruments']> {
  readonly env?: Terminal['env'];
  readonly input?: string;
}

/** Runs the command line of the doctor on a machine without Pulumi and without AWS, unless it has them. */
export async function runDoctor(args: readonly string[], machine: Machine = {}): Promise<Outcome> {
  const { env = {}, input = '', outputs, root: folder = root, ...instruments } = machine;
  const { terminal, printed } = fakeTerminal({ env, readInput: () => Promise.resolve(input) });
  const code = await doctor(args, {
    root: folder,
    terminal,
    outputs: outputs ?? (() => Promise.reject(new Failure('there is no Pulumi'))),
    instruments: {
      now: Date.now,
      lookup: () => Promise.resolve(['192.0.2.1']),
      aws: () => Promise.reject(new Error('there is no AWS')),
      ...instruments,
    },
  });
  return { code, ...printed };
}

/** A server on a free port of this machine. */
export interface Listening {
  /** Without a path. */
  readonly origin: string;
  readonly close: () => void;
}

/** Starts a server, with TLS if it has a certificate. */
export async function listening(
  listener: RequestListener,
  identity?: { readonly certificate: string; readonly key: string },
): Promise<Listening> {
  const server =
    identity === undefined
      ? createServer(listener)
      : createTls({ cert: identity.certificate, key: identity.key }, listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `${identity === undefined ? 'http' : 'https'}://localhost:${portOf(server)}`,
    close: () => void server.close(),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The headers by which the two APIs of API Gateway are told apart. */
export const httpApi = { 'apigw-requestid': 'Abc=' };
export const restApi = { 'x-amzn-requestid': '7a1e', 'x-amz-apigw-id': 'Def=' };

type Reply = (response: ServerResponse, request: IncomingMessage, body: string) => void;

/** Answers with a JSON document. */
export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The answers of a healthy gateway, by operation. A call without a key is refused as `POST without a key`. */
export const healthy: Readonly<Record<string, Reply>> = {
  'GET /v1/health': json(200, { status: 'ok' }, httpApi),
  'POST without a key': json(401, { error: { message: 'No API key was given.', code: null } }, restApi),
  'GET /v1/models': json(200, { object: 'list', data: [{ id: 'gpt-4o' }, { id: 'text-embedding-3-small' }] }, httpApi),
  'POST /v1/chat/completions': (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream', ...restApi }).end('data: [DONE]\n\n'),
};

/** A server that answers as a gateway does, except where a test says otherwise. */
export function gateway(replies: Readonly<Record<string, Reply>> = {}): RequestListener {
  const all: Readonly<Record<string, Reply>> = { ...healthy, ...replies };
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const hasKey = request.headers.authorization !== undefined || request.method === 'GET';
      const operation = hasKey ? `${request.method} ${request.url}` : `${request.method} without a key`;
      const reply = all[operation] ?? json(404, { error: { message: 'Unknown request URL.', code: 'unknown_url' } });
      reply(response, request, Buffer.concat(chunks).toString());
    });
  };
}

/** A clock that only the test moves, in milliseconds. */
export class FakeStopwatch {
  ms = 0;
  readonly read = (): number => this.ms;
}

/** Streams events, and moves the clock on before each. A turn of the event loop between them lets the reader read each by itself. */
export function paced(
  stopwatch: FakeStopwatch,
  { events, ms }: { readonly events: number; readonly ms: number },
): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...restApi });
    response.flushHeaders();
    const next = (left: number): void => {
      stopwatch.ms += ms;
      if (left === 0) return void response.end('data: [DONE]\n\n');
      response.write(`data: {"n":${left}}\n\n`);
      setTimeout(next, 5, left - 1);
    };
    next(events);
  };
}

/** What a proxy makes of such a stream that holds it back until it is whole. */
export function heldBack(
  stopwatch: FakeStopwatch,
  { events, ms }: { readonly events: number; readonly ms: number },
): Reply {
  return (response) => {
    stopwatch.ms += ms * events;
    const all = Array.from({ length: events }, (_, index) => `data: {"n":${index}}\n\n`).join('');
    response.writeHead(200, { 'content-type': 'text/event-stream', ...restApi }).end(`${all}data: [DONE]\n\n`);
  };
}
