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

/** The parts of docs/private-network.md, by the names of their marks. */
const networkParts: typeof parts = { network: networkTable };

/** The page docs/operations.md with its parts as they have to be. Throws an error for a page that lacks a mark. */
export function operations(page: string): string {
  return withParts('docs/operations.md', page, parts);
}

/** The page docs/private-network.md with its parts as they have to be. Throws an error for a page that lacks a mark. */
export function privateNetworkPage(page: string): string {
  return withParts('docs/private-network.md', page, networkParts);
}

function withParts(file: string, page: string, generated: typeof parts): string {
  return Object.entries(generated).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name}: begin -->\n`, `<!-- ${name}: end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} has no part ${name}`);
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

/** Hours of a month, as AWS reckons. */
const monthHours = 730;

/** Availability zones of a private network for which the config names none. */
export const networkZones = 2;

/** How many interface endpoints a private network has, by what the config uses. */
export const networkEndpoints = { least: 2, keys: 4, everything: 7 };

function networkTable(): string {
  const zones = networkZones;
  const price = (endpoints: number, inZones = zones): number => endpoints * inZones * monthHours * prices.endpointHour;
  const row = (what: string, endpoints: number, inZones = zones): string[] => [
    what,
    `${endpoints} × ${inZones} zones × ${monthHours} h × ${usd(prices.endpointHour)}`,
    usd(price(endpoints, inZones)),
  ];
  const { least, keys, everything } = networkEndpoints;
  return [
    table(
      ['interface endpoints', 'prices', 'USD a month'],
      [
        row('`bedrock-runtime` and `bedrock`', least),
        row('with `gatewayKeys`: also `cognito-idp` and `sns`', keys),
        row('all of the table above', everything),
        row('all, in three zones', everything, 3),
        ['each further one', `1 × ${zones} zones × ${monthHours} h × ${usd(prices.endpointHour)}`, usd(price(1))],
        ['gateway endpoints (`dynamodb`, `s3`)', 'free', usd(0)],
      ],
    ),
    '',
    `To this come ${usd(prices.endpointGigabyte)} USD for each GB that passes through an interface endpoint. A NAT gateway, which this does without, would cost more for each GB.`,
  ].join('\n');
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
  const pages = { 'operations.md': operations, 'private-network.md': privateNetworkPage };
  for (const [name, generate] of Object.entries(pages)) {
    const file = path.join(path.dirname(import.meta.dirname), 'docs', name);
    writeFileSync(file, generate(readFileSync(file, 'utf8')));
  }
}
