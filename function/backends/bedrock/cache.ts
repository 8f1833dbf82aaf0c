/** Keeps loaded values for a while and evicts the least recently used one; concurrent calls for a key share one load. */
export interface Cache<Value> {
  get(key: string, load: () => Promise<Value>): Promise<Value>;
}

/** How many values a cache keeps, and for how long. */
export interface CacheOptions<Value> {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly maxEntries: number;
  /** How long this value is kept, in milliseconds. */
  readonly keepMs: (value: Value) => number;
}

interface Entry<Value> {
  readonly value: Promise<Value>;
  /** When the entry expires, in milliseconds since the epoch; infinite while it loads. */
  until: number;
}

/** Creates an empty cache. A rejected load is not kept. */
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
      // A Map keeps insertion order: a reinserted entry is the youngest.
      entries.delete(key);
      if (entry === undefined || entry.until <= now()) return add(key, load);
      entries.set(key, entry);
      return entry.value;
    },
  };
}
