// Processes of a command that `scripts/run.mjs` starts: they end with it, however it ends.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

export const root = path.resolve(import.meta.dirname, '..');

// The channel to whoever started this closes when they die; the children then get the signal that nobody else sends.
const children = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
process.on('disconnect', () => stop('SIGTERM'));

/** Runs a program in the clone, or in `cwd`, and gives its exit code; what it says to pipes goes into the list `said`. */
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

/** Lets this process end: the channel to whoever started it would keep it. */
export function letGo() {
  if (process.connected) process.disconnect();
}

function stop(signal) {
  for (const child of children) child.kill(signal);
}
