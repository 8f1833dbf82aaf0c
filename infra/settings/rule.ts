/** A rule between keys: whether it is broken, and what to say then. */
export type Rule = readonly [broken: boolean, advice: string];

/** Pulumi's CLI takes values of keys with such a name for secrets: `keyPattern` in its pkg/cmd/pulumi/config/config.go. */
const SECRETIVE = /passwd|pass|password|pwd|secret|token/i;

/** The command that sets a key; `key` is what follows `pulumi config set`: options, the key and its value. */
export function setCommand(key: string): string {
  // No key has such a name, but a path may: the names of models are the user's own.
  const [name = ''] = /^(?:--path )?(?:'[^']*'|\S+)/.exec(key) ?? [];
  const plain = SECRETIVE.test(name) ? '--plaintext ' : '';
  return `npx pulumi config set ${plain}${key}`;
}

/** The command that takes a key out; `key` is what follows `pulumi config rm`: options and the key. */
export function removeCommand(key: string): string {
  return `npx pulumi config rm ${key}`;
}

/** A text as one word of a shell's command. */
export function shellWord(text: string): string {
  return /^[\w:./@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Advice to set a key; `key` is what follows `pulumi config set`. */
export function set(key: string): string {
  return `Set it with: ${setCommand(key)}`;
}

/**
 * What follows `pulumi config set` to give a list one more entry. All entries are set anew: with a list that is not in the
 * config, or is there as JSON text, `--path` would leave a hole where the others were.
 */
export function longer(key: string, entries: readonly string[], added: string): string {
  return steps(...[...entries, added].map((entry, index) => `'${key}[${index}]' ${entry}`));
}

/** What follows `pulumi config set` to set parts of a value, one after the other. */
export function steps(...parts: string[]): string {
  return parts.map((part) => `--path ${part}`).join(' && npx pulumi config set ');
}

/** Advice to take a key out. */
export function remove(key: string): string {
  return `Remove it with: ${removeCommand(key)}`;
}
