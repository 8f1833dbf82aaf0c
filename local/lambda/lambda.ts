import { randomUUID } from 'node:crypto';
import type { InvocationTarget, LambdaFunction } from '../deployment.ts';
import type { Iam } from '../iam/verify.ts';
import { Environment, type Completion, type Invocation } from './environment.ts';
import type { FunctionError } from './messages.ts';
import { Pool } from './pool.ts';
import { variables } from './variables.ts';

/** The synchronous payload limits of the Invoke operation: the event, and an answer that is not streamed. */
export const maxPayloadBytes = 6 * 1024 * 1024;

/** The concurrency of an account that has not asked for more. */
const maxAccountConcurrency = 1000;

/** An answer, or why there was none: the refusals of the Invoke operation come before the function is reached. */
export type InvokeResult = Completion | { readonly ok: false; readonly refused: 'too-large' | 'throttled' };

/** Settings of a function at work. */
export interface LambdaOptions {
  readonly region: string;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly log: (text: string) => void;
  /** Gives each environment credentials of the function's role. */
  readonly iam: Pick<Iam, 'issue'>;
}

/** Receiver of the bytes of an answer; the function waits for its promise. */
export type Take = Invocation['take'];

/** One function, as the operation Invoke knows it. */
export class Lambda {
  readonly #lambda: LambdaFunction;
  readonly #pool: Pool;
  #active = 0;

  constructor(lambda: LambdaFunction, { log, iam, ...where }: LambdaOptions) {
    this.#lambda = lambda;
    this.#pool = new Pool(() => {
      const own = variables(lambda, { ...where, credentials: iam.issue(lambda.role) });
      return new Environment({ function: lambda, variables: own, log });
    });
  }

  /** Starts the first environment, so that the first call need not wait for it. */
  async warm(): Promise<FunctionError | undefined> {
    const got = await this.#pool.take();
    if (!(got instanceof Environment)) return got;
    this.#pool.give(got);
    return undefined;
  }

  /** The operation Invoke, with or without response stream. */
  async invoke(event: string, { target, take }: { target: InvocationTarget; take: Take }): Promise<InvokeResult> {
    if (Buffer.byteLength(event) >= maxPayloadBytes) return { ok: false, refused: 'too-large' };
    if (this.#active >= (this.#lambda.reservedConcurrency ?? maxAccountConcurrency)) {
      return { ok: false, refused: 'throttled' };
    }
    this.#active += 1;
    const environment = await this.#pool.take();
    if (!(environment instanceof Environment)) {
      this.#active -= 1;
      return { ok: false, error: environment };
    }
    const invocation = { event, requestId: randomUUID(), functionArn: target.arn, take };
    const { answered, released } = environment.invoke(invocation);
    void this.#giveBack(environment, released);
    return answered;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #giveBack(environment: Environment, released: Promise<void>): Promise<void> {
    await released;
    this.#active -= 1;
    this.#pool.give(environment);
  }
}
