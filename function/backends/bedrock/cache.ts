/** Remembers what was asked for a while: the least recently used entry makes room, and whoever asks meanwhile waits for the same answer. */
export interface Cache<Value> {
  get(key: string, load: () => Promise<Value>): Promise<Value>;
}

export interface CacheOptions<Value> {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly maxEntries: number;
  /** For how long this value is good, in milliseconds. */
  readonly keepMs: (value: Value) => number;
}

interface Entry<Value> {
  readonly value: Promise<Value>;
  /** Infinite while the answer is awaited. */
  until: number;
}

/** A rejected load is not remembered. */
export function createCache<Value>({ now, maxEntries, keepMs }: CacheOptions<Value>): Cache<Value> {
  const entries = new Map<string, Entry<Value>>();

  async function add(key: string, load: () => Promise<Value>): Promise<Value> {
    const entry: Entry<Value> = { value: load(), until: Infinity };
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    try {
      const value = await entry.value;
      entry.until = now() + keepMs(value);
      return value;
    } catch (error) {
      if (entries.get(key) === entry) entries.delete(key);
      throw error;
    }
  }

  return {
    get(key, load) {
      const entry = entries.get(key);
      // A Map keeps the order of insertion: what is put back in is the youngest.
      entries.delete(key);
      if (entry === undefined || entry.until <= now()) return add(key, load);
      entries.set(key, entry);
      return entry.value;
    },
  };
}
