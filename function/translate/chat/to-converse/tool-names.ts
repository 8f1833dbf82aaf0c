/** Tool names of one request: the caller's, and what Converse takes for them. */
export interface ToolNames {
  /** The Converse name of a tool; the same for the same name, different for different ones. */
  of(name: string): string;
  /** Converse names that are not the caller's own → the caller's. */
  changed(): ReadonlyMap<string, string>;
  /** A Converse name that no tool of the caller has, nor will get. */
  reserve(wish: string): string;
}

/** ToolName of the service model. */
const LONGEST = 64;

export function toolNames(): ToolNames {
  const converse = new Map<string, string>();
  const callers = new Map<string, string>();

  function free(wish: string): string {
    if (!callers.has(wish)) return wish;
    for (let number = 2; ; number += 1) {
      const suffix = `_${number}`;
      const name = wish.slice(0, LONGEST - suffix.length) + suffix;
      if (!callers.has(name)) return name;
    }
  }

  return {
    of(name) {
      const known = converse.get(name);
      if (known !== undefined) return known;
      const found = free(name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, LONGEST) || 'tool');
      converse.set(name, found);
      callers.set(found, name);
      return found;
    },
    changed: () => new Map([...callers].filter(([found, name]) => found !== name)),
    reserve(wish) {
      const found = free(wish);
      callers.set(found, found);
      return found;
    },
  };
}
