import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config.ts';
import type { Meter } from '../pipeline/meter.ts';
import { alertSender, type SendAlert } from './alerts.ts';
import { demandOf } from './demand.ts';
import { stackLimits } from './limits.ts';
import { createMeter, type MeterLog } from './meter.ts';
import { pricesOf } from './prices.ts';
import { rateCounter } from './rates.ts';
import type { UsageReports } from './reports.ts';
import { costsBy, spendCounter, spendTail } from './spend.ts';
import { lastUsedTail, usageTail } from './usage.ts';
import { createUsageTable } from './usage-table.ts';

/** Clock, chance and log of the function. */
export interface MeteringOptions {
  /** The names of models, and the prices of the config. */
  readonly catalog: Catalog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to 1: spreads tries over time. */
  readonly random: () => number;
  readonly log: MeterLog;
}

/** The config of a stack that counts requests. */
export type CountingConfig = Pick<
  Config,
  'region' | 'role' | 'endpoints' | 'defaultMaxOutput' | 'alertTopicArn' | 'gatewayKeys'
> & {
  /** The name of the usage table. */
  readonly usageTable: string;
};

/** What counts requests, and what reads the counts. */
export interface Metering {
  readonly meter: Meter;
  /** For the administration API; only in the function that serves it. */
  readonly reports?: UsageReports;
}

/** Makes what counts the requests of the stack's callers. Opens no connection; to be loaded only by stacks that have a usage table. */
export async function metering(config: CountingConfig, options: MeteringOptions): Promise<Metering> {
  const { usageTable, region, role: credentials, endpoints, defaultMaxOutput } = config;
  const { now, random, log, catalog } = options;
  const place = { table: usageTable, region, credentials, endpoint: endpoints.dynamodb };
  const table = createUsageTable({ ...place, now, random, wait });
  const limits = stackLimits(catalog.limits);
  const priceOf = pricesOf(catalog);
  const sendAlert = alertsOf(config, log);
  const reports = await reportsOf(config, options);
  const meter = createMeter({
    table,
    counters: [rateCounter(limits), spendCounter({ priceOf, sendAlert })],
    tails: [spendTail({ table, priceOf, sendAlert }), usageTail(table, costsBy(priceOf)), lastUsedTail(table)],
    counts: ({ project, method }) => project !== undefined || (method === 'jwt' && limits.perJwtCaller !== undefined),
    demandOf: (asked) => demandOf(asked, defaultMaxOutput),
    whenUnavailable: limits.whenUnavailable,
    now,
    log,
  });
  return { meter, ...(reports && { reports }) };
}

/** One function of a stack serves the administration API; the other should not load what reads the counts. */
async function reportsOf(
  { usageTable: table, region, role: credentials, endpoints, gatewayKeys }: CountingConfig,
  { now, log }: MeteringOptions,
): Promise<UsageReports | undefined> {
  if (gatewayKeys?.USER_POOL_ID === undefined) return undefined;
  const { createReports } = await import('./reports.ts');
  return createReports({ table, region, credentials, endpoint: endpoints.dynamodb, now, log });
}

/** A stack that issues no keys has no projects, and nobody whose spending could cross a threshold. */
function alertsOf({ alertTopicArn: topicArn, region, role, endpoints }: CountingConfig, log: MeterLog): SendAlert {
  if (topicArn === undefined) return () => Promise.resolve();
  return alertSender({ topicArn, region, credentials: role, endpoint: endpoints.sns, log });
}

function wait(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
