import { UsageError } from './failure.ts';

const idPattern = /^(?!\.+$)[\w.~-]{1,256}$/;

/** A path with ids in it, for a template. Throws UsageError for an id that would be another path. */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  const wrong = ids.find((id) => !idPattern.test(id));
  if (wrong !== undefined)
    throw new UsageError(
      `'${wrong.slice(0, 100)}' is not an ID`,
      'IDs consist of letters, digits, dashes and underscores; the list commands show them.',
    );
  return String.raw(parts, ...ids);
}
