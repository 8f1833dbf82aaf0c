import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Failure } from '../../dialects/outcome.ts';
import { hostHeader } from './endpoint.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { clients, createSockets, type Host, type Sockets } from './sockets.ts';

/** One HTTP request; it names every header that is sent except `host` and `connection`. */
export interface WireRequest {
  /** The service's name in the message of a failure. */
  readonly service: string;
  readonly host: Host;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Best as text: Node then sends head and body in one write, which saves a fifth of the cost of sending short ones. */
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** The head of an answer whose body is still to be read, or the reason why there is none. */
export type Sent =
  | { readonly ok: true; readonly value: IncomingMessage }
  | { readonly ok: false; readonly failure: Failure };

/** Sends HTTP requests over kept-alive connections. */
export interface Transport {
  send(request: WireRequest): Promise<Sent>;
  /** Opens a connection ahead of the first request. */
  warm(host: Host): Promise<void>;
}

/** Error codes of a connection whose other end has closed it unnoticed. */
const deadConnection: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/**
 * Creates the HTTP/1.1 client, with kept-alive connections. A connection can die unnoticed while it is idle (a Lambda environment is frozen
 * between requests): after a reset before any byte of an answer, on a connection that was not fresh, the request is sent once more on a
 * fresh one. A fresh connection's reset is not retried: the request may have reached the model.
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

/** Called once. `isStale` says that the connection was dead from the start, so the request can safely be sent again. */
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
  // Stays for the length of the answer: the reader of the body gets an error after the head as well.
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (signal.aborted) end({ ok: false, failure: abortFailure(signal.reason, service) });
    else end({ ok: false, failure: noAnswer(service, error) }, isDead(error) && connection.isUnanswered());
  });
  // Comes after the whole answer or an error. After a 101 there is neither: Node just closes.
  outgoing.on('close', () => {
    signal.removeEventListener('abort', abort);
    if (!isSettled) end({ ok: false, failure: closedWithoutAnswer(service) });
  });
  outgoing.end(request.body);
}

function requestOptions({ host, method, path, headers }: WireRequest, agent: Sockets['agent']): RequestOptions {
  // Headers in a list are written unchanged: Node checks and copies the fields of an object one by one.
  const list = ['host', hostHeader(host)];
  for (const name in headers) list.push(name, headers[name] ?? '');
  return { hostname: host.hostname, port: host.port, method, path, headers: list, agent };
}

/**
 * Whether an answer is only the goodbye of an idle connection: some servers send a 408 before they close one (RFC 9110, 15.5.9: the request
 * may be repeated), which a frozen environment reads as the answer to its next request. Bedrock's own 408, the model's timeout, names its
 * request and its error.
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
