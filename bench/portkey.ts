import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { start, type Server } from './processes.ts';

/** The TypeScript peer, in the version that goals.md measured; not a dependency of anything. */
export const portkeyVersion = '1.15.2';

/** Installs it, once, beside the other caches of tools. */
async function install(root: string): Promise<string> {
  const folder = path.join(root, 'node_modules', '.cache', 'bench', `portkey-${portkeyVersion}`);
  const script = path.join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
  if (existsSync(script)) return script;
  await mkdir(folder, { recursive: true });
  const wanted = `@portkey-ai/gateway@${portkeyVersion}`;
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', wanted];
  await promisify(execFile)('npm', args, { cwd: folder });
  return script;
}

/**
 * Starts it as its own command does, without the page that shows logs. Its request log cannot be switched off; for each
 * stream from Bedrock it prints that it could not parse it.
 */
export async function startPortkey(root: string, core: number | undefined): Promise<Server> {
  const script = await install(root);
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
