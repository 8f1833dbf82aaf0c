import { readFile } from 'node:fs/promises';
import path from 'node:path';

const golden = path.join(import.meta.dirname, '../golden/component/schema.json');

/** The golden schema: what `pulumi package get-schema` prints. */
export async function goldenSchema(): Promise<unknown> {
  const schema: unknown = JSON.parse(await readFile(golden, 'utf8'));
  return schema;
}

/** The schema of a component provider as Pulumi's CLI reads it: `required` alone says what is optional. */
export function boundSchema(schema: unknown): unknown {
  const { dependencies: _, ...rest } = bound(schema) as Record<string, unknown>;
  return { ...rest, config: {} };
}

function bound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bound);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, each]) => name !== 'optional' && !(Array.isArray(each) && each.length === 0),
  );
  return Object.fromEntries(entries.map(([name, each]) => [name, bound(each)]));
}
