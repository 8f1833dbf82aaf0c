// Child processes of the commands that `scripts/run.mjs` starts: they end with their parent, however it ends.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

// The channel to the parent closes when the parent dies; then nobody else would send the children a signal.
const children = new Map();
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
process.on('disconnect', () => stop('SIGTERM'));

/** Whether this process was told to stop; it starts no more programs then. */
export function isStopped() {
  return stopped;
}

/**
 * Runs a program in `cwd`, by default the clone, and returns its exit code; output to pipes is added to the list `output`.
 * With `inGroup`, the programs that it starts are stopped with it.
 */
export function start(command, args, { stdio, output, cwd = root, env = process.env, inGroup = false }) {
  if (stopped) return Promise.resolve(1);
  return new Promise((resolve) => {
    const detached = inGroup && process.platform !== 'win32';
    const child = spawn(command, args, { cwd, stdio, env, detached });
    children.set(child, detached);
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

/** Runs a program, and returns its exit code and its output. */
export async function capture(command, args, { cwd, env = {}, inGroup } = {}) {
  const output = [];
  const options = { stdio: ['ignore', 'pipe', 'pipe'], output, cwd, env: { ...process.env, ...env }, inGroup };
  const code = await start(command, args, options);
  return { code, output: Buffer.concat(output).toString() };
}

/** Allows this process to end: the open channel to its parent would keep it running. */
export function letGo() {
  if (process.connected) process.disconnect();
}

function stop(signal) {
  stopped = true;
  for (const [child, isGroup] of children) {
    if (isGroup && child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
    else child.kill(signal);
  }
}
