import type { CanaryPlan } from './command-line.mjs';
import type { Customer } from './customers.ts';
import { liveFunctions } from './live-functions.ts';
import type { LiveFunction } from './live-functions.ts';
import type { Clock } from './queue.ts';
import { StackError } from './stack.ts';
import type { CustomerStack, Step } from './stack.ts';
import { verdict } from './verdict.ts';
import type { ReadVersions, VersionMetrics } from './verdict.ts';
import type { Outcome, Session, Work } from './work.ts';

/** Milliseconds between two looks at the metrics, which CloudWatch has by the minute. */
const lookEveryMs = 30_000;

/** Requests of the new versions after which a clear difference ends a canary before its time. */
const earlyRequests = 20;

/**
 * The overrides of the config by which the newest versions get a share, and the versions that are live now the rest. Throws a StackError
 * if the functions write no metrics.
 */
export async function canaryConfig(
  stack: CustomerStack,
  { percent }: CanaryPlan,
): Promise<Readonly<Record<string, unknown>>> {
  const live = liveFunctions(await stack.resources());
  if (live.length === 0) return {};
  if (live.some(({ namespace }) => namespace === undefined))
    throw new StackError('metrics is false, and a canary compares metrics: set metrics to true, or leave out --canary');
  const stable = Object.fromEntries(live.map(({ entry, stable: version }) => [entry, Number(version)]));
  return { canary: { percent, stable } };
}

/**
 * Rolls out by a canary: the new versions get a share of the requests, are compared with the stable ones, and then get all requests or none.
 * Where there is no new version, or no old one, that is a plain up.
 */
export function canaryUp(plan: CanaryPlan, session: Session): Work['run'] {
  return async (stack, report, customer) => {
    const overrides = await canaryConfig(stack, plan);
    const isNew = overrides['canary'] === undefined;
    stack.configure(overrides);
    const steps = await stack.run('up', { signal: session.cancelSignal, report });
    const functions = liveFunctions(await stack.resources()).filter(({ candidate }) => candidate !== undefined);
    if (functions.length === 0) {
      stack.configure();
      return { text: outcomeText(isNew, steps), steps };
    }
    const reason = await watch(functions, { plan, session, report, customer });
    return end(stack, { reason, overrides, steps, session, report });
  };
}

function outcomeText(isNew: boolean, steps: readonly Step[]): string {
  if (steps.length === 0) return 'unchanged';
  return isNew ? 'deployed' : 'deployed, without a new version';
}

interface Watching {
  readonly plan: CanaryPlan;
  readonly session: Session;
  readonly report: (text: string) => void;
  readonly customer: Customer;
}

/** Waits for enough requests or the end of the time; returns why the new versions should not stay, or undefined. */
async function watch(
  functions: readonly LiveFunction[],
  { plan, session, report, customer }: Watching,
): Promise<string | undefined> {
  const { clock, signal, readVersions } = session;
  const since = clock.now();
  while (!signal.aborted) {
    const read = reader(functions, { readVersions, customer, since, clock });
    const [fresh, stable] = [await read('candidate'), await read('stable')];
    report(`${plan.percent} % canary: ${fresh.requests} requests, ${fresh.serverErrors} errors`);
    const isOver = fresh.requests >= plan.requests || clock.now() - since >= plan.minutes * 60_000;
    const reason = isOver || fresh.requests >= earlyRequests ? verdict(fresh, stable) : undefined;
    if (isOver || reason !== undefined) return reason;
    await clock.sleep(lookEveryMs);
  }
  throw new StackError(
    `stopped: ${plan.percent} % of the requests still go to the new versions. The same command goes on; up without --canary completes the roll-out`,
  );
}

interface Reading {
  readonly readVersions: ReadVersions;
  readonly customer: Customer;
  readonly since: number;
  readonly clock: Clock;
}

/** Reads the metrics of the new or of the stable versions of all functions. */
function reader(functions: readonly LiveFunction[], { readVersions, customer, since, clock }: Reading) {
  return (which: 'candidate' | 'stable'): Promise<VersionMetrics> =>
    readVersions(customer, {
      namespace: functions[0]?.namespace ?? '',
      versions: functions.map((each) => `${each.functionName}:${each[which] ?? ''}`),
      since,
      until: clock.now(),
    });
}

interface Ending {
  readonly reason: string | undefined;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  readonly session: Session;
  readonly report: (text: string) => void;
}

/** Completes a canary, or goes back: then the config keeps the stable versions until the next roll-out. */
async function end(stack: CustomerStack, { reason, overrides, steps, session, report }: Ending): Promise<Outcome> {
  const { canary } = overrides;
  stack.configure(reason === undefined ? {} : { canary: { ...(typeof canary === 'object' && canary), percent: 0 } });
  const last = await stack.run('up', { signal: session.cancelSignal, report });
  if (reason !== undefined)
    throw new StackError(
      `went back to the stable versions: ${reason}. The config keeps them; mend the cause and run up --canary again`,
    );
  return { text: 'deployed by canary', steps: [...steps, ...last] };
}
