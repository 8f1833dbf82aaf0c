import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { statisticOf } from '../function/metrics/definition.ts';
import type { MetricName } from '../function/metrics/definition.ts';
import { physicalName, tags } from './naming.ts';
import type { Purpose } from './naming.ts';

/** Thresholds of alarms that the config sets. */
export interface AlarmSettings {
  /** The 99th percentile of the time of requests, in seconds. */
  readonly latencySeconds: number;
  /** What models may cost in 24 hours, in USD. */
  readonly dailyCost: number;
}

/** What alarms watch, and whom they tell. */
export interface AlarmsArgs {
  readonly settings: AlarmSettings;
  /** The namespace of the stack's own metrics; undefined if the functions write none. */
  readonly namespace: string | undefined;
  readonly functionNames: Readonly<Record<string, pulumi.Input<string>>>;
  readonly topicArn: pulumi.Input<string>;
}

/** The shape of an alarm without what all alarms have. */
type AlarmShape = Omit<aws.cloudwatch.MetricAlarmArgs, 'name' | 'tags'>;

/** Periods in seconds. */
const period = 300;
const day = 86_400;

/** Three periods in a row: a single request that fails in a quiet hour is in one of them. */
const fifteenMinutes = { evaluationPeriods: 3, datapointsToAlarm: 3 };
const above = { comparisonOperator: 'GreaterThanThreshold', treatMissingData: 'notBreaching' };

/** Percent of requests that may fail on the side of the gateway or of the models. */
const maxErrorPercent = 5;
/** Throttled calls for every hundred requests. */
const maxThrottlePercent = 10;

/** Alarms on the stack's own metrics, and on those that Lambda writes of its functions. */
export class Alarms extends pulumi.ComponentResource {
  /** ARNs of the alarms that tell somebody. */
  readonly arns: readonly pulumi.Output<string>[];

  constructor(name: string, args: AlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:Alarms', name, {}, options);
    const { settings, namespace, functionNames, topicArn } = args;
    const told = { alarmActions: [topicArn], okActions: [topicArn] };
    const alarm = (purpose: Purpose, shape: AlarmShape): aws.cloudwatch.MetricAlarm =>
      new aws.cloudwatch.MetricAlarm(
        `${name}-${purpose}`,
        { ...shape, name: physicalName(purpose), tags: tags() },
        { parent: this },
      );
    const own = namespace === undefined ? [] : ownAlarms(namespace, settings);
    const alarms = [
      ...own.map(([purpose, shape]) => alarm(purpose, { ...shape, ...told })),
      alarm('functions', { ...functionAlarm(functionNames), ...told }),
      ...(namespace === undefined ? [] : [this.silence(name, { namespace, told, alarm })]),
    ];
    this.arns = alarms.map(({ arn }) => arn);
    this.registerOutputs({});
  }

  /**
   * An alarm for a day without answers after days that had some. An alarm sees no further back than its own window, and one window
   * cannot be both full and empty: so two alarms have windows of seven days and of one, and a third fires where both do. Anomaly
   * detection would have to learn first, and an hour without requests has no data for it.
   */
  private silence(name: string, { namespace, told, alarm }: SilenceArgs): aws.cloudwatch.CompositeAlarm {
    const active = alarm('active', {
      alarmDescription:
        'Requests were answered on six of the last seven days. This is no problem: silence looks at it.',
      metricQueries: daily(namespace, 'answers'),
      ...above,
      threshold: 0,
      evaluationPeriods: 7,
      datapointsToAlarm: 6,
    });
    const quiet = alarm('quiet', {
      alarmDescription: 'No request was answered for a day. This may be no problem: silence looks at it.',
      metricQueries: daily(namespace, 'answers'),
      comparisonOperator: 'LessThanOrEqualToThreshold',
      treatMissingData: 'breaching', // a metric that was not written for long has no data at all
      threshold: 0,
      evaluationPeriods: 1,
    });
    const shape = {
      alarmName: physicalName('silence'),
      alarmDescription: described('No request was answered for a day, and the days before had some.', 'silence'),
      alarmRule: pulumi.interpolate`ALARM("${active.name}") AND ALARM("${quiet.name}")`,
      // It is over after a second day of silence too, which is no news to cheer at.
      alarmActions: told.alarmActions,
      tags: tags(),
    };
    return new aws.cloudwatch.CompositeAlarm(`${name}-silence`, shape, { parent: this });
  }
}

