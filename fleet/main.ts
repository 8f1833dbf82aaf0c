// `npm run fleet`: one stack for each customer.
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { UsageError } from '../local/command-line.mjs';
import { asksFirst, fleetHelp, readFleetOptions } from './command-line.mjs';
import type { FleetOptions } from './command-line.mjs';
import type { Customer } from './customers.ts';
import { readCloudWatch } from './cloudwatch.ts';
import { FleetFileError, readFleet } from './fleet-file.ts';
import { standardError } from './progress.ts';
import { stateEnvironment } from './state.ts';
import type { Session } from './work.ts';

const root = path.resolve(import.meta.dirname, '..');

try {
  const options = readFleetOptions(process.argv.slice(2));
  process.exitCode = options === 'help' ? help() : await main(options);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof FleetFileError)) throw error;
  console.error(`bedrock-gateway: ${error.message}`);
  process.exitCode = 2;
}
// The channel to `npm run` would keep this process running.
if (process.connected) process.disconnect();

function help(): number {
  process.stdout.write(fleetHelp);
  return 0;
}

async function main(options: FleetOptions): Promise<number> {
  const fleet = readFleet(options.file);
  const customers = chosen(fleet.customers, options.only);
  const env = stateEnvironment(fleet.state, { folder: fleet.folder, env: process.env });
  const { secretsProvider, organization } = fleet.state;
  checkTerminal(options);
  // Loaded late: Pulumi's packages take a second, and nothing before this needs them.
  const [{ runFleet }, { pulumiStacks }, { placeStacks }] = await Promise.all([
    import('./commands.ts'),
    import('./pulumi-stacks.ts'),
    import('./place-stacks.ts'),
  ]);
  const stopping = new AbortController();
  const cancelling = new AbortController();
  listen(stopping, cancelling);
  const session: Session = {
    options,
    customers,
    stacks: await pulumiStacks({ folder: root, env, secretsProvider, organization }),
    placeStacks: placeStacks({ env, secretsProvider, organization }),
    readVersions: readCloudWatch,
    clock: { now: () => Date.now(), sleep: (ms) => untilStopped(ms, stopping.signal) },
    screen: standardError,
    print: (text) => void process.stdout.write(text),
    confirm,
    signal: stopping.signal,
    cancelSignal: cancelling.signal,
  };
  return runFleet(session);
}

/**
 * Stops the fleet on signals, and cancels commands of Pulumi. A terminal sends Ctrl-C to these as well, and a second signal would end them
 * before AWS has answered.
 */
function listen(stopping: AbortController, cancelling: AbortController): void {
  const cancel = (): void => {
    stopping.abort();
    cancelling.abort();
  };
  process.on('SIGINT', () => (process.stdin.isTTY ? stopping.abort() : cancel()));
  for (const signal of ['SIGTERM', 'SIGHUP', 'disconnect'] as const) process.on(signal, cancel);
}

function chosen(customers: readonly Customer[], only: readonly string[] | undefined): readonly Customer[] {
  if (only === undefined) return customers;
  const unknown = only.find((name) => !customers.some((each) => each.name === name));
  if (unknown !== undefined)
    throw new UsageError(
      `--only names ${unknown}, which the file lacks: it has ${customers.map(({ name }) => name).join(', ')}`,
    );
  return customers.filter(({ name }) => only.includes(name));
}

/** Refuses a command that would have to ask where nobody can answer. */
function checkTerminal(options: FleetOptions): void {
  if (asksFirst(options) && !process.stdin.isTTY)
    throw new UsageError(`${options.command} asks before it changes anything, and this is no terminal: add --yes`);
}

/** Sleeps, but not longer than until the operator stops the command. */
async function untilStopped(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Asks on the terminal; its end and Ctrl-C mean no. */
function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.once('close', () => resolve(false));
    terminal.question(`${question} (yes or no) `, (answer) => {
      resolve(answer.trim().toLowerCase() === 'yes');
      terminal.close();
    });
  });
}
