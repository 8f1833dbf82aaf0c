// Child processes of the commands that `scripts/run.mjs` starts: they end with their parent, however it ends.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

/** The repository's root folder. */
export const root = path.resolve(import.meta.dirname, '..');

// The channel to the parent closes when the parent dies; then nobody else would send the children a signal.
const children = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
process.on('disconnect', () => stop('SIGTERM'));

/** Runs a program in `cwd`, by default the clone, and returns its exit code; output to pipes is added to the list `output`. */
export function start(command, args, { stdio, output, cwd = root, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio, env });
    children.add(child);
    child.stdout?.on('data', (chunk) => output?.push(chunk));
    child.stderr?.on('data', (chunk) => output?.push(chunk));
    child.on('error', (error) => {
      output?.push(Buffer.from(error.message));
      children.delete(child);
      resolve(1);
    });
    child.on('close', (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

/** Allows this process to end: the open channel to its parent would keep it running. */
export function letGo() {
  if (process.connected) process.disconnect();
}

function stop(signal) {
  for (const child of children) child.kill(signal);
}
