/** A metric of CloudWatch: its data points of all time. */
export interface RecordedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly values: readonly number[];
}

/** CloudWatch Logs as it extracts metrics: reads lines in the embedded metric format, and refuses those that it would drop without a word. */
export class CloudWatch {
  readonly #now: () => number;
  readonly #metrics = new Map<string, RecordedMetric & { values: number[] }>();

  /** `now` is in milliseconds since the epoch: a line that is too old or ahead of its time is dropped. */
  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /** Takes one line of a log. Throws for a line that says it has metrics and breaks the format. */
  take(line: string): void {
    if (Buffer.byteLength(line) > maxEventBytes) throw new Error('the log event is too large');
    const event: unknown = JSON.parse(line);
    if (!isObject(event) || !('_aws' in event)) return;
    const { Timestamp: at, CloudWatchMetrics: directives } = record(event['_aws'], '_aws');
    if (!Number.isSafeInteger(at)) throw new Error('Timestamp must be a whole number of milliseconds');
    const age = this.#now() - Number(at);
    if (age > 14 * dayMs || age < -2 * hourMs) throw new Error('Timestamp is too old, or ahead of its time');
    const seen = new Set<string>();
    for (const directive of array(directives, 'CloudWatchMetrics'))
      this.#extract(record(directive, 'directive'), event, seen);
  }

  /** Every metric that has data. */
  all(): readonly RecordedMetric[] {
    return [...this.#metrics.values()];
  }

  /** The data points of a metric; none of one that was never written. */
  values(name: string, dimensions: Readonly<Record<string, string>> = {}): readonly number[] {
    const wanted = JSON.stringify(sorted(dimensions));
    return this.all().flatMap((metric) =>
      metric.name === name && JSON.stringify(sorted(metric.dimensions)) === wanted ? metric.values : [],
    );
  }

  /** The statistic `Sum`. */
  sum(name: string, dimensions: Readonly<Record<string, string>> = {}): number {
    return this.values(name, dimensions).reduce((total, value) => total + value, 0);
  }

  #extract(directive: Fields, event: Fields, seen: Set<string>): void {
    const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
    if (typeof namespace !== 'string' || !namespacePattern.test(namespace)) throw new Error('Namespace is none');
    const places = array(sets, 'Dimensions').map((set) => dimensionsIn(set, event));
    const named = array(metrics, 'Metrics', { least: 0 });
    if (named.length > 100) throw new Error('a directive has 100 metrics at most');
    for (const each of named) {
      const { Name: name, Unit: unit = 'None', ...others } = record(each, 'metric');
      if (typeof name !== 'string' || !/^.{1,255}$/.test(name)) throw new Error('Name of a metric is none');
      if (typeof unit !== 'string' || !units.has(unit)) throw new Error(`${name} has an unknown unit`);
      if (Object.keys(others).some((key) => key !== 'StorageResolution')) throw new Error(`${name} has unknown fields`);
      const value = event[name];
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`the line has no number ${name}`);
      for (const dimensions of places) this.#put({ namespace, name, unit, dimensions }, value, seen);
    }
  }

  #put(metric: Omit<RecordedMetric, 'values'>, value: number, seen: Set<string>): void {
    const { namespace, name, unit, dimensions } = metric;
    const key = JSON.stringify([namespace, name, sorted(dimensions)]);
    if (seen.has(key)) throw new Error(`the line has ${name} twice with the same dimensions`);
    seen.add(key);
    const kept = this.#metrics.get(key) ?? { ...metric, values: [] };
    if (kept.unit !== unit) throw new Error(`${name} has two units`);
    kept.values.push(value);
    this.#metrics.set(key, kept);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** CloudWatch Logs takes events of up to 1 MB. */
const maxEventBytes = 1_048_576;
/** PutMetricData's rule; names of AWS's own begin with `AWS/`. */
const namespacePattern = /^(?!AWS\/)[\w.\-/#: ]{1,255}$/;
const units = new Set(['Count', 'Milliseconds', 'Seconds', 'Bytes', 'Percent', 'None']);

/** The values of a set of dimensions, which the line has as texts. */
function dimensionsIn(set: unknown, event: Fields): Readonly<Record<string, string>> {
  const names = array(set, 'DimensionSet', { least: 0 });
  if (names.length > 30) throw new Error('a metric has 30 dimensions at most');
  return Object.fromEntries(
    names.map((name) => {
      const value = typeof name === 'string' ? event[name] : undefined;
      if (typeof name !== 'string' || !/^(?!:)[\x20-\x7e]{1,250}$/.test(name))
        throw new Error('a dimension has no name');
      // One character at least that is no blank, and ASCII alone.
      if (typeof value !== 'string' || !/^(?=.*\S)[\x20-\x7e]{1,1024}$/.test(value))
        throw new Error(`the line has no value of the dimension ${name}`);
      return [name, value];
    }),
  );
}

function sorted(dimensions: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(dimensions).toSorted(([one], [other]) => one.localeCompare(other));
}

function record(value: unknown, what: string): Fields {
  if (!isObject(value)) throw new Error(`${what} is no object`);
  return value;
}

function array(value: unknown, what: string, { least = 1 } = {}): readonly unknown[] {
  if (!Array.isArray(value) || value.length < least) throw new Error(`${what} is no list`);
  return value;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
