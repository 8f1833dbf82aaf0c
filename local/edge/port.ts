import { createServer as createHttp1, type Server as Http1 } from 'node:http';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTls, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { Incoming, Outgoing } from './exchange.ts';
import { ownMessage, send } from './reply.ts';

/** Node refuses larger heads by itself; the edge is to do that, in its own words. */
const maxNodeHeadBytes = 1024 * 1024;

/** How long API Gateway keeps a silent connection open, near enough; Node's 5 s would cut clients off. */
const keepAliveMs = 60_000;

/** What one HTTP/2 connection may hold in memory: a hundred bodies of the largest size (Node's 10 would refuse streams). */
const maxSessionMegabytes = 1000;

/** With what a client begins that speaks HTTP/2 without having asked (RFC 9113, 3.4). */
const http2Preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** With what a client begins that speaks TLS: a record of the handshake (RFC 8446, 5.1). */
const tlsHandshakeType = 22;

/** The names by which client and server agree on a version of HTTP within TLS (RFC 7301), the better one first. */
const http2Protocol = 'h2';
const alpnProtocols = [http2Protocol, 'http/1.1'];

/** The TLS alerts by which clients report an authority that they do not know; some only hang up. */
const distrustAlerts = /UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE/;

/** Certificate and private key of a server, in PEM. */
export interface ServerIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Settings of the port. */
export interface PortOptions {
  /** Absent: the port speaks no TLS. */
  readonly identity: ServerIdentity | undefined;
  readonly log: (text: string) => void;
}

type Serve = (request: Incoming, response: Outgoing) => void;
type Protocol = 'http1' | 'http2' | 'tls';

/**
 * Both versions of HTTP on one port. Within TLS, client and server agree on the version, as in front of AWS. Without TLS,
 * clients of AWS speak HTTP/2 at once, so the first bytes of each connection decide.
 */
export class Port {
  readonly server: Server;
  readonly #http1: Http1;
  readonly #http2: Http2Server;
  readonly #tls: TlsServer | undefined;
  readonly #log: PortOptions['log'];
  readonly #sockets = new Set<Socket>();
  readonly #told = new Set<string>();

  constructor(serve: Serve, { identity, log }: PortOptions) {
    this.#log = log;
    this.#http1 = createHttp1({ maxHeaderSize: maxNodeHeadBytes }, serve);
    this.#http1.keepAliveTimeout = keepAliveMs;
    const settings = { maxHeaderListSize: maxNodeHeadBytes };
    this.#http2 = createHttp2({ settings, maxSessionMemory: maxSessionMegabytes }, serve);
    this.#tls = identity && this.#secured(identity);
    const plain = identity ? createHttp1(refusePlain) : this.#http1;
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#greet(socket, plain));
  }

  /** Hangs up on everybody. */
  close(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #secured({ certificate, key }: ServerIdentity): TlsServer {
    const server = createTls({ cert: certificate, key, ALPNProtocols: alpnProtocols, minVersion: 'TLSv1.2' });
    server.on('secureConnection', (socket) => {
      // With TLS 1.3 a client judges the certificate after the server is done.
      socket.on('error', (error) => this.#doubt(error));
      this.#handOver(socket, socket.alpnProtocol === http2Protocol ? this.#http2 : this.#http1);
    });
    server.on('tlsClientError', (error, socket) => {
      this.#doubt(error);
      socket.destroy();
    });
    return server;
  }

  #greet(socket: Socket, plain: Http1): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const away = (): void => void socket.destroy();
    let seen: Buffer = Buffer.alloc(0);
    const look = (): void => {
      const chunk: unknown = socket.read();
      if (!(chunk instanceof Buffer)) return;
      seen = Buffer.concat([seen, chunk]);
      const protocol = protocolOf(seen);
      if (protocol === undefined) return;
      socket.off('readable', look).off('end', away).off('error', away);
      socket.unshift(seen);
      this.#pass(socket, protocol, plain);
    };
    socket.on('readable', look).on('end', away).on('error', away);
  }

  #pass(socket: Socket, protocol: Protocol, plain: Http1): void {
    if (protocol === 'tls') {
      if (this.#tls)
        return void this.#tls.emit(
          'connection',
          socket.on('error', () => socket.destroy()),
        );
      this.#tell('a client spoke HTTPS to this port: start with --https, or use http:// in its URL');
    }
    this.#handOver(socket, protocol === 'http2' && !this.#tls ? this.#http2 : plain);
  }

  #handOver(socket: Socket | TLSSocket, server: Http1 | Http2Server): void {
    // A client of HTTP/1.1 may be done sending and still wait for the answer.
    socket.allowHalfOpen = server !== this.#http2;
    server.emit('connection', socket);
  }

  #doubt(error: Error): void {
    if (!distrustAlerts.test('code' in error ? String(error.code) : '')) return;
    this.#tell('a client does not trust the certificate: give it the files that were printed at the start');
  }

  /** Says it once: clients try again. */
  #tell(what: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#log(`local stack: ${what}\n`);
  }
}

/** What a client speaks that begins so; undefined while that can still become HTTP/2. */
function protocolOf(seen: Buffer): Protocol | undefined {
  if (seen[0] === tlsHandshakeType) return 'tls';
  const begins = seen.subarray(0, http2Preface.length).equals(http2Preface.subarray(0, seen.length));
  if (begins && seen.length < http2Preface.length) return undefined;
  return begins ? 'http2' : 'http1';
}

const refusePlain: Serve = (request, response) => {
  request.resume();
  send(response, ownMessage(400, 'This port speaks HTTPS: use https:// in the URL.'));
};
