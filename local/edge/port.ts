import { createServer as createHttp1, type Server as Http1 } from 'node:http';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { Incoming, Outgoing } from './exchange.ts';

/** Node refuses larger heads by itself; the edge is to do that, in its own words. */
const NODE_HEAD_BYTES = 1024 * 1024;

/** How long API Gateway keeps a silent connection open, near enough; Node's 5 s would cut clients off. */
const KEEP_ALIVE_MILLISECONDS = 60_000;

/** What one HTTP/2 connection may hold in memory: a hundred bodies of the largest size (Node's 10 would refuse streams). */
const SESSION_MEGABYTES = 1000;

/** With what a client begins that speaks HTTP/2 without having asked (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/**
 * Both versions of HTTP on one port. AWS agrees on the version within TLS; here is none, and clients of AWS speak HTTP/2 at
 * once, so the first bytes of each connection decide.
 */
export class Port {
  readonly server: Server;
  readonly #http1: Http1;
  readonly #http2: Http2Server;
  readonly #sockets = new Set<Socket>();

  constructor(serve: (request: Incoming, response: Outgoing) => void) {
    this.#http1 = createHttp1({ maxHeaderSize: NODE_HEAD_BYTES }, serve);
    this.#http1.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
    const settings = { maxHeaderListSize: NODE_HEAD_BYTES };
    this.#http2 = createHttp2({ settings, maxSessionMemory: SESSION_MEGABYTES }, serve);
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#greet(socket));
  }

  /** Hangs up on everybody. */
  close(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const away = (): void => void socket.destroy();
    let seen: Buffer = Buffer.alloc(0);
    const look = (): void => {
      const chunk: unknown = socket.read();
      if (!(chunk instanceof Buffer)) return;
      seen = Buffer.concat([seen, chunk]);
      const begins = seen.subarray(0, PREFACE.length).equals(PREFACE.subarray(0, seen.length));
      if (begins && seen.length < PREFACE.length) return;
      socket.off('readable', look).off('end', away).off('error', away);
      socket.unshift(seen);
      this.#handOver(socket, begins);
    };
    socket.on('readable', look).on('end', away).on('error', away);
  }

  #handOver(socket: Socket, speaksHttp2: boolean): void {
    // A client of HTTP/1.1 may be done sending and still wait for the answer.
    socket.allowHalfOpen = !speaksHttp2;
    (speaksHttp2 ? this.#http2 : this.#http1).emit('connection', socket);
  }
}
