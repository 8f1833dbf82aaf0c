// `npm run fleet`: one stack for each customer.
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { UsageError } from '../local/command-line.mjs';
import { asksFirst, fleetHelp, readFleetOptions } from './command-line.mjs';
import type { FleetOptions } from './command-line.mjs';
import type { Customer } from './customers.ts';
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
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  process.on('disconnect', () => stopping.abort());
  const session: Session = {
    options,
    customers,
    stacks: await pulumiStacks({ folder: root, env, secretsProvider, organization }),
    placeStacks: placeStacks({ env, secretsProvider, organization }),
    clock: { now: () => performance.now(), sleep: (ms) => sleep(ms) },
    screen: standardError,
    print: (text) => void process.stdout.write(text),
    confirm,
    signal: stopping.signal,
  };
  return runFleet(session);
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

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} (yes or no) `);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}
