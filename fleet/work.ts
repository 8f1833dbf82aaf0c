import type { FleetOptions } from './command-line.mjs';
import type { Customer } from './customers.ts';
import { Progress } from './progress.ts';
import type { Screen } from './progress.ts';
import { runQueue } from './queue.ts';
import type { Clock, Task } from './queue.ts';
import type { Action, CustomerStack, Stacks, Step } from './stack.ts';
import type { CustomerResult } from './summary.ts';
import type { ReadVersions } from './verdict.ts';

/** What a command works with. */
export interface Session {
  readonly options: FleetOptions;
  /** The customers that the command is for. */
  readonly customers: readonly Customer[];
  readonly stacks: Stacks;
  /** The stacks of what an account and region needs once. */
  readonly placeStacks: Stacks;
  readonly clock: Clock;
  /** Reads metrics of versions, for canaries. */
  readonly readVersions: ReadVersions;
  /** Where progress is shown. */
  readonly screen: Screen;
  /** Prints results. */
  readonly print: (text: string) => void;
  /** Asks a question that is answered by yes or no. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Aborted when the operator stops the command: nothing else begins. */
  readonly signal: AbortSignal;
  /** Aborted when what has begun has to be cancelled as well. */
  readonly cancelSignal: AbortSignal;
}

/** What work on a customer comes to. */
export interface Outcome {
  readonly text: string;
  readonly steps: readonly Step[];
  /** Lines that are printed below the table. */
  readonly details?: readonly string[];
}

/** Work on a customer's stack. */
export interface Work {
  /** What the progress says while the work is prepared. */
  readonly verb: string;
  readonly load: (customer: Customer) => Task<unknown>['load'];
  /** Whether a missing stack is created; without, the outcome is that there is none. */
  readonly create: boolean;
  readonly run: (stack: CustomerStack, report: (text: string) => void, customer: Customer) => Promise<Outcome>;
}

/** The account of customers who name none. */
const environmentAccount = 'environment';

/** Works on customers side by side; a failure stops none of the others. */
export async function workOn(customers: readonly Customer[], work: Work, session: Session): Promise<CustomerResult[]> {
  const progress = new Progress(
    session.screen,
    customers.map(({ name }) => name),
  );
  const tasks = customers.map((customer): Task<CustomerResult> => ({
    account: customer.account ?? environmentAccount,
    load: work.load(customer),
    run: () => resultOf(customer, work, { session, progress }),
    notStarted: () => ({ name: customer.name, status: 'not started', text: '', steps: [], ms: 0 }),
  }));
  const { clock, signal, options } = session;
  return runQueue(tasks, { parallel: options.parallel, clock, signal });
}

async function resultOf(
  customer: Customer,
  work: Work,
  { session, progress }: { readonly session: Session; readonly progress: Progress },
): Promise<CustomerResult> {
  const { name } = customer;
  const { clock, stacks } = session;
  const begun = clock.now();
  progress.started(name, work.verb);
  try {
    const stack = await stacks.open(customer, { create: work.create });
    const outcome = stack
      ? await work.run(stack, (text) => progress.update(name, `${work.verb}: ${text}`), customer)
      : { text: 'no stack', steps: [] };
    progress.done(name, outcome.text);
    return { name, status: 'ok', ...outcome, ms: clock.now() - begun };
  } catch (error) {
    progress.done(name, 'FAILED');
    const message = error instanceof Error ? error.message : String(error);
    return { name, status: 'failed', text: '', steps: [], error: message, ms: clock.now() - begun };
  }
}

/** Runs an action on a stack with the customer's config; the outcome is `changed` or `unchanged`. */
export function acting(action: Action, session: Session, changed: string): Work['run'] {
  return async (stack, report) => {
    if (action !== 'up') return previewed(stack, action, { changed, session, report });
    stack.configure();
    const steps = await stack.run(action, { signal: session.cancelSignal, report });
    return { text: steps.length > 0 ? changed : 'unchanged', steps };
  };
}

/** How an action is run whose config does not stay. */
interface Previewing {
  readonly changed: string;
  readonly session: Session;
  readonly report: (text: string) => void;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/**
 * Runs an action that deploys nothing, with the customer's config. The stack file has what was deployed last before and after it: the share
 * of a canary must not get lost in a preview.
 */
export async function previewed(
  stack: CustomerStack,
  action: Exclude<Action, 'up'>,
  { changed, session, report, overrides }: Previewing,
): Promise<Outcome> {
  const restore = stack.configure(overrides);
  try {
    const steps = await stack.run(action, { signal: session.cancelSignal, report });
    return { text: steps.length > 0 ? changed : 'unchanged', steps };
  } finally {
    restore();
  }
}
