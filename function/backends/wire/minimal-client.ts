import { isIP, connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostHeader } from './endpoint.ts';
import type { Host } from './sockets.ts';
import { readTextAnswer, type TextAnswer } from './text-answer.ts';

/** A POST request: every header that is sent except `host` and `content-length`. Headers are not checked: the gateway itself makes them. */
export interface TextRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends requests to one host. Rejects with a `NoAnswerError`. */
export type PostText = (request: TextRequest) => Promise<TextAnswer>;

/** Where requests go, and when they are given up. */
export interface MinimalClientOptions {
  readonly host: Host;
  /** Milliseconds from a request to the end of its answer, a new connection included. */
  readonly timeoutMs: number;
}

type Problem = 'ConnectionError' | 'MalformedReply' | 'TimeoutError';

/** A request without an answer, or with one that cannot be read. */
class NoAnswerError extends Error {
  constructor(name: Problem) {
    super('The service did not answer.');
    this.name = name;
  }
}

/** How a request ended on one connection; `isStale` where that was dead before, so that the request can safely be sent again. */
type Settle = (ended: TextAnswer | NoAnswerError, isStale: boolean) => void;

interface Connection {
  readonly socket: Socket;
  /** What waits for the answer; undefined while the connection is idle. */
  settle: Settle | undefined;
  timer: NodeJS.Timeout | undefined;
  /** What has come of the answer. */
  received: Buffer;
  wasUsed: boolean;
}

/** A request as it is written. */
interface Written {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
}

const nothing = Buffer.alloc(0);

/** Idle connections that are kept: an environment of Lambda needs a few, since it has one request at a time. */
const maxIdle = 64;

/** How often an idle connection is probed. */
const keepAliveProbeMs = 30_000;

/**
 * Makes an HTTP/1.1 client for short POST requests whose answers say how long they are, over kept-alive connections. A call takes a third of
 * the CPU of one by `node:http`: nothing is streamed, and of the answer's headers only those are read that end it. A connection that died
 * while it was idle is replaced once, as in `createTransport`. Opens no connection.
 */
export function createMinimalClient({ host, timeoutMs }: MinimalClientOptions): PostText {
  const idle: Connection[] = [];
  const connect = connector(host);
  const hostLine = hostHeader(host);

  function open(): Connection {
    const socket = connect();
    const made = { socket, settle: undefined, timer: undefined, received: nothing, wasUsed: false };
    const connection: Connection = made;
    socket.setNoDelay(true).setKeepAlive(true, keepAliveProbeMs);
    socket.on('data', (chunk) => receive(connection, chunk));
    socket.on('error', () => end(connection, 'ConnectionError'));
    socket.on('close', () => end(connection, 'ConnectionError'));
    return connection;
  }

  function post(connection: Connection, { text, encoding }: Written, settle: Settle): void {
    connection.settle = settle;
    connection.timer = setTimeout(end, timeoutMs, connection, 'TimeoutError');
    connection.socket.ref();
    connection.socket.write(text, encoding);
  }

  function receive(connection: Connection, chunk: Buffer): void {
    // What nobody has asked for is a goodbye, or nonsense.
    if (connection.settle === undefined) return void connection.socket.destroy();
    const received = connection.received.length === 0 ? chunk : Buffer.concat([connection.received, chunk]);
    connection.received = received;
    const read = readTextAnswer(received);
    if (read === 'incomplete') return;
    if (read === 'malformed') return end(connection, 'MalformedReply');
    // Some servers say so before they close an idle connection; RFC 9110, 15.5.9.
    if (read.answer.status === 408 && connection.wasUsed) return end(connection, 'ConnectionError', true);
    release(connection, read.isLast);
    settled(connection, read.answer, false);
  }

  function release(connection: Connection, isLast: boolean): void {
    connection.received = nothing;
    connection.wasUsed = true;
    if (isLast || idle.length >= maxIdle) return void connection.socket.destroy();
    connection.socket.unref();
    idle.push(connection);
  }

  /** Closes a connection, and ends the request that waits for its answer. */
  function end(connection: Connection, name: Problem, isStale = isUnanswered(connection)): void {
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
    connection.socket.destroy();
    // When one of them is dead, the others probably are.
    if (connection.settle !== undefined && connection.wasUsed) dropIdle();
    settled(connection, new NoAnswerError(name), isStale && name === 'ConnectionError');
  }

  function dropIdle(): void {
    for (const { socket } of idle.splice(0)) socket.destroy();
  }

  return ({ path, headers, body }) => {
    const length = Buffer.byteLength(body);
    let head = `POST ${path} HTTP/1.1\r\nhost: ${hostLine}\r\ncontent-length: ${length}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name] ?? ''}\r\n`;
    // Where a character is a byte, it need not be looked at.
    const request: Written = { text: `${head}\r\n${body}`, encoding: length === body.length ? 'latin1' : 'utf8' };
    return new Promise((resolve, reject) => {
      const settle: Settle = (ended) => (ended instanceof NoAnswerError ? reject(ended) : resolve(ended));
      post(idle.pop() ?? open(), request, (ended, isStale) => {
        if (isStale) post(open(), request, settle);
        else settle(ended, false);
      });
    });
  };
}

/** Whether not one byte has come of the answer on a connection that had others before. */
function isUnanswered({ wasUsed, received }: Connection): boolean {
  return wasUsed && received.length === 0;
}

function settled(connection: Connection, ended: TextAnswer | NoAnswerError, isStale: boolean): void {
  const { settle, timer } = connection;
  clearTimeout(timer);
  connection.settle = undefined;
  settle?.(ended, isStale);
}

/** Opens connections to a host. Those over TLS resume its latest session. */
function connector({ protocol, hostname, port }: Host): () => Socket {
  if (protocol === 'http:') return () => connectTcp({ host: hostname, port });
  const servername = isIP(hostname) === 0 ? { servername: hostname } : {};
  let session: Buffer | undefined;
  return () => {
    const resumed = session && { session };
    const socket = connectTls({ host: hostname, port, ALPNProtocols: ['http/1.1'], ...servername, ...resumed });
    return socket.on('session', (latest) => (session = latest));
  };
}
