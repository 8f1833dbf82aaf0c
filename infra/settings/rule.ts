/** A rule between keys: whether it is broken, and what to say then. */
export type Rule = readonly [broken: boolean, advice: string];

/** Pulumi's CLI takes values of keys with such a name for secrets: `keyPattern` in its pkg/cmd/pulumi/config/config.go. */
const SECRETIVE = /passwd|pass|password|pwd|secret|token/i;

/** Advice to set a key; `key` is what follows `pulumi config set`: options, the key and its value. */
export function set(key: string): string {
  // No key has such a name, but a path may: the names of models are the user's own.
  const plain = SECRETIVE.test(key) ? '--plaintext ' : '';
  return `Set it with: pulumi config set ${plain}${key}`;
}

/** Advice to take a key out. */
export function remove(key: string): string {
  return `Remove it with: pulumi config rm ${key}`;
}
