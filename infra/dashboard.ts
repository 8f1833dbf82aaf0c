import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { statisticOf } from '../function/metrics/definition.ts';
import type { Dimension, MetricName, MetricNameBy } from '../function/metrics/definition.ts';
import { lambdaMetrics } from './alarms.ts';
import { physicalName } from './naming.ts';

/** What a dashboard shows. */
export interface DashboardArgs {
  readonly region: string;
  /** The namespace of the stack's own metrics. */
  readonly namespace: string;
  readonly functionNames: Readonly<Record<string, pulumi.Input<string>>>;
  /** ARNs of the alarms whose states are shown; none if the stack has no alarms. */
  readonly alarms: readonly pulumi.Input<string>[];
  /** Whether metrics are divided by projects. */
  readonly hasProjects: boolean;
}

/** A dashboard of CloudWatch: the health, the use and the cost of one stack on one page. */
export class Dashboard extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:Dashboard', name, {}, options);
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      { dashboardName: physicalName('dashboard'), dashboardBody: pulumi.jsonStringify({ widgets: widgets(args) }) },
      { parent: this },
    );
    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ dashboardName: this.dashboardName });
  }
}

/** A widget without its place: CloudWatch's own JSON. */
interface Widget {
  readonly type: 'metric' | 'alarm';
  readonly properties: object;
}

/** The grid of a dashboard is 24 wide; three graphs of this size fit beside each other. */
const size = { width: 8, height: 6 };
const columns = 3;
/** In seconds. */
const period = 300;

function widgets(args: DashboardArgs): object[] {
  const { alarms } = args;
  const all = [
    ...(alarms.length === 0 ? [] : [{ type: 'alarm', properties: { title: 'Alarms', alarms } } as const]),
    ...graphs(args),
  ];
  return all.map(({ type, properties }, index) => ({
    type,
    x: (index % columns) * size.width,
    y: Math.floor(index / columns) * size.height,
    width: size.width,
    height: size.height,
    properties,
  }));
}

/** One row of `metrics` of a graph: a metric with its dimensions and options, or an expression. */
type Line = readonly unknown[];

function graphs({ region, namespace, functionNames, hasProjects }: DashboardArgs): Widget[] {
  const total = (name: MetricName, label: string, more: object = {}): Line => [
    namespace,
    name,
    { stat: statisticOf(name), label, ...more },
  ];
  const percentiles = (name: MetricName): Line[] =>
    ['p50', 'p90', 'p99'].map((stat) => [namespace, name, { stat, label: stat }]);
  const by = <By extends Dimension>(dimension: By, name: MetricNameBy<By>): Line => [
    { expression: search({ namespace, dimension, name }), label: `\${PROP('Dim.${dimension}')}` },
  ];
  const graph = (title: string, metrics: readonly Line[], options: GraphOptions = {}): Widget => {
    const { unit, isStacked = false } = options;
    const yAxis = unit === undefined ? {} : { yAxis: { left: { label: unit, showUnits: false, min: 0 } } };
    return {
      type: 'metric',
      properties: { title, region, view: 'timeSeries', stacked: isStacked, period, metrics, ...yAxis },
    };
  };
  const stacked = { isStacked: true };
  return [
    graph('Requests by endpoint', [by('Endpoint', 'requests')], stacked),
    graph('Errors', [
      total('serverErrors', 'server errors', { id: 'errors' }),
      total('clientErrors', 'client errors'),
      total('requests', 'requests', { id: 'requests', visible: false }),
      [{ expression: '100 * errors / requests', label: 'server errors, % of requests', yAxis: 'right' }],
    ]),
    graph('Latency', percentiles('latencyMs'), { unit: 'ms' }),
    graph('Time to first token', percentiles('firstTokenMs'), { unit: 'ms' }),
    graph(
      'Tokens',
      [
        total('inputTokens', 'input'),
        total('outputTokens', 'output'),
        total('cacheReadTokens', 'read from caches'),
        total('cacheWriteTokens', 'written to caches'),
      ],
      stacked,
    ),
    graph('Estimated cost by kind of caller', [by('CallerKind', 'estimatedCost')], { unit: 'USD', ...stacked }),
    graph('Requests by kind of caller', [by('CallerKind', 'requests')], stacked),
    graph('Throttling', [
      total('throttles', 'throttled calls'),
      total('retries', 'retries'),
      total('fallbacks', 'fallbacks'),
    ]),
    graph('Answers, and those without a price', [
      total('answers', 'answers'),
      total('unpricedRequests', 'without a price'),
    ]),
    graph('Functions', [
      total('coldStarts', 'cold starts'),
      ...Object.entries(functionNames).flatMap(([entry, functionName]) =>
        lambdaMetrics.map((name) => [
          'AWS/Lambda',
          name,
          'FunctionName',
          functionName,
          { stat: 'Sum', label: `${entry}: ${name.toLowerCase()}` },
        ]),
      ),
    ]),
    graph('Requests by version', [by('Version', 'requests')], stacked),
    graph('Server errors by version', [by('Version', 'serverErrors')]),
    graph('Latency by version, p99', [by('Version', 'latencyMs')], { unit: 'ms' }),
    ...(hasProjects
      ? [
          graph('Requests by project', [by('Project', 'requests')], stacked),
          graph('Estimated cost by project', [by('Project', 'estimatedCost')], { unit: 'USD', ...stacked }),
        ]
      : []),
  ];
}

interface GraphOptions {
  /** What the numbers are, for the axis. */
  readonly unit?: string;
  readonly isStacked?: boolean;
}

interface Search {
  readonly namespace: string;
  readonly dimension: Dimension;
  readonly name: MetricName;
}

/** An expression that finds the metric for every value of a dimension that there is. */
function search({ namespace, dimension, name }: Search): string {
  return `SEARCH('{"${namespace}",${dimension}} MetricName="${name}"', '${statisticOf(name)}', ${period})`;
}
