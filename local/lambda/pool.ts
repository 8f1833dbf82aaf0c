import { availableParallelism } from 'node:os';
import type { Environment } from './environment.ts';
import type { FunctionError } from './messages.ts';

/** What one machine can bear; Lambda would start more, so what comes on top waits. */
const maxEnvironments = 32;

/** On Lambda each environment starts on a processor of its own; here more at once would only delay each other. */
const maxStarting = availableParallelism();

type Turn = (got: Environment | FunctionError) => void;

/** The environments of one function: reused last in, first out, and started while calls wait. */
export class Pool {
  readonly #start: () => Environment;
  readonly #all = new Set<Environment>();
  readonly #idle: Environment[] = [];
  readonly #waiting: Turn[] = [];
  #starting = 0;
  #closed = false;

  constructor(start: () => Environment) {
    this.#start = start;
  }

  /** An environment that is free and has loaded the function, or why it could not. */
  async take(): Promise<Environment | FunctionError> {
    const idle = this.#idle.pop();
    if (idle?.alive) return idle;
    if (idle) this.#all.delete(idle);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#grow();
    });
  }

  /** Gives one back; a dead one is forgotten. */
  give(environment: Environment): void {
    if (!environment.alive) this.#all.delete(environment);
    else if (!this.#closed) this.#offer(environment);
    this.#grow();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((environment) => environment.close()));
  }

  /** Starts an environment while more calls wait than environments are being started. */
  #grow(): void {
    const wanted = this.#waiting.length > this.#starting && this.#starting < maxStarting;
    if (this.#closed || !wanted || this.#all.size >= maxEnvironments) return;
    const environment = this.#start();
    this.#all.add(environment);
    this.#starting += 1;
    void this.#started(environment);
  }

  async #started(environment: Environment): Promise<void> {
    const error = await environment.initialised;
    this.#starting -= 1;
    if (error) {
      this.#all.delete(environment);
      this.#waiting.shift()?.(error);
    } else {
      this.#offer(environment);
    }
    this.#grow();
  }

  #offer(environment: Environment): void {
    const next = this.#waiting.shift();
    if (next) next(environment);
    else this.#idle.push(environment);
  }
}
