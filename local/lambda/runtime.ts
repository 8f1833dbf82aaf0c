// Lambda's Node runtime, on a thread whose environment variables are the function's own.
import { finished } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { loadHandler, type Handler } from './handler.ts';
import type { EnvironmentData, FromEnvironment, FunctionError, Invoke, ToEnvironment } from './messages.ts';
import { HttpResponseStream, ResponseStream } from './response-stream.ts';

/** How much may be under way before a write has to wait. */
const maxWindowBytes = 65_536;

const streamedMark = Symbol('streamed');
interface Streamed extends Handler {
  [streamedMark]?: { readonly highWaterMark?: number | undefined };
}

const data: EnvironmentData = workerData;
const gate = new Int32Array(data.gate);

/** Sends bytes, and holds the writer back while more than the window is under way. */
class Window {
  #underWay = 0;
  #waiting: (() => void) | undefined;

  send(bytes: Uint8Array, taken: () => void): void {
    this.#underWay += bytes.byteLength;
    postChunk(bytes);
    if (this.#underWay < maxWindowBytes) taken();
    else this.#waiting = taken;
  }

  credit(bytes: number): void {
    this.#underWay -= bytes;
    if (this.#underWay >= maxWindowBytes) return;
    const taken = this.#waiting;
    this.#waiting = undefined;
    taken?.();
  }
}

/** What is under way; an environment serves one invocation at a time. */
let busy = false;
let flow: { readonly requestId: string; readonly window: Window } | undefined;

function post(message: FromEnvironment): void {
  parentPort?.postMessage(message, []);
}

/** Bytes change hands: a copy of their own, as small buffers share one piece of memory. */
function postChunk(content: Uint8Array): void {
  const bytes = new Uint8Array(content);
  const message: FromEnvironment = { kind: 'chunk', bytes };
  parentPort?.postMessage(message, [bytes.buffer]);
}

/** A thread's own standard output is handed on only while its event loop turns, and a frozen one does not. */
function forward(chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean {
  post({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
  const done = typeof encoding === 'function' ? encoding : callback;
  if (typeof done === 'function') done();
  return true;
}

function streamifyResponse(handler: Streamed, options?: { highWaterMark?: number }): Streamed {
  handler[streamedMark] = { highWaterMark: options?.highWaterMark };
  return handler;
}

async function invoke(handler: Streamed, message: Invoke): Promise<void> {
  busy = true;
  process.env['_X_AMZN_TRACE_ID'] = message.trace;
  Atomics.store(gate, 0, 0);
  const streamed = handler[streamedMark];
  const error = await (streamed ? stream(handler, message, streamed.highWaterMark) : buffer(handler, message));
  flow = undefined;
  busy = false;
  post({ kind: 'done', error });
  setImmediate(freeze);
}

async function buffer(handler: Handler, message: Invoke): Promise<FunctionError | undefined> {
  try {
    const result = await handler(JSON.parse(message.event), context(message));
    postChunk(Buffer.from(JSON.stringify(result ?? null)));
    return undefined;
  } catch (error) {
    return functionError(error);
  }
}

function postEnd(): void {
  post({ kind: 'end' });
}

async function stream(
  handler: Handler,
  message: Invoke,
  highWaterMark: number | undefined,
): Promise<FunctionError | undefined> {
  const window = new Window();
  flow = { requestId: message.requestId, window };
  const response = new ResponseStream({ send: (bytes, taken) => window.send(bytes, taken), highWaterMark });
  response.once('finish', postEnd);
  // The function may destroy it; that shows as a failure below.
  response.on('error', () => {});
  try {
    const returned = handler(JSON.parse(message.event), response, context(message));
    if (!(returned instanceof Promise)) throw new Error('Streaming does not support non-async handlers.');
    await returned;
    // Without `end` this waits for ever: the function's timeout ends it.
    await finished(response);
    return undefined;
  } catch (error) {
    return cutShort(response, error);
  }
}

/** What was written still goes out. Once the function has ended its answer, there is nobody left to tell. */
async function cutShort(response: ResponseStream, error: unknown): Promise<FunctionError | undefined> {
  const tooLate = response.writableEnded && !response.destroyed;
  if (!tooLate) response.off('finish', postEnd).end();
  await finished(response).catch(() => {});
  return tooLate ? undefined : functionError(error);
}

function context({ requestId, functionArn, deadline }: Invoke): object {
  return {
    ...data.context,
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function functionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

/** Between invocations Lambda stops the clock: timers, sockets and promises of the function stand still. */
function freeze(): void {
  if (!busy) Atomics.wait(gate, 0, 0);
}

async function serve(): Promise<void> {
  process.stdout.write = forward;
  process.stderr.write = forward;
  // It is there before the function's module is loaded.
  Object.assign(globalThis, { awslambda: { streamifyResponse, HttpResponseStream } });
  const handler = await loadHandler(data.taskRoot, data.handler);
  parentPort?.on('message', (message: ToEnvironment) => {
    if (message.kind === 'credit') {
      if (flow?.requestId === message.requestId) flow.window.credit(message.bytes);
      return;
    }
    void invoke(handler, message);
  });
  post({ kind: 'ready' });
  setImmediate(freeze);
}

/** Loads the function and serves its invocations; what goes wrong before that is told to the main thread. */
export async function run(): Promise<void> {
  try {
    await serve();
  } catch (error) {
    post({ kind: 'unusable', error: functionError(error) });
  }
}
