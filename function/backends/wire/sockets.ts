import type http from 'node:http';
import { isIP, Socket } from 'node:net';

/** Where a connection goes. */
export interface Host {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
}

/** The kept-alive connections of one protocol, including those that were opened ahead of a request. */
export interface Sockets {
  readonly agent: http.Agent;
  /** Opens a connection, TLS included, which the next request takes. */
  warm(host: Host): Promise<void>;
  /** Whether this connection was opened ahead of its first request, and may have died since. */
  wasWarmed(socket: Socket): boolean;
  /** Closes every idle connection: when one of them is dead, the others probably are. */
  dropIdle(): void;
}

/** Idle connections that are kept for each host. Those in use are not limited: calls wait for models, not for the gateway. */
const maxIdleSockets = 64;

/** How often an idle connection is probed, so that a dead one is found before a request needs it. */
const keepAliveProbeMs = 30_000;

/**
 * Node's HTTP clients. They are not imported: the ESM form of node:http reads every export, some of which load a second HTTP client that
 * nothing here needs, which takes a third of a cold start.
 */
export const clients = {
  'http:': process.getBuiltinModule('node:http'),
  'https:': process.getBuiltinModule('node:https'),
};

/** Makes a pool of kept-alive connections for one protocol. */
export function createSockets(protocol: Host['protocol']): Sockets {
  const agent = new clients[protocol].Agent({
    keepAlive: true,
    keepAliveMsecs: keepAliveProbeMs,
    maxFreeSockets: maxIdleSockets,
    scheduling: 'lifo',
  });
  const warmed = new Map<string, Socket>();
  const everWarmed = new WeakSet<Socket>();
  const connect = agent.createConnection.bind(agent);

  // Connections differ in nothing else. Node's own name lists every option of TLS, twice for each request.
  agent.getName = ({ host, port } = {}) => `${host}:${port}`;
  // Node documents overriding createConnection for handing an agent an existing socket.
  agent.createConnection = (options, callback) => {
    const ready = warmed.get(`${options.host}:${options.port}`);
    if (ready === undefined) return connect(options, callback);
    warmed.delete(`${options.host}:${options.port}`);
    return ready.ref();
  };

  async function warm({ hostname, port }: Host): Promise<void> {
    const key = `${hostname}:${port}`;
    const options = {
      host: hostname,
      port,
      ...(protocol === 'https:' && isIP(hostname) === 0 && { servername: hostname }),
    };
    const socket = connect(options);
    if (!(socket instanceof Socket)) return;
    await whenOpen(socket, protocol === 'https:' ? 'secureConnect' : 'connect');
    everWarmed.add(socket);
    warmed.get(key)?.destroy();
    warmed.set(key, socket);
    socket.once('close', () => {
      if (warmed.get(key) === socket) warmed.delete(key);
    });
    socket.setKeepAlive(true, keepAliveProbeMs).unref();
  }

  function dropIdle(): void {
    for (const socket of [...warmed.values(), ...Object.values(agent.freeSockets).flatMap((free) => free ?? [])]) {
      socket.destroy();
    }
    warmed.clear();
  }

  return {
    agent,
    warm,
    wasWarmed: (socket) => everWarmed.has(socket),
    dropIdle,
  };
}

function whenOpen(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    // Stays: a socket that dies while it waits must not end the process.
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed before it was open')));
  });
}
