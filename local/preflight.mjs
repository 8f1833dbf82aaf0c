// Runs before anything is installed, by any Node from 20 on: plain JavaScript, Node's own modules only.
// @ts-check
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { listen } from './listen.mjs';

/** @import { Options } from './options.ts' */

/**
 * Tells what would stop a start later, after an installation or half a minute: a port that is taken, or a stack that is
 * not there. Rejects with one line.
 * @param {Pick<Options, 'host' | 'port' | 'stack' | 'isStackNamed'>} options
 * @param {string} root
 */
export async function preflight(options, root) {
  findStack(options, root);
  const server = createServer();
  await listen(server, options);
  server.close();
  await once(server, 'close');
}

/**
 * @param {Pick<Options, 'stack' | 'isStackNamed'>} options
 * @param {string} root
 */
function findStack({ stack, isStackNamed }, root) {
  if (!isStackNamed || existsSync(path.join(root, `Pulumi.${stack}.yaml`))) return;
  const names = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const known = names.length > 0 ? `the stacks here are: ${names.sort().join(', ')}` : 'there is no stack here yet';
  throw new Error(
    `no stack '${stack}': Pulumi.${stack}.yaml does not exist (${known}; without --stack a demo is served)`,
  );
}
