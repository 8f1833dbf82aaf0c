/** Runs work when there is a slot for it. Rejects when the signal aborts first; afterwards the work sees to its signal itself. */
export type Slots = <Value>(signal: AbortSignal, work: () => Promise<Value>) => Promise<Value>;

/** So many slots: whoever finds none waits for the next, in order. */
export function createSlots(most: number): Slots {
  const waiting = new Set<() => void>();
  let taken = 0;

  async function take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (taken < most) {
      taken += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => {
      // Not waiting any more: the slot has been handed over, and is given back in its turn.
      if (waiting.delete(resolve)) reject(new Error('aborted'));
    };
    waiting.add(resolve);
    signal.addEventListener('abort', abort, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', abort));
  }

  function giveBack(): void {
    const [next] = waiting;
    if (next === undefined) taken -= 1;
    else if (waiting.delete(next)) next();
  }

  return async (signal, work) => {
    await take(signal);
    try {
      return await work();
    } finally {
      giveBack();
    }
  };
}
