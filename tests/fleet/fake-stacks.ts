import type { Customer } from '../../fleet/customers.ts';
import type { Session } from '../../fleet/work.ts';
import { StackError } from '../../fleet/stack.ts';
import type { Action, CustomerStack, Stacks, StateEntry, Step } from '../../fleet/stack.ts';

/** What a stack in memory does. */
export interface FakeStack {
  readonly resources?: readonly StateEntry[];
  readonly steps?: Partial<Readonly<Record<Action, readonly Step[]>>>;
  /** The error of each action that fails. */
  readonly errors?: Partial<Readonly<Record<Action, string>>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A resource that is created. */
export const creation: Step = {
  op: 'create',
  type: 'aws:lambda/function:Function',
  name: 'bedrock-gateway-streaming',
  properties: [],
};

/** A resource of a stack with data. */
export const table: StateEntry = {
  urn: 'urn:pulumi:north::bedrock-gateway::aws:dynamodb/table:Table::bedrock-gateway-keys',
  type: 'aws:dynamodb/table:Table',
  custom: true,
  outputs: {},
};

/** Stacks in memory, and what was done with them, as `<name> <action>`. */
export class FakeStacks implements Stacks {
  readonly done: string[] = [];
  restored = 0;
  readonly opened: Customer[] = [];
  readonly configured: Readonly<Record<string, unknown>>[] = [];
  readonly #stacks: (name: string) => FakeStack | undefined;
  /** Stacks at work, and the most of them that were at work at the same time. */
  working = 0;
  mostWorking = 0;

  constructor(stacks: (name: string) => FakeStack | undefined) {
    this.#stacks = stacks;
  }

  open(of: Customer, { create }: { readonly create: boolean }): Promise<CustomerStack | undefined> {
    const { name } = of;
    this.opened.push(of);
    const stack = this.#stacks(name) ?? (create ? {} : undefined);
    if (stack === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      configure: (overrides = {}) => {
        this.configured.push(overrides);
        return () => void this.restored++;
      },
      run: (action: Action, { targets }: { readonly targets?: readonly string[] }) => {
        this.done.push([name, action, ...(targets ?? [])].join(' '));
        return this.#work(stack, action);
      },
      outputs: () => Promise.resolve(stack.outputs ?? {}),
      resources: () => Promise.resolve(stack.resources ?? []),
    });
  }

  async #work({ steps, errors }: FakeStack, action: Action): Promise<readonly Step[]> {
    this.mostWorking = Math.max(this.mostWorking, ++this.working);
    await new Promise((resolve) => setImmediate(resolve));
    this.working--;
    const error = errors?.[action];
    if (error !== undefined) throw new StackError(error);
    return steps?.[action] ?? [];
  }
}

/** A customer without settings. */
export function customer(name: string, rest: Partial<Customer> = {}): Customer {
  return {
    name,
    account: '123456789012',
    role: undefined,
    externalId: undefined,
    region: 'us-east-1',
    tags: {},
    settings: {},
    ...rest,
  };
}

/** A session whose clock stands still, except that it sleeps at once. */
export function session(
  rest: Pick<Session, 'customers' | 'stacks'> & {
    readonly options?: Partial<Session['options']>;
    readonly confirm?: Session['confirm'];
    readonly signal?: AbortSignal;
    readonly placeStacks?: Stacks;
    readonly readVersions?: Session['readVersions'];
  },
): Session & { readonly printed: string[]; readonly shown: string[] } {
  const printed: string[] = [];
  const shown: string[] = [];
  let now = 0;
  return {
    confirm: () => Promise.reject(new Error('nothing should be asked')),
    signal: new AbortController().signal,
    cancelSignal: new AbortController().signal,
    placeStacks: rest.stacks,
    readVersions: () => Promise.reject(new Error('nothing should be measured')),
    clock: {
      now: () => now,
      sleep: (ms) => {
        now += ms;
        return Promise.resolve();
      },
    },
    screen: { isTerminal: false, write: (text) => void shown.push(text), size: () => ({ rows: 24, columns: 80 }) },
    print: (text) => void printed.push(text),
    printed,
    shown,
    ...rest,
    options: {
      command: 'up',
      file: 'customers.yaml',
      only: undefined,
      parallel: 4,
      yes: true,
      deleteData: false,
      json: false,
      canary: undefined,
      ...rest.options,
    },
  };
}
