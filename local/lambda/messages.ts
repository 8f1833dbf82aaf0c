/** What goes between the local stack and one environment, which is a thread of its own. */
export type ToEnvironment = Invoke | Credit;

/** Asks an environment to run its handler for one event. */
export interface Invoke {
  readonly kind: 'invoke';
  /** JSON, as the runtime receives it. */
  readonly event: string;
  readonly requestId: string;
  readonly functionArn: string;
  /** When the function times out, in milliseconds since the epoch. */
  readonly deadline: number;
  /** X-Ray's trace of the invocation, and whether it is kept, in the form of the header `X-Amzn-Trace-Id`. */
  readonly trace: string;
}

/** Bytes that have been taken off the environment's hands. */
interface Credit {
  readonly kind: 'credit';
  readonly requestId: string;
  readonly bytes: number;
}

/** Messages of an environment to the local stack. */
export type FromEnvironment =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  /** The module could not be loaded. */
  | { readonly kind: 'unusable'; readonly error: FunctionError }
  /** The answer is complete; the handler is still running. */
  | { readonly kind: 'end' }
  /** The environment can take another invocation. With an error, the answer is cut short; what was written stays. */
  | { readonly kind: 'done'; readonly error: FunctionError | undefined };

/** An error of a function as Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What the thread is started with. */
export interface EnvironmentData {
  readonly taskRoot: string;
  readonly handler: string;
  /** One 32-bit number: 0 while the environment is frozen, 1 once an invocation is on its way. */
  readonly gate: SharedArrayBuffer;
  readonly context: ContextData;
}

/** The part of a handler's context that is the same for every invocation. */
export interface ContextData {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}
