/**
 * Which Bedrock keys Bedrock itself has answered lately. A key that only looks like one may cost nobody anything: neither a
 * download nor a DNS query.
 */
export interface Proofs {
  /** Notes that Bedrock answered a key. `cacheKey` is the SHA-256 of the whole key, in hex. */
  note(cacheKey: string): void;
  /** Whether Bedrock answered the key within the last 5 minutes. */
  has(cacheKey: string): boolean;
}

/** A key that is revoked counts for no longer. */
const goodMs = 5 * 60_000;

/** So many hashes take some 200 kB. */
const mostKeys = 1_000;

/** Remembers keys by their hash; the one that was noted longest ago makes room. `now` is in milliseconds since the epoch. */
export function createProofs({ now }: { readonly now: () => number }): Proofs {
  const notedAt = new Map<string, number>();
  return {
    note(cacheKey) {
      // A Map keeps the order of insertion: what is put back in is the youngest.
      notedAt.delete(cacheKey);
      notedAt.set(cacheKey, now());
      const [oldest] = notedAt.keys();
      if (notedAt.size > mostKeys && oldest !== undefined) notedAt.delete(oldest);
    },
    has(cacheKey) {
      const at = notedAt.get(cacheKey);
      return at !== undefined && now() - at < goodMs;
    },
  };
}
