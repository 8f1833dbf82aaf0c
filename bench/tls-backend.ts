import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bench } from './bench.ts';
import { selfSigned } from './certificate.ts';
import { gatewayEnv } from './gateway-env.ts';
import { start } from './processes.ts';

/** Stand-in for Bedrock's runtime behind TLS. */
export interface TlsBackend {
  /** Environment of a function that calls it: where it is, and whom to trust. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts the backend with a certificate of its own. */
export async function tlsBackend({ cores, folder }: Pick<Bench, 'cores' | 'folder'>): Promise<TlsBackend> {
  const { cert, key } = selfSigned();
  const authority = path.join(folder, 'ca.pem');
  await writeFile(authority, cert);
  const server = await start({
    script: new URL('./servers/backend.ts', import.meta.url),
    core: cores?.backend,
    env: { CERTIFICATE: cert, PRIVATE_KEY: key },
  });
  return {
    env: { ...gatewayEnv(server.origin), NODE_EXTRA_CA_CERTS: authority },
    stop: () => server.stop(),
  };
}
