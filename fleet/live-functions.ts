import type { StateEntry } from './stack.ts';

/** A function of a deployed stack, and the versions that its alias sends requests to. */
export interface LiveFunction {
  /** `buffered` or `streaming`. */
  readonly entry: string;
  readonly functionName: string;
  /** The version that gets requests, or during a canary most of them. */
  readonly stable: string;
  /** The version that gets some of them, during a canary. */
  readonly candidate: string | undefined;
  /** The namespace of the metrics that the function writes; undefined if it writes none. */
  readonly namespace: string | undefined;
}

const aliasType = 'aws:lambda/alias:Alias';
const functionType = 'aws:lambda/function:Function';

/** The functions in a state that have an alias. */
export function liveFunctions(resources: readonly StateEntry[]): readonly LiveFunction[] {
  return resources
    .filter(({ type }) => type === aliasType)
    .map(({ urn, outputs }) => {
      const functionName = String(outputs['functionName']);
      const [candidate] = Object.keys(recordAt(outputs, 'routingConfig', 'additionalVersionWeights'));
      const lambda = resources.find((each) => each.type === functionType && each.outputs['name'] === functionName);
      const namespace = recordAt(lambda?.outputs, 'environment', 'variables')['METRICS_NAMESPACE'];
      return {
        entry: urn.split('-').at(-1) ?? '',
        functionName,
        stable: String(outputs['functionVersion']),
        candidate,
        namespace: typeof namespace === 'string' ? namespace : undefined,
      };
    });
}

/** The record at a path; empty if something else is there. */
function recordAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> {
  const [step, ...rest] = path;
  if (typeof value !== 'object' || value === null) return {};
  const record: Readonly<Record<string, unknown>> = { ...value };
  return step === undefined ? record : recordAt(record[step], ...rest);
}
