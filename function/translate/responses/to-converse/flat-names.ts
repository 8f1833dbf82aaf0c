/** A tool by the two names that a Responses client knows it by. */
export interface NamespacedName {
  readonly name: string;
  readonly namespace?: string | null;
}

/** Names of tools in namespaces as one name, which a chat's tools have. */
export interface FlatNames {
  of(tool: NamespacedName): string;
  /** The names of the client's own for a flat one. */
  namesOf(flat: string): NamespacedName;
  /** The name of the search for tools that the client runs; from then on, `isSearch` knows it. */
  searchName(): string;
  isSearch(flat: string): boolean;
}

const toolSearch = 'tool_search';

/** The flat names of one request. The same tool has the same one in every turn. */
export function flatNames(): FlatNames {
  const known = new Map<string, NamespacedName>();
  let searches = false;
  return {
    of(tool) {
      if (!tool.namespace) return tool.name;
      const flat = `${tool.namespace}__${tool.name}`;
      known.set(flat, { name: tool.name, namespace: tool.namespace });
      return flat;
    },
    namesOf: (flat) => known.get(flat) ?? { name: flat },
    searchName() {
      searches = true;
      return toolSearch;
    },
    isSearch: (flat) => searches && flat === toolSearch,
  };
}
