import type { Catalog, CatalogEntry } from './catalog.ts';
import { isName, longestName } from './names.ts';
import { parseTarget } from './resolve.ts';

type Members = Readonly<Record<string, unknown>>;

/** A typed catalog of what `catalog.json` holds. Throws an Error that names the key at fault: it is the deployer's to read. */
export function checkCatalog(value: unknown): Catalog {
  const { models, allowUnmappedBedrockModels, ...unknown } = members(value, 'the catalog');
  refuseUnknown(unknown, 'the catalog');
  if (typeof allowUnmappedBedrockModels !== 'boolean')
    throw flaw('allowUnmappedBedrockModels', 'must be true or false');
  const entries = Object.entries(members(models, 'models')).map(
    ([name, entry]) => [name, checkEntry(name, entry)] as const,
  );
  return { models: Object.fromEntries(entries), allowUnmappedBedrockModels };
}

function checkEntry(name: string, value: unknown): CatalogEntry {
  const key = `models[${JSON.stringify(name)}]`;
  if (!isName(name)) throw flaw(key, `must be a name of 1 to ${longestName} printable ASCII characters without blanks`);
  const { target, fallbacks, family, ...unknown } = members(value, key);
  refuseUnknown(unknown, key);
  if (family !== undefined && (typeof family !== 'string' || !isName(family))) {
    throw flaw(`${key}.family`, 'must be the id of a model of the family, such as anthropic.claude-sonnet-5');
  }
  return {
    target: checkTarget(target, `${key}.target`),
    ...(fallbacks !== undefined && { fallbacks: checkFallbacks(fallbacks, `${key}.fallbacks`) }),
    ...(family !== undefined && { family }),
  };
}

function checkFallbacks(value: unknown, key: string): readonly string[] {
  if (!Array.isArray(value)) throw flaw(key, 'must be a list of targets');
  return value.map((target: unknown, index) => checkTarget(target, `${key}[${index}]`));
}

function checkTarget(value: unknown, key: string): string {
  if (typeof value === 'string' && parseTarget(value) !== undefined) return value;
  throw flaw(key, 'must be bedrock:<model>, such as bedrock:us.amazon.nova-pro-v1:0');
}

function refuseUnknown(unknown: Members, key: string): void {
  const [first] = Object.keys(unknown);
  if (first !== undefined) throw flaw(key, `has no member ${JSON.stringify(first)}`);
}

function members(value: unknown, key: string): Members {
  if (isMembers(value)) return value;
  throw flaw(key, 'must be an object');
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flaw(key: string, must: string): Error {
  return new Error(`catalog.json: ${key} ${must}.`);
}
