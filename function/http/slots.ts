/** Runs work once there is a slot for it. Rejects when the signal aborts before; from then on the work watches its signal itself. */
export type Slots = <Value>(signal: AbortSignal, work: () => Promise<Value>) => Promise<Value>;

/** Slots for work that runs at the same time, at most `maxTaken` of it. Further work waits, in order. */
export function createSlots(maxTaken: number): Slots {
  const waiting = new Set<() => void>();
  let taken = 0;

  async function take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (taken < maxTaken) {
      taken += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => {
      // Where it no longer waits, the slot is its own already, and is given back in its turn.
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
