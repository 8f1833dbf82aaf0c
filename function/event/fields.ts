/** The fields of an object; none for any other value, since an event comes from outside. */
export function objectFields(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** A string; undefined for any other value. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** API Gateway's own id of a request, in either payload version. It becomes a header: undefined where it cannot. */
export function requestIdOf(event: unknown): string | undefined {
  const id = textOf(objectFields(objectFields(event)['requestContext'])['requestId']);
  return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
