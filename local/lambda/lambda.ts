import { randomUUID } from 'node:crypto';
import type { InvocationTarget, LambdaFunction } from '../deployment.ts';
import { Environment, type Completion, type Invocation } from './environment.ts';
import type { FunctionError } from './messages.ts';
import { variables } from './variables.ts';

/** The synchronous payload limits of the Invoke operation: the event, and an answer that is not streamed. */
export const PAYLOAD_BYTES = 6 * 1024 * 1024;

/** The concurrency of an account that has not asked for more. */
const ACCOUNT_CONCURRENCY = 1000;

/** What one machine can bear; Lambda would start more, so what comes on top waits. */
const ENVIRONMENTS = 32;

/** An answer, or why there was none: the refusals of the Invoke operation come before the function is reached. */
export type InvokeResult = Completion | { readonly ok: false; readonly refused: 'too-large' | 'throttled' };

export interface LambdaOptions {
  readonly region: string;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly log: (text: string) => void;
}

export type Take = Invocation['take'];

/** One function with its environments: reused last in, first out, and started when all are busy. */
export class Lambda {
  readonly #lambda: LambdaFunction;
  readonly #options: LambdaOptions;
  readonly #environments = new Set<Environment>();
  readonly #idle: Environment[] = [];
  readonly #waiting: ((environment: Environment) => void)[] = [];
  #active = 0;
  #closed = false;

  constructor(lambda: LambdaFunction, options: LambdaOptions) {
    this.#lambda = lambda;
    this.#options = options;
  }

  /** Starts the first environment, so that the first call need not wait for it. */
  async warm(): Promise<FunctionError | undefined> {
    const environment = this.#start();
    const error = await environment.initialised;
    if (error === undefined) this.#idle.push(environment);
    else this.#environments.delete(environment);
    return error;
  }

  /** The operation Invoke, with or without response stream. */
  async invoke(event: string, { target, take }: { target: InvocationTarget; take: Take }): Promise<InvokeResult> {
    if (Buffer.byteLength(event) >= PAYLOAD_BYTES) return { ok: false, refused: 'too-large' };
    if (this.#active >= (this.#lambda.reservedConcurrency ?? ACCOUNT_CONCURRENCY)) {
      return { ok: false, refused: 'throttled' };
    }
    this.#active += 1;
    const environment = await this.#obtain();
    const error = await environment.initialised;
    if (error !== undefined) {
      this.#release(environment);
      return { ok: false, error };
    }
    const invocation = { event, requestId: randomUUID(), functionArn: target.arn, take };
    const { answered, released } = environment.invoke(invocation);
    void released.then(() => this.#release(environment));
    return answered;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#environments].map((environment) => environment.close()));
  }

  async #obtain(): Promise<Environment> {
    const idle = this.#idle.pop();
    if (idle?.alive) return idle;
    if (idle) this.#environments.delete(idle);
    if (this.#environments.size < ENVIRONMENTS) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #start(): Environment {
    const { log, ...where } = this.#options;
    const environment = new Environment({
      function: this.#lambda,
      variables: variables(this.#lambda, where),
      log,
    });
    this.#environments.add(environment);
    return environment;
  }

  #release(environment: Environment): void {
    this.#active -= 1;
    if (!environment.alive) this.#environments.delete(environment);
    if (this.#closed) return;
    const next = this.#waiting.shift();
    if (next) next(environment.alive ? environment : this.#start());
    else if (environment.alive) this.#idle.push(environment);
  }
}
