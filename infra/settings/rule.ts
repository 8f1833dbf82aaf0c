/** A rule between keys: whether it is broken, and the message for that. */
export type Rule = readonly [broken: boolean, advice: string];

/** Names of keys whose values Pulumi's CLI takes for secrets: `keyPattern` in its pkg/cmd/pulumi/config/config.go. */
const secretLikeName = /passwd|pass|password|pwd|secret|token/i;

/** The command that sets a key; `key` is what follows `pulumi config set`: options, the key and its value. */
export function setCommand(key: string): string {
  // No key has such a name, but a path may: users choose the names of models.
  const [name = ''] = /^(?:--path )?(?:'[^']*'|\S+)/.exec(key) ?? [];
  const plain = secretLikeName.test(name) ? '--plaintext ' : '';
  return `npx pulumi config set ${plain}${key}`;
}

/** The command that removes a key; `key` is what follows `pulumi config rm`: options and the key. */
export function removeCommand(key: string): string {
  return `npx pulumi config rm ${key}`;
}

/** A text quoted as one word of a shell command, if necessary. */
export function shellWord(text: string): string {
  return /^[\w:./@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Advice to set a key; `key` is what follows `pulumi config set`. */
export function setAdvice(key: string): string {
  return `Set it with: ${setCommand(key)}`;
}

/**
 * What follows `pulumi config set` to append entries to a list. It sets all entries again: if the list is not in the config,
 * or is there as JSON text, `--path` would leave gaps in place of the others.
 */
export function appendedList(key: string, entries: readonly string[], ...added: readonly string[]): string {
  return pathCommands(...[...entries, ...added].map((entry, index) => `'${key}[${index}]' ${entry}`));
}

/** What follows `pulumi config set` to set several parts of a value, one command each. */
export function pathCommands(...parts: string[]): string {
  return parts.map((part) => `--path ${part}`).join(' && npx pulumi config set ');
}

/** Advice to remove a key. */
export function removeAdvice(key: string): string {
  return `Remove it with: ${removeCommand(key)}`;
}
