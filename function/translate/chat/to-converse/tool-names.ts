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
const maxToolNameLength = 64;
/** For a suffix: a body of 6 MB has less than a million names. Wishes that differ only there share their numbers. */
const suffixLength = 7;

/** The tool names of one request, made when the first tool or call is translated. */
export function toolNamesOf(state: { names?: ToolNames }): ToolNames {
  state.names ??= toolNames();
  return state.names;
}

function toolNames(): ToolNames {
  const converse = new Map<string, string>();
  const callers = new Map<string, string>();

  // Where to go on with a wish: from 2 each time, many names of one wish would cost their number squared.
  const numbered = new Map<string, number>();

  function free(wish: string): string {
    if (!callers.has(wish)) return wish;
    const stem = wish.slice(0, maxToolNameLength - suffixLength);
    for (let number = numbered.get(stem) ?? 2; ; number += 1) {
      const suffix = `_${number}`;
      const name = wish.slice(0, maxToolNameLength - suffix.length) + suffix;
      if (callers.has(name)) continue;
      numbered.set(stem, number + 1);
      return name;
    }
  }

  return {
    of(name) {
      const known = converse.get(name);
      if (known !== undefined) return known;
      const found = free(name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, maxToolNameLength) || 'tool');
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
