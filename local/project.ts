import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { StackConfig } from './stack-config.ts';

/** The namespace of the gateway's config keys in every project; a project of another name has a second one, its name. */
export const productName = 'bedrock-gateway';

/** The name of the project in a folder. `pulumi new` lets people choose it. */
export function projectName(root: string): string {
  const { name } = parse(readFileSync(path.join(root, 'Pulumi.yaml'), 'utf8'));
  return name;
}

/** A stack's config with the gateway's keys in the product's namespace. A key that has both stays twice, for the program to refuse. */
export function inProductNamespace(config: StackConfig, project: string): StackConfig {
  return renameKeys(config, { from: project, to: productName, unless: (key) => Object.hasOwn(config, key) });
}

/** A config in which the stack's own keys have the namespace that its file gives them, and all others the project's. */
export function inOwnNamespace(config: StackConfig, own: StackConfig, project: string): StackConfig {
  return renameKeys(config, {
    from: productName,
    to: project,
    unless: (_, key) => Object.hasOwn(own, key),
  });
}

function renameKeys(
  config: StackConfig,
  { from, to, unless }: { from: string; to: string; unless: (renamedKey: string, key: string) => boolean },
): StackConfig {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (!key.startsWith(`${from}:`)) return [key, value];
      const other = `${to}${key.slice(from.length)}`;
      return [unless(other, key) ? key : other, value];
    }),
  );
}
