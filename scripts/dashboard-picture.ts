import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { charts, type Chart, type Series } from './chart-svg.ts';
import { evaluate, type Resource } from '../local/program/evaluate.ts';
import { isObject } from '../local/json.ts';

/** A stack with every graph, as the picture shows it. */
const stack = {
  project: 'bedrock-gateway',
  stack: 'prod',
  region: 'us-east-1',
  config: {
    'aws:region': 'us-east-1',
    'bedrock-gateway:domain': 'example.com',
    'bedrock-gateway:gatewayKeys': 'true',
    'bedrock-gateway:metrics': JSON.stringify({ projects: ['search', 'support'] }),
  },
};

/** Values of dimensions in the made-up traffic, and their shares. */
const shares: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Endpoint: { 'chat-completions': 0.72, embeddings: 0.2, converse: 0.05, models: 0.03 },
  CallerKind: { 'gateway-key': 0.6, 'bedrock-key': 0.25, jwt: 0.15 },
  Version: {
    'bedrock-gateway-prod-streaming:12': 0.87,
    'bedrock-gateway-prod-streaming:13': 0.1,
    'bedrock-gateway-prod-buffered:9': 0.03,
  },
  Project: { search: 0.4, support: 0.2 },
};

/** Half an hour each, for a day. */
const points = 48;

/** Made-up totals of a metric in each point of a busy day, by its level at noon and by how it moves. */
const traffic: Readonly<Record<string, (hour: number, noise: number) => number>> = {
  requests: (hour, noise) => 900 * day(hour) * noise,
  answers: (hour, noise) => 880 * day(hour) * noise,
  clientErrors: (hour, noise) => 18 * day(hour) * noise,
  // An incident in the afternoon, in which a model throttled and fell back.
  serverErrors: (hour, noise) => (1.5 + 40 * incident(hour)) * noise,
  throttles: (hour, noise) => (2 + 160 * incident(hour)) * noise,
  retries: (hour, noise) => (3 + 90 * incident(hour)) * noise,
  fallbacks: (hour, noise) => 70 * incident(hour) * noise,
  inputTokens: (hour, noise) => 640_000 * day(hour) * noise,
  outputTokens: (hour, noise) => 210_000 * day(hour) * noise,
  cacheReadTokens: (hour, noise) => 380_000 * day(hour) * noise,
  cacheWriteTokens: (hour, noise) => 42_000 * day(hour) * noise,
  estimatedCost: (hour, noise) => 3.1 * day(hour) * noise,
  unpricedRequests: (hour, noise) => 6 * day(hour) * noise,
  coldStarts: (hour, noise) => 9 * Math.abs(day(hour + 0.5) - day(hour - 0.5)) * 4 * noise,
  Errors: () => 0,
  Throttles: () => 0,
};

/** Percentiles in milliseconds. */
const times: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  latencyMs: { p50: 2_100, p90: 7_400, p99: 18_500 },
  firstTokenMs: { p50: 420, p90: 880, p99: 2_300 },
};

/** The picture of docs/operations.md, written by `npm run picture`: the graphs that the Pulumi program declares, with made-up traffic. */
async function dashboardPicture(): Promise<string> {
  const { resources } = await evaluate(() => import('../index.ts'), stack);
  const all = widgetsOf(resources.find(({ type }) => type === 'aws:cloudwatch/dashboard:Dashboard'));
  return charts('The dashboard of a stack with the made-up traffic of a day', all.map(chartOf));
}

type Fields = Readonly<Record<string, unknown>>;

function widgetsOf(dashboard: Resource | undefined): readonly Fields[] {
  const body: unknown = JSON.parse(text(dashboard?.inputs['dashboardBody']));
  const found = isObject(body) ? body['widgets'] : undefined;
  if (!Array.isArray(found)) throw new Error('the dashboard has no widgets');
  return found.filter((each: unknown): each is Fields => isObject(each));
}

function chartOf({ type, x, y, width, height, properties }: Fields): Chart {
  const place = { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
  const own: Fields = isObject(properties) ? properties : {};
  const title = text(own['title']);
  if (type === 'alarm') return { ...place, title, states: listed(own['alarms']).map(alarmName), series: [] };
  const rows = listed(own['metrics']).map((row) => listed(row));
  const series = rows.flatMap((row, index) => seriesOf(row, { index, rows }));
  return { ...place, title, isStacked: own['stacked'] === true, series, unit: unitOf(own) };
}

function alarmName(arn: unknown): string {
  return text(arn)
    .replace(/^.*[:/]/, '')
    .replace('bedrock-gateway-prod-', '');
}

function unitOf({ yAxis }: Fields): string {
  const left = isObject(yAxis) ? yAxis['left'] : undefined;
  return isObject(left) ? text(left['label']) : '';
}

/** The lines that a row of `metrics` draws. Throws an error for one that the picture does not understand. */
function seriesOf(
  row: readonly unknown[],
  { index, rows }: { index: number; rows: readonly (readonly unknown[])[] },
): Series[] {
  const options = row.find((part): part is Fields => isObject(part)) ?? {};
  if (options['visible'] === false) return [];
  const label = text(options['label']);
  const expression = options['expression'];
  if (typeof expression !== 'string') return [{ label, values: valuesOf(text(row[1]), text(options['stat']), index) }];
  const [, dimension = '', name = '', stat = ''] =
    /^SEARCH\('\{"[^"]+",(\w+)\} MetricName="(\w+)"', '(\w+)', \d+\)$/.exec(expression) ?? [];
  const values = shares[dimension];
  if (values !== undefined) {
    return Object.entries(values).map(([value, share], at) => ({
      label: value,
      values: valuesOf(name, stat, at).map((total) => (stat === 'Sum' ? total * share : total)),
    }));
  }
  if (expression !== '100 * errors / requests') throw new Error(`the picture cannot draw ${expression}`);
  const [errors = [], requests = []] = ['errors', 'requests'].map((id) => {
    const at = rows.findIndex((other) => other.some((part) => isObject(part) && part['id'] === id));
    return valuesOf(text(rows[at]?.[1]), 'Sum', at);
  });
  return [{ label, isRight: true, values: errors.map((each, at) => (100 * each) / (requests[at] ?? 1)) }];
}

function valuesOf(name: string, stat: string, seed: number): number[] {
  const percentile = times[name]?.[stat];
  const make =
    percentile === undefined
      ? traffic[name]
      : (hour: number, noise: number) => percentile * (1 + incident(hour)) * noise;
  if (make === undefined) throw new Error(`there is no made-up traffic of ${name}`);
  return Array.from({ length: points }, (_, at) =>
    make((at * 24) / points, 1 + 0.12 * Math.sin(at * 2.3 + seed * 1.7 + name.length)),
  );
}

/** How busy an hour is, from 0 to 1. */
function day(hour: number): number {
  return 0.08 + 0.92 * Math.exp(-(((hour - 13) / 4.2) ** 2));
}

function incident(hour: number): number {
  return Math.exp(-(((hour - 15.5) / 0.7) ** 2));
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const file = process.argv[2] ?? path.join(path.dirname(import.meta.dirname), 'docs', 'dashboard.svg');
writeFileSync(file, await dashboardPicture());
