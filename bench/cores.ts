import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Which core each part of the measurement has to itself. */
export interface Cores {
  readonly load: number;
  readonly server: number;
  readonly backend: number;
}

/** With two cores the backend, which only writes bytes made beforehand, shares the load generator's. */
export function chooseCores(): Cores | undefined {
  const count = cpus().length;
  if (count < 2 || spawnSync('taskset', ['-V']).error) return undefined;
  return { load: 0, server: 1, backend: count > 2 ? 2 : 0 };
}

/** Pins this process, all its threads included. */
export function pinSelf(core: number | undefined): void {
  if (core !== undefined) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)]);
}

/** A command line that runs on one core. */
export function pinned(core: number | undefined, command: readonly string[]): [string, string[]] {
  const [program = '', ...args] = core === undefined ? command : ['taskset', '-c', String(core), ...command];
  return [program, args];
}
