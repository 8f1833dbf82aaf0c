import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dimensions, metrics, type Dimension, type Metric } from '../function/metrics/definition.ts';
import { prices } from './prices.ts';

/** Bytes of the logs of one request: its line with its metrics, the lines that Lambda adds, and that of the HTTP API. */
const logBytes = 2_000;

/** A kind of request, as far as it matters what it costs. */
interface Call {
  readonly what: string;
  readonly api: 'REST' | 'HTTP';
  /** Seconds that the function runs: until the end of the answer. */
  readonly seconds: number;
  /** Write units of the usage table (docs/keys.md). */
  readonly writes: number;
}

const calls: readonly Call[] = [
  { what: 'a list of models, 0.1 s', api: 'HTTP', seconds: 0.1, writes: 0 },
  { what: 'a chat of 2 s', api: 'REST', seconds: 2, writes: 0 },
  { what: 'a stream of 10 s', api: 'REST', seconds: 10, writes: 0 },
  { what: 'the same with a gateway key', api: 'REST', seconds: 10, writes: 5 },
];

/** Metrics of a stack in use: how many values each dimension has. */
const values: Readonly<Record<Dimension, number>> = { Endpoint: 3, CallerKind: 2, Version: 2, Project: 0 };

/** The parts of docs/operations.md that are made of tables, by the names of their marks. */
export const parts: Readonly<Record<string, () => string>> = {
  metrics: metricTable,
  dimensions: () =>
    Object.entries(dimensions)
      .map(([name, text]) => `- \`${name}\`: ${text}.`)
      .join('\n'),
  idle: idleTable,
  requests: callTable,
  'metrics in use': metricCost,
};

/** The page with its parts as they have to be. Throws an error for a page that lacks a mark. */
export function operations(page: string): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name}: begin -->\n`, `<!-- ${name}: end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/operations.md has no part ${name}`);
    return `${text.slice(0, from)}${begin}\n${part()}\n\n${text.slice(to)}`;
  }, page);
}

function metricTable(): string {
  const rows = metrics.map(({ name, unit, statistic, by, description }: Metric) => [
    `\`${name}\``,
    unit === 'None' ? 'USD' : unit.toLowerCase(),
    statistic,
    by.map((dimension) => `\`${dimension}\``).join(', ') || '–',
    description,
  ]);
  return table(['metric', 'unit', 'statistic', 'divided by', 'meaning'], rows);
}

/** Metrics that an alarm of the stack looks at; the composite one looks at none. */
export const alarmMetrics = { errors: 2, latency: 1, throttling: 2, spending: 1, functions: 4, silence: 2 };

function idleTable(): string {
  const watched = Object.values(alarmMetrics).reduce((sum, count) => sum + count, 0);
  const lines: (readonly [what: string, arithmetic: string, cost: number])[] = [
    ['dashboard', `1 × ${usd(prices.dashboard)}`, prices.dashboard],
    ['alarms', `${watched} metrics × ${usd(prices.alarmMetric)}`, watched * prices.alarmMetric],
    ['the alarm `silence`, which combines two', `1 × ${usd(prices.compositeAlarm)}`, prices.compositeAlarm],
  ];
  const total = lines.reduce((sum, [, , cost]) => sum + cost, 0);
  return table(
    ['part', 'prices', 'USD a month'],
    [...lines.map(([what, arithmetic, cost]) => [what, arithmetic, usd(cost)]), ['**all**', '', `**${usd(total)}**`]],
  );
}

function callTable(): string {
  const rows = calls.map((call) => {
    const costs = costOf(call);
    return [call.what].concat(costs.map(usd), `**${usd(costs.reduce((sum, each) => sum + each))}**`);
  });
  const { lambdaMillion, lambdaGigabyteSecond, logGigabyte, writeUnitMillion } = prices;
  return [
    table(['a million of', 'API', 'Lambda: requests', 'Lambda: time', 'logs', 'usage table', 'all'], rows),
    '',
    `- API: ${usd(prices.restApiMillion)} USD for the REST API, ${usd(prices.httpApiMillion)} USD for the HTTP API.`,
    `- Lambda: ${usd(lambdaMillion)} USD for a million requests, and ${lambdaGigabyteSecond.toFixed(10)} USD for a GB-second: seconds × 1 GB × 1,000,000 × ${lambdaGigabyteSecond.toFixed(10)}.`,
    `- Logs: ${logBytes / 1_000} kB for each request (its line with its metrics, the lines that Lambda adds, and the HTTP API's access log), which is ${(logBytes * 1_000_000) / 1e9} GB × ${usd(logGigabyte)} USD.`,
    `- Usage table: 5 write units for a request of a project, each ${writeUnitMillion} USD for a million ([what counting costs](keys.md#what-counting-costs)).`,
  ].join('\n');
}

/** Costs of a million calls: API, requests and time of Lambda, logs, and the usage table. */
function costOf({ api, seconds, writes }: Call): [number, ...number[]] {
  return [
    api === 'REST' ? prices.restApiMillion : prices.httpApiMillion,
    prices.lambdaMillion,
    seconds * 1_000_000 * prices.lambdaGigabyteSecond,
    ((logBytes * 1_000_000) / 1e9) * prices.logGigabyte,
    writes * prices.writeUnitMillion,
  ];
}

function metricCost(): string {
  const all: readonly Metric[] = metrics;
  const count = all.reduce((sum, { by }) => sum + 1 + by.reduce((more, dimension) => more + values[dimension], 0), 0);
  const ofProject = all.filter(({ by }) => by.includes('Project')).length;
  const { Endpoint, CallerKind, Version } = values;
  return [
    `With ${Endpoint} endpoints, ${CallerKind} kinds of callers and ${Version} functions, there are at most ${count} metrics: ${count} × ${usd(prices.metric)} = ${usd(count * prices.metric)} USD a month, if`,
    `each of them is written in every hour of it. Each project of \`metrics.projects\` adds ${ofProject}: ${usd(ofProject * prices.metric)} USD.`,
  ].join('\n');
}

function usd(amount: number): string {
  return amount.toFixed(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const file = path.join(path.dirname(import.meta.dirname), 'docs', 'operations.md');
  writeFileSync(file, operations(readFileSync(file, 'utf8')));
}