interface SilenceArgs {
  readonly namespace: string;
  readonly told: { readonly alarmActions: pulumi.Input<string>[] };
  readonly alarm: (purpose: Purpose, shape: AlarmShape) => aws.cloudwatch.MetricAlarm;
}

function ownAlarms(
  namespace: string,
  { latencySeconds, dailyCost }: AlarmSettings,
): (readonly [Purpose, AlarmShape])[] {
  const errors = {
    alarmDescription: described(`More than ${maxErrorPercent} % of the requests failed for 15 minutes.`, 'errors'),
    metricQueries: percent(namespace, 'serverErrors'),
    threshold: maxErrorPercent,
  };
  const latency = {
    alarmDescription: described(
      `One of a hundred requests took more than ${latencySeconds} s for 15 minutes.`,
      'latency',
    ),
    ...of(namespace, 'latencyMs'),
    extendedStatistic: statisticOf('latencyMs'),
    period,
    threshold: latencySeconds * 1_000,
  };
  const throttling = {
    alarmDescription: described(
      `Models refused more than ${maxThrottlePercent} calls for every 100 requests for 15 minutes: their quotas were used up.`,
      'throttling',
    ),
    metricQueries: percent(namespace, 'throttles'),
    threshold: maxThrottlePercent,
  };
  const spending = {
    alarmDescription: described(`Answers of models cost more than ${dailyCost} USD in a day, by estimate.`, 'spending'),
    ...of(namespace, 'estimatedCost'),
    statistic: statisticOf('estimatedCost'),
    period: day,
    evaluationPeriods: 1,
    threshold: dailyCost,
  };
  return [
    ['errors', { ...errors, ...above, ...fifteenMinutes }],
    ['latency', { ...latency, ...above, ...fifteenMinutes }],
    ['throttling', { ...throttling, ...above, ...fifteenMinutes }],
    ['spending', { ...spending, ...above }],
  ];
}

/** Metrics of Lambda's own. What they count, the functions cannot write down: an invocation that never began, or that was ended. */
export const lambdaMetrics = ['Errors', 'Throttles'] as const;

function functionAlarm(functionNames: AlarmsArgs['functionNames']): AlarmShape {
  const watched = Object.entries(functionNames).flatMap(([entry, FunctionName]) =>
    lambdaMetrics.map((metricName) => ({
      id: `${entry}${metricName}`,
      metric: { namespace: 'AWS/Lambda', metricName, dimensions: { FunctionName }, stat: 'Sum', period },
      returnData: false,
    })),
  );
  return {
    alarmDescription: described('Lambda ended invocations before their answer, or let none begin.', 'functions'),
    metricQueries: [
      // A function that nobody calls has no data: the sum of a list takes that for 0, and a sum of terms for no data.
      { id: 'lost', expression: 'SUM(METRICS())', label: 'lost invocations', returnData: true },
      ...watched,
    ],
    ...above,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    threshold: 0,
  };
}

type MetricQuery = aws.types.input.cloudwatch.MetricAlarmMetricQuery;

/** A count as percent of the requests of each five minutes. */
function percent(namespace: string, name: MetricName): MetricQuery[] {
  return [
    { id: 'share', expression: '100 * FILL(part, 0) / requests', label: `${name} of 100 requests`, returnData: true },
    { id: 'part', metric: { ...of(namespace, name), stat: statisticOf(name), period }, returnData: false },
    {
      id: 'requests',
      metric: { ...of(namespace, 'requests'), stat: statisticOf('requests'), period },
      returnData: false,
    },
  ];
}

/** A count of each day, also of those without any. */
function daily(namespace: string, name: MetricName): MetricQuery[] {
  return [
    { id: 'daily', expression: 'FILL(counted, 0)', label: `${name} of a day`, returnData: true },
    { id: 'counted', metric: { ...of(namespace, name), stat: statisticOf(name), period: day }, returnData: false },
  ];
}

function of(namespace: string, metricName: MetricName) {
  return { namespace, metricName };
}

/** What an alarm says, and where the page is that says what to do. */
function described(what: string, anchor: string): string {
  return `${what} See docs/operations.md#${anchor}`;
}
