/** Work on one stack. */
export interface Task<Result> {
  /** The AWS account that the work is done in. */
  readonly account: string;
  /**
   * How hard it is on the control plane of API Gateway: `none` calls little of it, `some` changes resources, and `domain` may also create
   * a domain name or delete a REST API.
   */
  readonly load: 'none' | 'some' | 'domain';
  run(): Promise<Result>;
  /** The result if the queue was stopped before the work began. */
  notStarted(): Result;
}

/** Time, which tests bring along. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** How a queue is worked off. */
export interface QueueOptions {
  /** Stacks at the same time, over all accounts. */
  readonly parallel: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Stacks of one account that change at the same time: API Gateway's control plane takes about ten calls a second from an account. */
const maxPerAccount = 2;

/** CreateDomainName and DeleteRestApi are accepted about once in 30 s from an account (API Gateway's quotas of the control plane). */
const domainSpacingMs = 30_000;

interface AccountState {
  running: number;
  lastDomainAt: number;
}

/** Runs all tasks in their order, as many at the same time as the options and the accounts allow, and returns their results in order. */
export async function runQueue<Result>(tasks: readonly Task<Result>[], options: QueueOptions): Promise<Result[]> {
  const accounts = new Map<string, AccountState>();
  const results = new Map<Task<Result>, Result>();
  const running = new Set<Promise<void>>();
  const waiting = [...tasks];
  while (waiting.length > 0 && !options.signal.aborted) {
    const now = options.clock.now();
    const delays = waiting.map((task) => delay(task, accounts.get(task.account), now));
    const index = running.size < options.parallel ? delays.indexOf(0) : -1;
    const [task] = index === -1 ? [] : waiting.splice(index, 1);
    if (task === undefined) {
      await turn(running, running.size < options.parallel ? Math.min(...delays) : Infinity, options.clock);
      continue;
    }
    const work = keep(task, start(task, { accounts, now }), results).finally(() => running.delete(work));
    running.add(work);
  }
  await Promise.all(running);
  return tasks.map((task) => results.get(task) ?? task.notStarted());
}

async function keep<Result>(
  task: Task<Result>,
  work: Promise<Result>,
  results: Map<Task<Result>, Result>,
): Promise<void> {
  results.set(task, await work);
}

/** Milliseconds until a task may start; Infinity if another one must end first. */
function delay({ load }: Task<unknown>, state: AccountState | undefined, now: number): number {
  if (load === 'none' || state === undefined) return 0;
  if (state.running >= maxPerAccount) return Infinity;
  return load === 'domain' ? Math.max(0, state.lastDomainAt + domainSpacingMs - now) : 0;
}

async function start<Result>(
  task: Task<Result>,
  { accounts, now }: { readonly accounts: Map<string, AccountState>; readonly now: number },
): Promise<Result> {
  if (task.load === 'none') return task.run();
  const state = accounts.get(task.account) ?? { running: 0, lastDomainAt: -Infinity };
  accounts.set(task.account, state);
  state.running++;
  if (task.load === 'domain') state.lastDomainAt = now;
  try {
    return await task.run();
  } finally {
    state.running--;
  }
}

/** Waits until a task ends, or for some time. */
async function turn(running: ReadonlySet<Promise<void>>, ms: number, clock: Clock): Promise<void> {
  await Promise.race([...running, ...(Number.isFinite(ms) ? [clock.sleep(ms)] : [])]);
}
