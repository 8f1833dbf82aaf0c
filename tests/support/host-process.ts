// Serves the local stacks of one test process. What Pulumi and its provider take to load, more than half of a start, they take once.
import '../../local/typescript-cache.mjs';
import '../../local/light-pulumi.mjs';
import path from 'node:path';
import process from 'node:process';
import { readOptions } from '../../local/command-line.mjs';
import { start, type Cleanup } from '../../local/start.ts';
import type { FromHost, ToHost } from './host-messages.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

const cleanups = new Map<number, Cleanup>();

/** Pulumi evaluates one program at a time. */
let turn: Promise<void> = Promise.resolve();

function say(message: FromHost): void {
  // The test process may have ended.
  if (process.connected) process.send?.(message);
}

async function serve(id: number, args: readonly string[]): Promise<void> {
  const cleanup: Cleanup = [];
  cleanups.set(id, cleanup);
  const options = readOptions(args, process.env);
  if (options === 'help') throw new Error('a stack was asked for');
  const { announcement } = await start(options, { root, cleanup, log: (text) => say({ kind: 'log', id, text }) });
  say({ kind: 'started', id, announcement });
}

async function close(id: number): Promise<void> {
  for (const undo of cleanups.get(id)?.toReversed() ?? []) await undo();
  cleanups.delete(id);
  say({ kind: 'closed', id });
}

process.on('message', (message: ToHost) => {
  const { id } = message;
  if (message.kind === 'close') void close(id);
  else
    turn = turn
      .then(() => serve(id, message.args))
      .catch((error: unknown) => say({ kind: 'failed', id, message: String(error) }));
});
// Each evaluation of the program adds a listener.
process.setMaxListeners(0);
// A fault of the product, as in `npm start`: the tests fail.
process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
process.on('disconnect', async () => {
  await Promise.allSettled([...cleanups.keys()].map(close));
  process.exit(0);
});
