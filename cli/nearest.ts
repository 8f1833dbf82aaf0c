import { distance } from 'fastest-levenshtein';

/** The name that was probably meant: one that begins with what was typed, or of which less than half of the letters differ. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const text = typed.slice(0, 100);
  const changes = (name: string): number => (text.length > 1 && name.startsWith(text) ? 0 : distance(text, name));
  const [best] = names.map((name) => ({ name, changes: changes(name) })).toSorted((a, b) => a.changes - b.changes);
  return best !== undefined && best.changes * 2 < text.length ? best.name : undefined;
}
