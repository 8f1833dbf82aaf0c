import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Failure } from '../../dialects/outcome.ts';
import { hostHeader } from './endpoint.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { clients, createSockets, type Host, type Sockets } from './sockets.ts';

/** One HTTP request as it goes out: every header that is sent, but `host` and `connection`, is named here. */
export interface WireRequest {
  /** What the other end is called in the words of a failure. */
  readonly service: string;
  readonly host: Host;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Best as text: Node then sends head and body with one write, which for short ones is a fifth of what sending costs. */
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** The head of an answer whose body is still to be read, or why there is none. */
export type Sent =
  | { readonly ok: true; readonly value: IncomingMessage }
  | { readonly ok: false; readonly failure: Failure };

export interface Transport {
  send(request: WireRequest): Promise<Sent>;
  /** Opens a connection ahead of the first request. */
  warm(host: Host): Promise<void>;
}

/** What a connection says that its other end has long since forgotten. */
const deadConnection: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/**
 * HTTP/1.1 over kept-alive connections. A connection can die unnoticed while it is idle (a Lambda environment is frozen
 * between requests): a reset before any byte of an answer, on a connection that was not fresh, is sent once more on a fresh
 * one. A fresh connection's reset is not: the request may have reached the model.
 */
export function createTransport(): Transport {
  const pools: Record<Host['protocol'], Sockets> = {
    'http:': createSockets('http:'),
    'https:': createSockets('https:'),
  };
  return {
    send: (request) =>
      new Promise((resolve) => {
        const sockets = pools[request.host.protocol];
        attempt(request, sockets, (sent, isStale) => {
          if (!isStale) return resolve(sent);
          sockets.dropIdle();
          attempt(request, sockets, resolve);
        });
      }),
    warm: (host) => pools[host.protocol].warm(host),
  };
}

/** Called once: `isStale` says that the connection was dead from the start, so that sending the same again is safe. */
type Settle = (sent: Sent, isStale: boolean) => void;

function attempt(request: WireRequest, sockets: Sockets, settle: Settle): void {
  const { service, signal } = request;
  if (signal.aborted) return settle({ ok: false, failure: abortFailure(signal.reason, service) }, false);
  const outgoing = clients[request.host.protocol].request(requestOptions(request, sockets.agent));
  const connection = watch(outgoing, sockets);
  let isSettled = false;
  const end = (sent: Sent, isStale = false) => {
    if (!isSettled) settle(sent, isStale);
    isSettled = true;
  };
  const abort = () => void outgoing.destroy();
  signal.addEventListener('abort', abort);
  outgoing.on('response', (incoming) => {
    const isStale = isFarewell(incoming) && connection.wasIdle();
    if (isStale) incoming.resume();
    end({ ok: true, value: incoming }, isStale);
  });
  // Stays for the length of the answer: an error after the head reaches the reader of the body as well.
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (signal.aborted) end({ ok: false, failure: abortFailure(signal.reason, service) });
    else end({ ok: false, failure: noAnswer(service, error) }, isDead(error) && connection.isUnanswered());
  });
  // Comes after the whole answer, or after an error. After a 101 there is neither: Node just closes.
  outgoing.on('close', () => {
    signal.removeEventListener('abort', abort);
    if (!isSettled) end({ ok: false, failure: closedWithoutAnswer(service) });
  });
  outgoing.end(request.body);
}

function requestOptions({ host, method, path, headers }: WireRequest, agent: Sockets['agent']): RequestOptions {
  // In a list, headers are written as they are: Node checks and copies the fields of an object one by one.
  const list = ['host', hostHeader(host)];
  for (const name in headers) list.push(name, headers[name] ?? '');
  return { hostname: host.hostname, port: host.port, method, path, headers: list, agent };
}

/**
 * Some servers say 408 before they close an idle connection (RFC 9110, 15.5.9: the request may be repeated). One who was frozen
 * meanwhile reads it as the answer to its next request. Bedrock's own 408, the model's timeout, names its request and its error.
 */
function isFarewell({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 408 && headers['x-amzn-requestid'] === undefined && headers['x-amzn-errortype'] === undefined;
}

/** What is known of a request's connection. */
interface Connection {
  /** Whether it was idle before the request. */
  wasIdle(): boolean;
  /** Whether it was idle before the request, and not one byte has come back. */
  isUnanswered(): boolean;
}

function watch(outgoing: ClientRequest, sockets: Sockets): Connection {
  let wasIdle = false;
  let before = 0;
  outgoing.on('socket', (socket) => {
    wasIdle = outgoing.reusedSocket || sockets.wasWarmed(socket);
    before = socket.bytesRead;
  });
  return { wasIdle: () => wasIdle, isUnanswered: () => wasIdle && outgoing.socket?.bytesRead === before };
}

function isDead({ code }: NodeJS.ErrnoException): boolean {
  return deadConnection.has(code);
}

function closedWithoutAnswer(service: string): Failure {
  return gatewayFailure('ConnectionError', `${service} closed the connection without an answer.`);
}

function noAnswer(service: string, error: NodeJS.ErrnoException): Failure {
  return gatewayFailure('ConnectionError', `${service} gave no answer (${error.code ?? error.name}).`);
}
