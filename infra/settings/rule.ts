/** A rule between keys: whether it is broken, and what to say then. */
export type Rule = readonly [broken: boolean, advice: string];

/** Advice to set a key. */
export function set(key: string): string {
  return `Set it with: pulumi config set ${key}`;
}

/** Advice to take a key out. */
export function remove(key: string): string {
  return `Remove it with: pulumi config rm ${key}`;
}
