/** An event comes from outside: what is not an object has no members. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** A member that should be text. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The edge's own id of the request, in both payload versions; it becomes a header. */
export function requestIdOf(event: unknown): string | undefined {
  const id = text(members(members(event)['requestContext'])['requestId']);
  return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
