import type { Caller } from '../auth/caller.ts';
import type { Config } from '../config.ts';
import type { Meter } from '../pipeline/meter.ts';
import { demandOf } from './demand.ts';
import { createMeter, type MeterLog } from './meter.ts';
import { createUsageTable } from './usage-table.ts';

/** Clock, chance and log of the function. */
export interface MeteringOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to 1: spreads tries over time. */
  readonly random: () => number;
  readonly log: MeterLog;
}

/** The config of a stack that counts requests. */
export type CountingConfig = Pick<Config, 'region' | 'role' | 'endpoints' | 'defaultMaxOutput'> & {
  /** The name of the usage table. */
  readonly usageTable: string;
};

/** Makes what counts the requests of the stack's callers. Opens no connection; to be loaded only by stacks that have a usage table. */
export async function metering(config: CountingConfig, { now, random, log }: MeteringOptions): Promise<Meter> {
  const { usageTable: table, region, role: credentials, endpoints, defaultMaxOutput } = config;
  // Requests need AWS's client as soon as there are any. A start has time to load it, which no request waits for.
  await import('./dynamodb.ts');
  return createMeter({
    table: createUsageTable({ table, region, credentials, endpoint: endpoints.dynamodb, random, wait }),
    counters: [],
    tails: [],
    counts: ({ project }: Caller) => project !== undefined,
    demandOf: (asked) => demandOf(asked, defaultMaxOutput),
    whenUnavailable: 'closed',
    now,
    log,
  });
}

function wait(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
