// `npm start`: the stack of this folder on one machine.
import './typescript-cache.mjs';
import './light-pulumi.mjs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { asJson, asText, missing } from './banner.ts';
import { helpText, readOptions, UsageError } from './command-line.mjs';
import type { Options } from './options.ts';
import { preflight } from './preflight.mjs';
import { RequestLog } from './request-log.ts';
import type { Cleanup } from './start.ts';

const cleanup: Cleanup = [];
let stopping = false;

/** Undoes what has been started, the last first, and ends the process. */
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const undo of cleanup.toReversed()) await undo().catch(() => {});
  process.exit(code);
}

function log(text: string): void {
  process.stderr.write(text);
}

async function serve(options: Options): Promise<void> {
  const root = path.resolve(import.meta.dirname, '..');
  await preflight(options, root);
  // Code that an earlier start compiled is not compiled again. A folder that cannot be written makes no difference.
  enableCompileCache(path.join(root, 'node_modules', '.cache', 'compile'));
  // What is wrong with the options is told at once: Pulumi and its provider take a second or two to load.
  const { start } = await import('./start.ts');
  const requests = options.log === 'text' ? new RequestLog(log) : undefined;
  const started = await start(options, {
    root,
    cleanup,
    log: requests?.take ?? log,
    served: requests?.served,
  });
  process.stdout.write(options.json ? asJson(started.announcement) : asText(started, options));
  for (const each of missing(options, started)) log(`bedrock-gateway: ${each}\n`);
}

async function fail(error: unknown): Promise<void> {
  if (stopping) return;
  log(`bedrock-gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  await stop(error instanceof UsageError ? 2 : 1);
}

async function main(): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options !== 'help') return await serve(options);
    process.stdout.write(helpText);
    await stop(0);
  } catch (error) {
    await fail(error);
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));
// The channel to scripts/run.mjs closes when that process dies, whatever it dies of.
process.on('disconnect', () => void stop(0));
// The program's own promises, which Pulumi waits for and nobody handles.
process.on('unhandledRejection', (error) => void fail(error));
await main();
