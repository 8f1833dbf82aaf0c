import { queries } from '../../infra/queries.ts';
import { scriptedLoad, type ScriptedLoad } from '../metrics/scripted-load.ts';
import type { DeclaredAlarm } from '../support/alarms.ts';
import type { Declared, Evaluation } from './evaluate.ts';
import { evaluated, variants } from './variants.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly region?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
  };
}

/** A metric that something looks at, by the names of its dimensions. */
type Named = readonly [namespace: string, name: string, dimensions: readonly string[]];

const namespace = 'bedrock-gateway-test-metrics';

/** What Lambda itself writes of every function (AWS Lambda developer guide, "Types of metrics for Lambda functions"). */
const ofLambda: readonly Named[] = [
  ['AWS/Lambda', 'Errors', ['FunctionName']],
  ['AWS/Lambda', 'Throttles', ['FunctionName']],
];

/** What a filter of the logs writes. */
const ofFilters: readonly Named[] = [['BedrockGateway', 'bedrock-gateway-test-stores', []]];

let load: ScriptedLoad;
let stack: Evaluation;
let widgets: readonly Widget[];

const all = (type: string): readonly Declared[] => stack.resources.filter((resource) => resource.type === type);
const named = (name: string) => variants.find(([each]) => each === name)?.[1] ?? { config: {} };

function widgetsOf({ resources }: Evaluation): readonly Widget[] {
  const dashboard = resources.find(({ type }) => type === 'aws:cloudwatch/dashboard:Dashboard');
  return JSON.parse(String(dashboard?.inputs['dashboardBody'])).widgets;
}

beforeAll(async () => {
  load = await scriptedLoad();
  stack = await evaluated(named('observability'));
  widgets = widgetsOf(stack);
});

/** Every metric that a widget draws. Throws for an expression that is not known here. */
function drawn({ properties: { metrics = [] } }: Widget): readonly Named[] {
  return metrics.flatMap((row): Named[] => {
    const options = (row.find((part) => typeof part === 'object') ?? {}) as { expression?: string };
    const { expression } = options;
    if (expression === undefined) {
      const [space, name, ...dimensions] = row.filter((part) => typeof part === 'string');
      return [[String(space), String(name), dimensions.filter((_, index) => index % 2 === 0)]];
    }
    const [, space = '', dimension = '', name = ''] =
      /^SEARCH\('\{"([^"]+)",(\w+)\} MetricName="(\w+)"', '(?:Sum|p\d\d)', 300\)$/.exec(expression) ?? [];
    if (name === '' && expression !== '100 * errors / requests') throw new Error(`what is ${expression}?`);
    return name === '' ? [] : [[space, name, [dimension]]];
  });
}

function watched({ inputs }: Declared): readonly Named[] {
  const { metricName, metricQueries = [], ...rest } = inputs as unknown as DeclaredAlarm & { namespace?: string };
  const queried = metricQueries.flatMap(({ metric }) => (metric ? [metric] : []));
  const own = metricName === undefined ? [] : [{ metricName, namespace: rest.namespace ?? '' }];
  return [...own, ...queried].map((metric): Named => [
    metric.namespace,
    metric.metricName,
    Object.keys('dimensions' in metric ? (metric.dimensions ?? {}) : {}),
  ]);
}

/** The metrics of a list that nothing writes. */
function unwritten(metrics: readonly Named[]): readonly Named[] {
  const written = new Set(
    [
      ...load.cloudWatch
        .all()
        .map(({ namespace: space, name, dimensions }): Named => [space, name, Object.keys(dimensions)]),
      ...ofLambda,
      ...ofFilters,
    ].map((metric) => JSON.stringify(metric)),
  );
  return metrics.filter((metric) => !written.has(JSON.stringify(metric)));
}

test('the dashboard has these graphs', () => {
  expect(widgets.map(({ properties }) => properties.title)).toEqual([
    'Alarms',
    'Requests by endpoint',
    'Errors',
    'Latency',
    'Time to first token',
    'Tokens',
    'Estimated cost by kind of caller',
    'Requests by kind of caller',
    'Throttling',
    'Answers, and those without a price',
    'Functions',
    'Requests by version',
    'Server errors by version',
    'Latency by version, p99',
    'Requests by project',
    'Estimated cost by project',
  ]);
});

