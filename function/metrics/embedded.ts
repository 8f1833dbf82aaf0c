import { metrics, type Dimension, type Metric } from './definition.ts';

/** CloudWatch's own description of the metrics in a log line, in its embedded metric format. */
interface Directive {
  readonly Namespace: string;
  /** Sets of dimensions: each set makes a metric of its own. */
  readonly Dimensions: readonly (readonly Dimension[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: Metric['unit'] }[];
}

/** Tells CloudWatch which fields of a line are metrics: the indexes of `metrics` that it has, as bits, and whether it has a project. */
export type DescribeMetrics = (present: number, hasProject: boolean) => string;

/**
 * Describes the metrics of log lines, as JSON. Few combinations of metrics occur, and each is written out once. `namespace` is the stack's.
 */
export function metricsDescriber(namespace: string): DescribeMetrics {
  const described = [new Map<number, string>(), new Map<number, string>()] as const;
  return (present, hasProject) => {
    const known = described[hasProject ? 1 : 0];
    const found = known.get(present);
    if (found !== undefined) return found;
    const text = JSON.stringify(directives(namespace, present, hasProject));
    known.set(present, text);
    return text;
  };
}

/** Metrics with the same dimensions share a directive. */
function directives(namespace: string, present: number, hasProject: boolean): Directive[] {
  const chosen: readonly Metric[] = metrics.filter((_metric, index) => (present & (1 << index)) !== 0);
  const groups = Map.groupBy(chosen, ({ by }) => by.filter((name) => hasProject || name !== 'Project').join());
  return [...groups.values()].map((group) => ({
    Namespace: namespace,
    Dimensions: [[], ...dimensionsOf(group, hasProject).map((name) => [name])],
    Metrics: group.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  }));
}

function dimensionsOf([first]: readonly Metric[], hasProject: boolean): readonly Dimension[] {
  return (first?.by ?? []).filter((name) => hasProject || name !== 'Project');
}
