/** A map that keeps its values for a time, and never more of them than it may. */
export interface KeyCache<Value> {
  /** The value if it is fresh at `now`, in milliseconds since the epoch. */
  get(key: string, now: number): Value | undefined;
  /** Keeps a value that was true at `at`, in milliseconds since the epoch. The one that was set longest ago makes room. */
  set(key: string, value: Value, at: number): void;
}

/** Bounds of a cache. */
export interface KeyCacheOptions {
  readonly maxAgeMs: number;
  readonly maxEntries: number;
}

/** Makes an empty cache. */
export function createKeyCache<Value>({ maxAgeMs, maxEntries }: KeyCacheOptions): KeyCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly at: number }>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry !== undefined && isFresh(entry.at, { now, maxAgeMs }) ? entry.value : undefined;
    },
    set(key, value, at) {
      // A Map keeps the order of insertion: what is put back in is the youngest.
      entries.delete(key);
      entries.set(key, { value, at });
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
  };
}

/** Whether something of the time `at` may be used at `now`. A clock that was set back makes it stale rather than good for longer. */
export function isFresh(at: number, { now, maxAgeMs }: { readonly now: number; readonly maxAgeMs: number }): boolean {
  return at <= now && now < at + maxAgeMs;
}
