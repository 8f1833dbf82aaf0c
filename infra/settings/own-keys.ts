/** Name of the product: the default name of its Pulumi project, and always a namespace of its config keys. */
export const productName = 'bedrock-gateway';

/** The stack's config as `pulumi.runtime.allConfig()` returns it: keys with namespaces, values as text. */
export type StackConfig = Readonly<Record<string, string>>;

/** The gateway's own keys in a config, in each of their namespaces. */
export interface OwnKeys {
  /** The value of a key; undefined if the config lacks it. */
  readonly value: (name: string) => string | undefined;
  /** The name of a key with the namespace that it has in the config. */
  readonly full: (name: string) => string;
  /** Names of keys that both namespaces have. */
  readonly twice: readonly string[];
  /** The text with the namespaces of this config added to the keys in its `pulumi config` commands. */
  readonly addressed: (text: string) => string;
}

/** The name of a key without a namespace in a `pulumi config` command. */
const commandKey = /(?<=npx pulumi config (?:set (?:--plaintext )?|rm )(?:--path '?)?)(\w+)(?![\w:])/g;

/**
 * Namespaces of the gateway's keys: `pulumi config set domain` uses the name of the project, which `pulumi new` lets people
 * choose, and the documents say `bedrock-gateway:domain`.
 */
export function namespacesOf(project: string): [string, ...string[]] {
  // In a project called aws, its own keys could not be distinguished from those of the provider.
  return project === productName || project === 'aws' ? [productName] : [project, productName];
}

/** Finds the gateway's own keys in the config of a project. */
export function ownKeys(config: StackConfig, project: string): OwnKeys {
  const namespaces = namespacesOf(project);
  const places = (name: string): string[] =>
    namespaces.map((namespace) => `${namespace}:${name}`).filter((key) => config[key] !== undefined);
  const full = (name: string): string => places(name)[0] ?? `${namespaces[0]}:${name}`;
  const short = (name: string): string => (full(name) === `${project}:${name}` ? name : full(name));
  const [first, second] = namespaces;
  return {
    full,
    value: (name) => config[full(name)],
    twice: Object.keys(config)
      .filter((key) => second !== undefined && key.startsWith(`${second}:`))
      .map((key) => key.slice(key.indexOf(':') + 1))
      .filter((name) => config[`${first}:${name}`] !== undefined),
    addressed: (text) => text.replaceAll(commandKey, short),
  };
}
