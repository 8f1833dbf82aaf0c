/** How long a value is good, in milliseconds. */
export interface KeptOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** While it is younger, nobody is asked. */
  readonly freshMs: number;
  /** While it is younger, it stands in for one that cannot be read. */
  readonly lastGoodMs: number;
  /** From the beginning of one read to that of the next, whoever asks: while a value is good, and while there is none. */
  readonly pauseMs: { readonly withValue: number; readonly without: number };
}

/**
 * Reads a value when it is first needed, and again when it is old; requests at the same time share one read. The result rejects with what
 * the last read threw where there is no value that is good.
 */
export function kept<Value>(read: () => Promise<Value>, options: KeptOptions): () => Promise<Value> {
  const { now, freshMs, lastGoodMs, pauseMs } = options;
  let good: { readonly value: Value; readonly readAt: number } | undefined;
  let failure: unknown;
  let beganAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function readOnce(readAt: number): Promise<void> {
    try {
      good = { value: await read(), readAt };
    } catch (error) {
      failure = error;
    }
    reading = undefined;
  }

  function isYounger(ms: number): boolean {
    return good !== undefined && now() - good.readAt < ms;
  }

  return async () => {
    if (good !== undefined && isYounger(freshMs)) return good.value;
    const pause = isYounger(lastGoodMs) ? pauseMs.withValue : pauseMs.without;
    if (reading === undefined && now() - beganAt >= pause) {
      beganAt = now();
      reading = readOnce(beganAt);
    }
    await reading;
    if (good !== undefined && isYounger(lastGoodMs)) return good.value;
    throw failure;
  };
}
