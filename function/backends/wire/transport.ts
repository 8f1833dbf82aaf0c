import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Failure } from '../../dialects/outcome.ts';
import { authority } from './endpoint.ts';
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
  close(): void;
}

/** Whether it is safe to send the same again, because its connection was dead from the start. */
interface Attempt {
  readonly sent: Sent;
  readonly stale: boolean;
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
    async send(request) {
      const sockets = pools[request.host.protocol];
      const first = await attempt(request, sockets);
      if (!first.stale) return first.sent;
      sockets.dropIdle();
      return (await attempt(request, sockets)).sent;
    },
    warm: (host) => pools[host.protocol].warm(host),
    close: () => {
      for (const sockets of Object.values(pools)) sockets.close();
    },
  };
}

function attempt(request: WireRequest, sockets: Sockets): Promise<Attempt> {
  const { service, host, method, path, headers, body, signal } = request;
  if (signal.aborted) return Promise.resolve(failed(abortFailure(signal.reason, service)));
  return new Promise((resolve) => {
    const { hostname, port } = host;
    // As a list, headers are written as they are: Node checks and copies members of an object one by one.
    const list = Object.entries({ host: authority(host), ...headers }).flat();
    const outgoing = clients[host.protocol].request({
      hostname,
      port,
      method,
      path,
      headers: list,
      agent: sockets.agent,
    });
    const connection = watch(outgoing, sockets);
    const abort = () => void outgoing.destroy();
    signal.addEventListener('abort', abort, { once: true });
    // After the whole answer, or after the error that there is instead. After a 101 there is neither: Node just closes.
    outgoing.once('close', () => {
      signal.removeEventListener('abort', abort);
      resolve(failed(gatewayFailure('ConnectionError', `${service} closed the connection without an answer.`)));
    });
    outgoing.once('response', (incoming) => {
      const stale = connection.idled() && isFarewell(incoming);
      if (stale) incoming.resume();
      resolve({ sent: { ok: true, value: incoming }, stale });
    });
    // Stays for the length of the answer: an error after the head reaches the reader of the body as well.
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) resolve(failed(abortFailure(signal.reason, service)));
      else
        resolve({
          ...failed(noAnswer(service, error)),
          stale: deadConnection.has(error.code) && connection.unanswered(),
        });
    });
    outgoing.end(body);
  });
}

function failed(failure: Failure): Attempt {
  return { sent: { ok: false, failure }, stale: false };
}

/**
 * Some servers say 408 before they close an idle connection (RFC 9110, 15.5.9: the request may be repeated). One who was frozen
 * meanwhile reads it as the answer to its next request. Bedrock's own 408, the model's timeout, names its request and its error.
 */
function isFarewell({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 408 && headers['x-amzn-requestid'] === undefined && headers['x-amzn-errortype'] === undefined;
}

/** A request's connection: whether it had been idle, and, if so, whether not one byte came back. */
interface Watched {
  idled(): boolean;
  unanswered(): boolean;
}

function watch(outgoing: ClientRequest, sockets: Sockets): Watched {
  let idled = false;
  let before = 0;
  outgoing.once('socket', (socket) => {
    idled = outgoing.reusedSocket || sockets.waited(socket);
    before = socket.bytesRead;
  });
  return { idled: () => idled, unanswered: () => idled && outgoing.socket?.bytesRead === before };
}

function noAnswer(service: string, error: NodeJS.ErrnoException): Failure {
  return gatewayFailure('ConnectionError', `${service} gave no answer (${error.code ?? error.name}).`);
}
