/** The product's name: that of its project unless somebody renames it, and a namespace of its config keys in any case. */
export const PRODUCT = 'bedrock-gateway';

/** The stack's config as `pulumi.runtime.allConfig()` has it: full keys, values as text. */
export type StackConfig = Readonly<Record<string, string>>;

/** The gateway's own keys in a config, whatever their namespace. */
export interface OwnKeys {
  /** The value of a key; undefined where the config lacks it. */
  readonly value: (name: string) => string | undefined;
  /** A key with the namespace that it has in the config. */
  readonly full: (name: string) => string;
  /** Keys that both namespaces have. */
  readonly twice: readonly string[];
  /** A text whose `pulumi config` commands name keys as the CLI finds them in this config. */
  readonly addressed: (text: string) => string;
}

/** A command of Pulumi's CLI up to the name of a key that has no namespace. */
const COMMAND = /(?<=npx pulumi config (?:set (?:--plaintext )?|rm )(?:--path '?)?)(\w+)(?![\w:])/g;

/**
 * Namespaces that hold the gateway's keys. `pulumi config set domain` writes the project's name, which `pulumi new` lets
 * people choose, and the documents say `bedrock-gateway:domain`: both are read.
 */
export function namespacesOf(project: string): [string, ...string[]] {
  // In a project called aws, a key of its own could not be told from one of the provider.
  return project === PRODUCT || project === 'aws' ? [PRODUCT] : [project, PRODUCT];
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
    addressed: (text) => text.replaceAll(COMMAND, short),
  };
}
