/** A value as a JSON object; undefined when it is something else, such as an array or null. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined;
}

/** Whether a value is a JSON object: not an array, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a string; undefined when it is something else. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A value as an array; undefined when it is something else. */
export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The value of a JSON text; undefined when the text is not JSON, or has half a surrogate pair in it. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isReadable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isReadable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isReadable(inner));
}
