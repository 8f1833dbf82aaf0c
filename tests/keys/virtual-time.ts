import { setImmediate } from 'node:timers/promises';

/** A clock that goes on only while everybody waits for it. */
export interface VirtualTime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Lets time pass until the work is done. */
  readonly run: <Result>(work: Promise<Result>) => Promise<Result>;
}

/** Makes a clock that begins at a time, in milliseconds since the epoch. */
export function virtualTime(begin: number): VirtualTime {
  let now = begin;
  const timers: { readonly at: number; readonly resolve: () => void }[] = [];
  return {
    now: () => Math.floor(now),
    wait(ms) {
      const { promise, resolve } = Promise.withResolvers<void>();
      timers.push({ at: now + ms, resolve });
      return promise;
    },
    async run(work) {
      let isOver = false;
      const end = () => {
        isOver = true;
      };
      void work.then(end, end);
      for (let idle = 0; idle < 1_000; idle += 1) {
        await setImmediate();
        if (isOver) return work;
        const next = timers.sort((one, other) => one.at - other.at).shift();
        if (next === undefined) continue;
        idle = 0;
        now = next.at;
        next.resolve();
      }
      throw new Error('the work waits for nothing');
    },
  };
}
