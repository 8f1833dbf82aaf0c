import { Worker } from 'node:worker_threads';
import type { LambdaFunction } from '../deployment.ts';
import type { EnvironmentData, FromEnvironment, FunctionError, ToEnvironment } from './messages.ts';
import { newTrace } from './trace.ts';

/** Lambda ends an initialisation that takes longer, and begins it again within the timeout of the invocation. */
const initTimeoutMs = 10_000;

/** How long the end of an environment waits for a module that is being evaluated. */
const maxEvaluationMs = 2000;

/** One invocation of a function. */
export interface Invocation {
  /** The event, as JSON. */
  readonly event: string;
  readonly requestId: string;
  readonly functionArn: string;
  /** Takes the answer, piece by piece; the function is held back until each is taken. */
  readonly take: (bytes: Uint8Array) => Promise<void> | void;
}

/** How an answer has ended: complete, or cut short by a failure. */
export type Completion = { readonly ok: true } | { readonly ok: false; readonly error: FunctionError };

/** Settings of an execution environment. */
export interface EnvironmentOptions {
  readonly function: LambdaFunction;
  readonly variables: Readonly<Record<string, string>>;
  readonly log: (text: string) => void;
}

/** What is under way in an environment. */
interface Job {
  readonly invocation: Invocation;
  complete(completion: Completion): void;
  release(): void;
}

/** One execution environment: a thread that has loaded the function and serves one invocation at a time. */
export class Environment {
  readonly #options: EnvironmentOptions;
  readonly #gate = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #worker: Worker;
  readonly #initialised = Promise.withResolvers<FunctionError | undefined>();
  /** Settled when the thread evaluates no module any more, or has ended. */
  readonly #evaluated = Promise.withResolvers<void>();
  #job: Job | undefined;
  #taken: Promise<void> = Promise.resolve();
  #alive = true;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL('thread.mjs', import.meta.url), {
      env: { ...options.variables },
      workerData: this.#data(),
      // What the thread inherits otherwise is the machine's: its flags, its arguments.
      execArgv: [],
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.function.memoryMegabytes },
    });
    this.#worker.on('message', (message: FromEnvironment) => this.#receive(message));
    this.#worker.on('error', (error) => this.#die({ errorType: error.name, errorMessage: error.message }));
    this.#worker.on('exit', () => this.#exited());
    this.#limitInit();
  }

  /** Whether it can serve a further invocation. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the module is loaded, with what went wrong. */
  get initialised(): Promise<FunctionError | undefined> {
    return this.#initialised.promise;
  }

  /** `answered` settles with the end of the answer, `released` when the environment is free again, or gone. */
  invoke(invocation: Invocation): { answered: Promise<Completion>; released: Promise<void> } {
    const answered = Promise.withResolvers<Completion>();
    const released = Promise.withResolvers<void>();
    const timeout = this.#options.function.timeoutSeconds * 1000;
    const timer = setTimeout(() => this.#timeOut(), timeout);
    this.#job = {
      invocation,
      // In the order of what was written before.
      complete: (completion) => void this.#taken.then(() => answered.resolve(completion)),
      release: () => {
        clearTimeout(timer);
        this.#job = undefined;
        released.resolve();
      },
    };
    const { event, requestId, functionArn } = invocation;
    const trace = newTrace(this.#options.function);
    this.#post({ kind: 'invoke', event, requestId, functionArn, deadline: Date.now() + timeout, trace });
    this.#thaw();
    return { answered: answered.promise, released: released.promise };
  }

  async close(): Promise<void> {
    this.#alive = false;
    this.#initialised.resolve({ errorType: 'Sandbox.Closed', errorMessage: 'The environment has been shut down' });
    this.#job?.release();
    await this.#terminate();
  }

  #data(): EnvironmentData {
    const lambda = this.#options.function;
    return {
      taskRoot: lambda.taskRoot,
      handler: lambda.handler,
      gate: this.#gate,
      context: {
        functionName: lambda.name,
        functionVersion: lambda.version,
        memoryLimitInMB: String(lambda.memoryMegabytes),
        logGroupName: lambda.logGroup,
        logStreamName: this.#options.variables['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
      },
    };
  }

  #receive(message: FromEnvironment): void {
    if (message.kind === 'ready' || message.kind === 'unusable') this.#evaluated.resolve();
    if (message.kind === 'log') this.#options.log(message.text);
    else if (message.kind === 'ready') this.#initialised.resolve(undefined);
    else if (message.kind === 'chunk') this.#take(message.bytes);
    else if (message.kind === 'end') this.#job?.complete({ ok: true });
    else if (message.kind === 'unusable') this.#die(message.error);
    else this.#finish(message.error);
  }

  #take(bytes: Uint8Array): void {
    const invocation = this.#job?.invocation;
    if (!invocation) return;
    this.#taken = this.#handOver(this.#taken, { invocation, bytes });
  }

  async #handOver(before: Promise<void>, { invocation, bytes }: { invocation: Invocation; bytes: Uint8Array }) {
    await before;
    await invocation.take(bytes);
    this.#post({ kind: 'credit', requestId: invocation.requestId, bytes: bytes.byteLength });
  }

  /** Free first: whoever hears of the end may call again at once. */
  #finish(error: FunctionError | undefined): void {
    if (error) this.#report(error);
    const job = this.#job;
    job?.release();
    job?.complete(error ? { ok: false, error } : { ok: true });
  }

  #report({ errorType, errorMessage }: FunctionError): void {
    this.#options.log(`${this.#options.function.name}: ${errorType}: ${errorMessage}\n`);
  }

  /** Ends the environment, and what is under way in it. */
  #die(error: FunctionError): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#initialised.resolve(error);
    this.#finish(error);
    void this.#terminate();
  }

  /** V8 can abort the whole process when a thread is ended while it evaluates a module with a top-level await. */
  async #terminate(): Promise<void> {
    const limit = setTimeout(() => this.#evaluated.resolve(), maxEvaluationMs);
    await this.#evaluated.promise;
    clearTimeout(limit);
    await this.#worker.terminate();
  }

  #timeOut(): void {
    const seconds = this.#options.function.timeoutSeconds.toFixed(2);
    this.#die({ errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${seconds} seconds` });
  }

  #exited(): void {
    this.#evaluated.resolve();
    this.#die({ errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' });
  }

  #limitInit(): void {
    const limit = initTimeoutMs + this.#options.function.timeoutSeconds * 1000;
    const timer = setTimeout(() => {
      this.#die({ errorType: 'Sandbox.Timedout', errorMessage: `Init timed out after ${limit} ms` });
    }, limit);
    void this.#initialised.promise.then(() => clearTimeout(timer));
  }

  #post(message: ToEnvironment): void {
    this.#worker.postMessage(message, []);
  }

  #thaw(): void {
    const gate = new Int32Array(this.#gate);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  }
}