test('every metric that a graph draws is one that a load writes, by the same dimensions', () => {
  const metrics = widgets.flatMap(drawn);
  expect(metrics.length).toBeGreaterThan(30);
  expect(unwritten(metrics)).toEqual([]);
});

test('every metric of the functions is in some graph', () => {
  const shown = new Set(widgets.flatMap(drawn).map(([, name]) => name));
  expect(load.cloudWatch.all().filter(({ name }) => !shown.has(name))).toEqual([]);
});

test('every metric that an alarm watches is one that a load writes, by the same dimensions', () => {
  const metrics = all('aws:cloudwatch/metricAlarm:MetricAlarm').flatMap(watched);
  expect(metrics.length).toBeGreaterThan(12);
  expect(unwritten(metrics)).toEqual([]);
  expect(new Set(metrics.map(([space]) => space))).toEqual(new Set([namespace, 'AWS/Lambda', 'BedrockGateway']));
});

test('the metric of the filters is that of the alarm, and no filter reads what is no error', () => {
  const filters = all('aws:cloudwatch/logMetricFilter:LogMetricFilter').map(({ inputs }) => inputs);
  expect(filters).toHaveLength(2);
  for (const { metricTransformation, pattern } of filters) {
    expect(metricTransformation).toMatchObject({ namespace: 'BedrockGateway', name: 'bedrock-gateway-test-stores' });
    expect(pattern).toContain('$.level = "ERROR"');
  }
});

test('the functions of the graphs and alarms are those of the stack', () => {
  const functions = all('aws:lambda/function:Function').map(({ inputs }) => String(inputs['name']));
  const text = JSON.stringify([widgets, all('aws:cloudwatch/metricAlarm:MetricAlarm').map(({ inputs }) => inputs)]);
  const seen = new Set([...text.matchAll(/"FunctionName"[,:]"([^"]+)"/g)].map(([, name]) => name));
  expect(seen).toEqual(new Set(functions));
});

test('the states of all alarms that tell somebody are shown', () => {
  const [alarms] = widgets.flatMap(({ properties }) => (properties.alarms ? [properties.alarms] : []));
  expect(
    alarms?.map((arn) => arn.replace(/^arn:aws:cloudwatch:us-east-1:123456789012:alarm:bedrock-gateway-test-/, '')),
  ).toEqual(['errors', 'latency', 'throttling', 'spending', 'functions', 'silence', 'stores']);
});

test('graphs lie beside each other in the grid of 24 columns, and are of the region of the stack', () => {
  const places = widgets.map(({ x, y, width, height }) => ({ x, y, right: x + width, bottom: y + height }));
  expect(places.filter(({ right }) => right > 24)).toEqual([]);
  const overlaps = places.flatMap((one, index) =>
    places
      .slice(index + 1)
      .filter((two) => one.x < two.right && two.x < one.right && one.y < two.bottom && two.y < one.bottom),
  );
  expect(overlaps).toEqual([]);
  const graphs = widgets.filter(({ type }) => type === 'metric');
  expect(new Set(graphs.map(({ properties }) => properties.region))).toEqual(new Set(['us-east-1']));
});

test('without alarms and projects, the dashboard has neither', async () => {
  const titles = widgetsOf(
    await evaluated({ config: { 'aws:region': 'us-east-1', 'bedrock-gateway:alarms': false } }),
  ).map(({ properties }) => properties.title);
  expect(titles).toHaveLength(13);
  expect(titles.filter((title) => /Alarms|project/.test(title))).toEqual([]);
});

/** Words of the query language, and names that a query gives. */
const words = new Set(
  'fields filter stats sort limit by as and desc count sum ispresent message total tokensIn tokensOut usd refused throttledCalls retriedCalls turns'.split(
    ' ',
  ),
);

test.each(Object.entries(queries))('the query %s asks for fields that log lines have', (_title, lines) => {
  const known = new Set(load.lines.flatMap((line) => Object.keys(JSON.parse(line))));
  const optional = new Set(['upstreamStatus', 'upstreamError', 'upstreamRequestId', 'traceId']);
  const asked =
    lines
      .join(' ')
      .replaceAll(/"[^"]*"|@\w+/g, '')
      .match(/[a-zA-Z]+/g) ?? [];
  expect(asked.filter((word) => !words.has(word) && !known.has(word) && !optional.has(word))).toEqual([]);
});
