import { UsageError } from './failure.ts';

const idPattern = /^(?!\.+$)[\w.~-]{1,256}$/;

/** A path with ids in it, for a template. Throws UsageError for an id that would be another path. */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw(parts, ...ids.map(idOf));
}

/** An ID. Throws UsageError for a text that cannot be one. */
export function idOf(text: string): string {
  if (idPattern.test(text)) return text;
  throw new UsageError(
    `'${text.slice(0, 100)}' is not an ID`,
    'IDs consist of letters, digits, dashes and underscores; the list commands show them.',
  );
}
