import type { Customer } from './customers.ts';

/** What is done with a stack; those that begin with `preview` change nothing. */
export type Action = 'preview' | 'up' | 'preview-refresh' | 'refresh' | 'destroy';

/** A resource that an action changes, or would change. */
export interface Step {
  /** Pulumi's name of the operation: `create`, `update`, `delete`, `replace` … */
  readonly op: string;
  /** The type in Pulumi, such as `aws:lambda/function:Function`. */
  readonly type: string;
  /** The name in the program. */
  readonly name: string;
  /** The properties that differ. */
  readonly properties: readonly string[];
}

/** How an action is run. */
export interface Run {
  /** Aborting it cancels the action as Ctrl-C cancels Pulumi's: what has begun is finished. */
  readonly signal: AbortSignal;
  /** Called with the resource that is being worked on, and with the number of those that are done. */
  readonly report: (text: string) => void;
  /** URNs of the only resources that may change; undefined for all. */
  readonly targets?: readonly string[];
}

/** A resource in the state of a stack. */
export interface StateEntry {
  readonly urn: string;
  readonly type: string;
  /** Whether it is a resource on AWS, rather than a component. */
  readonly custom: boolean;
  /** The properties on AWS; secrets are encrypted. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The stack of a customer. */
export interface CustomerStack {
  /**
   * Writes the config that actions use; `overrides` are keys of the gateway that replace those of the customer. Returns a function that
   * puts back the config that was there before.
   */
  configure(overrides?: Readonly<Record<string, unknown>>): () => void;
  /** Runs an action. Rejects with a StackError whose message is what Pulumi and AWS said. */
  run(action: Action, options: Run): Promise<readonly Step[]>;
  /** The outputs by name; `[secret]` stands for a secret. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** The resources in the state. */
  resources(): Promise<readonly StateEntry[]>;
}

/** Where the stacks of customers are: the seam between the fleet and Pulumi's Automation API. */
export interface Stacks {
  /** The stack of a customer; undefined if there is none and it should not be created. */
  open(customer: Customer, options: { readonly create: boolean }): Promise<CustomerStack | undefined>;
}

/** Error of an action on a stack, with the lines that explain it. */
export class StackError extends Error {}
