import { disposition as chatFields } from './chat/disposition.ts';

/** The header is bounded: this many names, none of which needs escaping. */
const maxNames = 32;
const cleanName = /^[A-Za-z0-9_.-]{1,80}$/;

/**
 * The names in `x-gateway-ignored`. Fields of the dialect (`known`: Chat Completions) come first: names that only the body
 * invents must not push them out.
 */
export function ignoredNames(ignored: ReadonlySet<string>, known: object = chatFields): string[] {
  if (ignored.size === 0) return [];
  const names = [...ignored].filter((name) => cleanName.test(name));
  const isKnown = (name: string): boolean => Object.hasOwn(known, name);
  return [...names.filter(isKnown), ...names.filter((name) => !isKnown(name))].slice(0, maxNames);
}

/** Merges names that were written by `ignoredNames`, within the bound of the header. */
export function mergeIgnoredNames(names: readonly string[], others: readonly string[]): readonly string[] {
  return others.length === 0 ? names : [...new Set([...names, ...others])].slice(0, maxNames);
}
