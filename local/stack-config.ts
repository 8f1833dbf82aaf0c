import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { isObject } from './json.ts';

/** Keys with their namespace; values as Pulumi hands them to a program: text, and JSON for what has members. */
export type StackConfig = Readonly<Record<string, string>>;

/** Reads the config of `Pulumi.<stack>.yaml`; undefined when there is no such file. */
export function readStackConfig(
  root: string,
  { project, stack }: { project: string; stack: string },
): StackConfig | undefined {
  const file = `Pulumi.${stack}.yaml`;
  const place = path.join(root, file);
  if (!existsSync(place)) return undefined;
  const config = members(readYaml(place, file), file)['config'] ?? {};
  return Object.fromEntries(
    Object.entries(members(config, `${file}: config`)).map(([key, value]) => [
      key.includes(':') ? key : `${project}:${key}`,
      text(value, `${file}: ${key}`),
    ]),
  );
}

function readYaml(place: string, file: string): unknown {
  try {
    return parse(readFileSync(place, 'utf8'));
  } catch (error) {
    throw new Error(
      `${file} is not YAML: ${error instanceof Error ? error.message.split('\n')[0]?.replace(/:$/, '') : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** Secrets are sealed with a key that this machine may not have, and nothing in this stack's config needs to be one. */
function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  // What the CLI makes of a key without a value.
  if (value === null) return '';
  if (isObject(value) && 'secure' in value) throw new Error(`${where} is a secret, which the local stack cannot open`);
  return JSON.stringify(value) ?? '';
}

function members(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (value === null) return {};
  if (isObject(value)) return value;
  throw new Error(`${where} must have members`);
}
