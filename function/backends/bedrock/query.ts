import { encodeLabel } from '../wire/endpoint.ts';

/** The named parameters of a query string, with its question mark; others are dropped, since a query can hold credentials. */
export function allowedQuery(query: string, names: readonly string[]): string {
  const values = new URLSearchParams(query);
  const pairs = names.flatMap((name) => {
    const value = values.get(name);
    return value === null ? [] : [`${name}=${encodeLabel(value)}`];
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
