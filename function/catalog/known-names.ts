import type { Catalog } from './catalog.ts';
import { isBedrockModel, isPattern } from './names.ts';
import { keyFor } from './resolve.ts';

/**
 * Whether a name means something where names are permitted or denied: a name or a pattern that the catalog has, a name that one of its
 * patterns takes, or one of Bedrock's own.
 */
export function isKnownName(name: string, catalog: Catalog): boolean {
  // A pattern that the catalog has not would be taken for one name, and so for much less than it seems to say.
  if (isPattern(name)) return Object.hasOwn(catalog.models, name);
  return keyFor(name, catalog) !== undefined || isBedrockModel(name);
}
