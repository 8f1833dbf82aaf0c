import type { LogEntry, Measure, Unlogged } from '../request-context.ts';
import type { PriceOf } from '../metering/prices.ts';
import { costOf } from '../metering/prices.ts';
import { metrics, type MetricName } from './definition.ts';
import { metricsDescriber } from './embedded.ts';
import { endpointName } from './endpoint-name.ts';

/** Where the metrics of a function go, and what they are made with. */
export interface MeasureOptions {
  /** The stack's namespace in CloudWatch. */
  readonly namespace: string;
  /** Names of projects that metrics are divided by. */
  readonly projects: readonly string[];
  /** The function and its version, as Lambda qualifies a name. */
  readonly version: string;
  /** Whether Lambda started the environment for its first request. */
  readonly startsCold: boolean;
  readonly priceOf: PriceOf;
  /** The id of X-Ray's trace of the request, in letters, digits and hyphens; undefined where it keeps none. */
  readonly trace: () => string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Metrics that are fields of the log line without them. */
const logged: ReadonlySet<MetricName> = new Set<MetricName>([
  'latencyMs',
  'firstTokenMs',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
]);

const maxPrices = 1_000;

/** 10⁻⁹ USD are what costs are counted in. */
const unitsPerUsd = 1_000_000_000;

/**
 * Makes what writes the metrics of requests in CloudWatch's embedded metric format, as further fields of their log lines: a line of its own
 * would cost as much again. Text that occurs again is made once. Dimensions take few values: none of them is a text that a caller sent.
 */
export function createMeasure({
  namespace,
  projects,
  version,
  startsCold,
  priceOf,
  trace,
  now,
}: MeasureOptions): Measure {
  const describe = metricsDescriber(namespace);
  const priceNow = remembered(priceOf);
  const endpointOf = dimensionTexts((pattern) => `,"Endpoint":${JSON.stringify(endpointName(pattern))}`);
  const callerOf = dimensionTexts((kind) => `,"CallerKind":"${kind}","Version":${JSON.stringify(version)}`);
  const listed = new Map(projects.map((name) => [name, `,"Project":${JSON.stringify(name)}`]));
  let isFirst = startsCold;

  return (entry, unlogged, isLogged) => {
    const isColdStart = isFirst;
    isFirst = false;
    const id = isLogged ? trace() : undefined;
    const traced = id === undefined ? '' : `"traceId":"${id}"`;
    if (!isMeasured(entry)) return traced;
    const { caller, model, progress } = unlogged;
    const price = progress && hasTokens(entry) ? priceNow(model ?? '', progress.target) : undefined;
    const values = valuesOf({ entry, progress, cost: price && costOf(price, entry) / unitsPerUsd, isColdStart });
    const project = listed.get(caller?.projectName ?? '');
    let present = 0;
    let fields = traced === '' ? '' : `,${traced}`;
    for (const { name, bit, start, isInLine } of written) {
      const value = values[name];
      if (value === undefined) continue;
      present |= bit;
      if (!isInLine || !isLogged) fields += start + value;
    }
    return (
      `"_aws":{"Timestamp":${now()},"CloudWatchMetrics":${describe(present, project !== undefined)}}` +
      `${endpointOf(entry.endpoint)}${callerOf(caller?.method ?? 'unauthenticated')}${project ?? ''}` +
      `${caller?.project === undefined ? '' : `,"project":"proj_${caller.project}"`}${fields}`
    );
  };
}

/** A request whose answer is over. */
interface Ended {
  readonly entry: LogEntry;
  readonly progress: Unlogged['progress'];
  /** In USD; undefined where it is not known. */
  readonly cost: number | undefined;
  readonly isColdStart: boolean;
}

/** What a request adds to each metric; undefined where that is nothing. */
function valuesOf({ entry, progress, cost, isColdStart }: Ended): Readonly<Record<MetricName, number | undefined>> {
  const isRefusal = isRefused(entry);
  const isFailure = isFailed(entry);
  return {
    requests: 1,
    answers: one(!isRefusal && !isFailure),
    clientErrors: one(isRefusal),
    serverErrors: one(isFailure),
    latencyMs: entry.latencyMs,
    firstTokenMs: entry.firstTokenMs,
    inputTokens: entry.inputTokens,
    outputTokens: entry.outputTokens,
    cacheReadTokens: entry.cacheReadTokens,
    cacheWriteTokens: entry.cacheWriteTokens,
    estimatedCost: cost,
    unpricedRequests: one(cost === undefined && hasTokens(entry)),
    throttles: progress?.throttles || undefined,
    retries: progress?.retries || undefined,
    fallbacks: progress?.fallbacks || undefined,
    coldStarts: one(isColdStart),
  };
}

/** How each metric is written: its bit in a description, and its field up to the value. */
const written = metrics.map(({ name }, index) => ({
  name,
  bit: 1 << index,
  start: `,"${name}":`,
  isInLine: logged.has(name),
}));

/** Keeps the text of a dimension for each of its values, which are few. */
function dimensionTexts(make: (value: string) => string): (value: string) => string {
  const known = new Map<string, string>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const text = make(value);
    known.set(value, text);
    return text;
  };
}

/** Probes of health, preflights and URLs that nobody serves say nothing of the gateway's callers, unless it failed. */
function isMeasured({ endpoint, status }: LogEntry): boolean {
  return status >= 500 || (endpoint !== 'unknown' && endpoint !== '/health');
}

function isRefused({ status }: LogEntry): boolean {
  return status >= 400 && status < 500;
}

/** A stream that breaks has its error under a 200; one whose caller has gone is no failure. */
function isFailed({ status, error, ended }: LogEntry): boolean {
  return status >= 500 || (status < 400 && error !== undefined && ended !== 'cancelled');
}

function hasTokens({ inputTokens, outputTokens }: LogEntry): boolean {
  return inputTokens !== undefined || outputTokens !== undefined;
}

/** Prices as they have been looked for, by a name and what answers it. Names of Bedrock's own ids are as many as callers send. */
function remembered(priceOf: PriceOf): PriceOf {
  const known = new Map<string, ReturnType<PriceOf>>();
  return (model, target) => {
    const key = `${model} ${target.backend}:${target.model}`;
    if (known.has(key)) return known.get(key);
    if (known.size >= maxPrices) known.clear();
    const price = priceOf(model, target);
    known.set(key, price);
    return price;
  };
}

function one(isSo: boolean): 1 | undefined {
  return isSo ? 1 : undefined;
}
