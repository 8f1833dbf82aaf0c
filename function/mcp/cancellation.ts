import { isObject } from '../dialects/json.ts';
import type { RequestContext } from '../request-context.ts';
import type { RunningCall, RunningCalls } from './running-calls.ts';

/** The calls of one HTTP request, which a client may cancel by another one. */
export interface CancellableCalls {
  /**
   * The messages without cancellations, unless there is nothing else: the SDK would not answer a request that is cancelled in the same
   * batch, and the stream would stay open.
   */
  readonly messages: readonly unknown[];
  /** Aborts when the client cancels the call with this id; undefined for an id that is no call's. */
  readonly signalOf: (id: unknown) => AbortSignal | undefined;
  /** Forgets the calls. */
  readonly end: () => void;
}

/**
 * Takes note of the calls of tools among the messages of a request, and cancels what its cancellations name: calls of this request, or of
 * another one by the same client. Without sessions, a client is known by its key and its `User-Agent`.
 */
export function cancellableCalls(
  messages: readonly unknown[],
  { caller: { subject, cacheKey }, request: { headers } }: Pick<RequestContext, 'caller' | 'request'>,
  running: RunningCalls,
): CancellableCalls {
  // A JWT is renewed while a client works: its subject stays.
  const keyOf = (id: unknown) => JSON.stringify([subject ?? cacheKey, headers.get('user-agent'), id]);
  const calls = new Map(messages.flatMap((message) => callIds(message)).map((id) => [id, running.begin(keyOf(id))]));
  for (const message of messages) for (const id of cancelledIds(message)) running.cancel(keyOf(id));
  const others = messages.filter((message) => !isCancellation(message));
  return {
    messages: others.length === 0 ? messages : others,
    signalOf: (id) => calls.get(id)?.signal,
    end: () => calls.forEach(endCall),
  };
}

function endCall({ end }: RunningCall): void {
  end();
}

function callIds(message: unknown): unknown[] {
  return isObject(message) && message['method'] === 'tools/call' ? ids(message['id']) : [];
}

function cancelledIds(message: unknown): unknown[] {
  if (!isCancellation(message)) return [];
  const { params } = message;
  return isObject(params) ? ids(params['requestId']) : [];
}

/** An id of JSON-RPC is a text or a number, and these differ: 1 is not "1". */
function ids(id: unknown): unknown[] {
  return typeof id === 'string' || typeof id === 'number' ? [id] : [];
}

function isCancellation(message: unknown): message is Readonly<Record<string, unknown>> {
  return isObject(message) && message['method'] === 'notifications/cancelled' && !('id' in message);
}
