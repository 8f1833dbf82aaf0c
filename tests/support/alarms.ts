/** A metric alarm as the program declares it, as far as its state depends on it. */
export interface DeclaredAlarm {
  readonly metricName?: string;
  readonly metricQueries?: readonly {
    readonly id: string;
    readonly expression?: string;
    readonly returnData: boolean;
    readonly metric?: { readonly metricName: string; readonly namespace: string; readonly dimensions?: object };
  }[];
  readonly comparisonOperator: 'GreaterThanThreshold' | 'LessThanOrEqualToThreshold';
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly treatMissingData: 'breaching' | 'notBreaching';
}

/** The value of a metric in each period of an alarm, the newest last; undefined where it has no data. */
export type Periods = readonly (number | undefined)[];

/**
 * Whether CloudWatch raises an alarm, by its rule: so many of the last periods are beyond the threshold. Data that is missing counts as the alarm
 * says. `series` has the periods of each metric by its name. Throws for an expression that is not known here.
 */
export function isRaised(alarm: DeclaredAlarm, series: Readonly<Record<string, Periods>>): boolean {
  const { evaluationPeriods: all, datapointsToAlarm: needed = all, treatMissingData } = alarm;
  const last = evaluated(alarm, series).slice(-all);
  const padded = [...Array.from({ length: Math.max(0, all - last.length) }, () => undefined), ...last];
  const isBeyond = (value: number): boolean =>
    alarm.comparisonOperator === 'GreaterThanThreshold' ? value > alarm.threshold : value <= alarm.threshold;
  const beyond = padded.filter((value) => (value === undefined ? treatMissingData === 'breaching' : isBeyond(value)));
  return beyond.length >= needed;
}

/** What an alarm looks at in each period. */
function evaluated(
  { metricName, metricQueries = [] }: DeclaredAlarm,
  series: Readonly<Record<string, Periods>>,
): Periods {
  if (metricName !== undefined) return series[metricName] ?? [];
  const metrics = metricQueries.flatMap(({ id, metric }) =>
    metric ? [[id, series[metric.metricName] ?? []] as const] : [],
  );
  const of = (id: string): Periods => metrics.find(([own]) => own === id)?.[1] ?? [];
  const { expression } = metricQueries.find(({ returnData }) => returnData) ?? {};
  if (expression === 'FILL(counted, 0)') return filled(of('counted'));
  if (expression === '100 * FILL(part, 0) / requests') {
    const parts = filled(of('part'));
    return of('requests').map((requests, at) =>
      requests === undefined || parts[at] === undefined ? undefined : (100 * parts[at]) / requests,
    );
  }
  if (expression === 'SUM(METRICS())') {
    const length = Math.max(0, ...metrics.map(([, values]) => values.length));
    return Array.from({ length }, (_, at) => {
      const known = metrics.flatMap(([, values]) => values[at] ?? []);
      return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value);
    });
  }
  throw new Error(`the expression ${expression} is not emulated`);
}

/** Missing data is 0 where there is any data: FILL makes nothing of a metric that has none. */
function filled(periods: Periods): Periods {
  return periods.every((value) => value === undefined) ? periods : periods.map((value) => value ?? 0);
}
