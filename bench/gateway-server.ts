import path from 'node:path';
import type { Bench } from './bench.ts';
import { gatewayEnv } from './gateway-env.ts';
import { start, type Server } from './processes.ts';

/** Starts the gateway behind node:http, as built for this run. */
export function gatewayServer({
  cores,
  folder,
  backend,
}: Pick<Bench, 'cores' | 'folder' | 'backend'>): Promise<Server> {
  return start({ script: path.join(folder, 'gateway.mjs'), core: cores?.server, env: gatewayEnv(backend.origin) });
}
