import { createServer } from 'node:net';
import { installPeer } from './peers.ts';
import { start, type Server } from './processes.ts';

/** The TypeScript peer, in the version that the goals were set against. */
const portkey = { name: '@portkey-ai/gateway', version: '1.15.2', file: 'build/start-server.js' };

/** Version of the peer that is measured. */
export const portkeyVersion = portkey.version;

/**
 * Starts the peer as its own command does, without the page that shows logs. Its request log cannot be switched off; for each
 * stream from Bedrock it prints that it could not parse it.
 */
export async function startPortkey(root: string, core: number | undefined): Promise<Server> {
  const script = await installPeer(root, portkey);
  const port = await freePort();
  const args = ['--headless', `--port=${port}`];
  return start({ script, core, args, quiet: true, origin: `http://127.0.0.1:${port}` });
}

/** Finds a port that nothing listens on: the peer cannot say which one it was given. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return typeof address === 'object' && address ? address.port : 0;
}
