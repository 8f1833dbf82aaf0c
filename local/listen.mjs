// Runs before anything is installed, by any Node from 20 on: plain JavaScript, Node's own modules only.
// @ts-check
import { once } from 'node:events';

/** @typedef {{ readonly host: string, readonly port: number }} Where */

/**
 * Why a server cannot listen, in words that say what to do.
 * @type {Readonly<Record<string, (where: Where) => string>>}
 */
const reasons = {
  EADDRINUSE: ({ port }) =>
    `port ${port} is in use: stop what uses it, or choose another with --port (0 takes a free one)`,
  EACCES: ({ port }) => `port ${port} may not be used without further rights: choose another with --port`,
  EADDRNOTAVAIL: ({ host }) => `${host} is no address of this machine: choose another with --host`,
  ENOTFOUND: ({ host }) => `${host} is not known: choose another with --host`,
};

/**
 * Listens, and gives the port. Rejects with one line.
 * @param {import('node:net').Server} server
 * @param {Where} where
 * @returns {Promise<number>}
 */
export async function listen(server, where) {
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

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
