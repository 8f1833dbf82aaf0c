import { once } from 'node:events';
import type { Server } from 'node:net';

interface Where {
  readonly host: string;
  readonly port: number;
}

type Reason = (where: Where) => string;

/** Why a server cannot listen, in words that say what to do. */
const reasons: Readonly<Record<string, Reason>> = {
  EADDRINUSE: ({ port }) => `port ${port} is in use: choose another with --port`,
  EACCES: ({ port }) => `port ${port} may not be used without further rights: choose another with --port`,
  EADDRNOTAVAIL: ({ host }) => `${host} is no address of this machine: choose another with --host`,
  ENOTFOUND: ({ host }) => `${host} is not known: choose another with --host`,
};

/** Listens, and gives the port. */
export async function listen(server: Server, where: Where): Promise<number> {
  server.listen(where.port, where.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = reasons[codeOf(error)];
    throw reason ? new Error(reason(where), { cause: error }) : error;
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : where.port;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
