/** A call of a tool that runs. */
export interface RunningCall {
  /** Aborts when the client cancels the call. */
  readonly signal: AbortSignal;
  /** Forgets the call, which is over. */
  readonly end: () => void;
}

/** The calls of tools that run in this environment, each under a key that says which client made it, and its id there. */
export interface RunningCalls {
  readonly begin: (key: string) => RunningCall;
  /** Aborts the call under a key. Two clients may share a key: where two calls have it, none is aborted, since one is another client's. */
  readonly cancel: (key: string) => void;
}

/** Makes an empty list of calls. It holds no more than what runs. */
export function createRunningCalls(): RunningCalls {
  const running = new Map<string, Set<AbortController>>();
  return {
    begin(key) {
      const call = new AbortController();
      const calls = running.get(key) ?? new Set();
      running.set(key, calls.add(call));
      const end = () => {
        calls.delete(call);
        if (calls.size === 0 && running.get(key) === calls) running.delete(key);
      };
      return { signal: call.signal, end };
    },
    cancel(key) {
      const [call, ...others] = running.get(key) ?? [];
      if (others.length === 0) call?.abort();
    },
  };
}
