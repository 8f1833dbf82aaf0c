/** Dimensions that metrics are divided by, one at a time: each name, and what its values are. */
export const dimensions = {
  Endpoint: 'the endpoint, by a name that is made of the words of its route, such as `chat-completions`',
  CallerKind: '`registered`, `bedrock-key`, `gateway-key` or `jwt`; `unauthenticated` where no key was accepted',
  Version:
    "the function and its version, such as `bedrock-gateway-prod-streaming:12`: each function's versions are numbered by themselves",
  Project: 'the name of a project that `metrics.projects` of the config lists',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a dimension. */
export type Dimension = keyof typeof dimensions;

/** A metric of a stack. */
export interface Metric {
  /** The name in CloudWatch, which is also the field of the log line. */
  readonly name: string;
  /** CloudWatch has no unit for money. */
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  /** The statistic of CloudWatch that says most of it. */
  readonly statistic: 'Sum' | 'p99';
  /** What it is divided by, besides the metric of the whole stack. Each value of a dimension is a metric that is billed. */
  readonly by: readonly Dimension[];
  /** For people who read a graph. */
  readonly description: string;
}

const outcome = ['Endpoint', 'Version'] as const;
const spending = ['CallerKind', 'Project'] as const;
const count = { unit: 'Count', statistic: 'Sum' } as const;
const duration = { unit: 'Milliseconds', statistic: 'p99' } as const;

/**
 * Every metric. The functions write them, the dashboard and the alarms read them, and docs/operations.md lists them: nothing else names a
 * metric.
 */
export const metrics = [
  {
    name: 'requests',
    ...count,
    by: ['Endpoint', 'CallerKind', 'Version', 'Project'],
    description: 'Requests, except health checks, preflights of browsers, and URLs that the gateway does not serve.',
  },
  { name: 'answers', ...count, by: [], description: 'Requests that were answered without an error.' },
  {
    name: 'clientErrors',
    ...count,
    by: outcome,
    description: 'Requests that were refused with a status from 400 to 499.',
  },
  {
    name: 'serverErrors',
    ...count,
    by: outcome,
    description: 'Requests with a status of 500 or above, and streams that broke after they had begun with 200.',
  },
  {
    name: 'latencyMs',
    ...duration,
    by: outcome,
    description: 'The time from the arrival of a request to the end of its answer.',
  },
  {
    name: 'firstTokenMs',
    ...duration,
    by: outcome,
    description: 'The time from the arrival of a request to the first event of its stream.',
  },
  {
    name: 'inputTokens',
    ...count,
    by: spending,
    description: 'Tokens that models read, except those of a prompt cache.',
  },
  { name: 'outputTokens', ...count, by: spending, description: 'Tokens that models wrote.' },
  { name: 'cacheReadTokens', ...count, by: [], description: 'Tokens that models read from a prompt cache.' },
  { name: 'cacheWriteTokens', ...count, by: [], description: 'Tokens that were written to a prompt cache.' },
  {
    name: 'estimatedCost',
    unit: 'None',
    statistic: 'Sum',
    by: spending,
    description: 'What the tokens cost in USD, by the list of prices, whoever pays.',
  },
  {
    name: 'unpricedRequests',
    ...count,
    by: [],
    description: 'Answers of targets that have no price: `estimatedCost` leaves them out.',
  },
  {
    name: 'throttles',
    ...count,
    by: [],
    description:
      'Calls that were refused because the quota of a model was used up, also where the next call was answered.',
  },
  { name: 'retries', ...count, by: [], description: 'Calls that were made to the same target again.' },
  {
    name: 'fallbacks',
    ...count,
    by: [],
    description: 'Turns to another target, or to another region, after a target had failed.',
  },
  { name: 'coldStarts', ...count, by: [], description: 'Requests for which Lambda started an environment.' },
] as const satisfies readonly Metric[];

/** The name of a metric. */
export type MetricName = (typeof metrics)[number]['name'];

type Named<Each, By> = Each extends Metric ? (By extends Each['by'][number] ? Each['name'] : never) : never;

/** The name of a metric that is divided by a dimension. */
export type MetricNameBy<By extends Dimension> = Named<(typeof metrics)[number], By>;

/** The statistic of CloudWatch that says most of a metric. */
export function statisticOf(name: MetricName): Metric['statistic'] {
  return metrics.find((metric) => metric.name === name)?.statistic ?? 'Sum';
}
