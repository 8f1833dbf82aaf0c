/** One change to a JSON value, and what it is called. */
export interface Mutation {
  readonly name: string;
  readonly value: unknown;
}

/** What may stand where something else is expected. */
const strangers: readonly unknown[] = [null, '', 'x', 7, -1.5, true, [], [null], ['x'], {}, { a: 1 }];

/** Every value that differs from this one in one place: a field that is gone, or anything else where something is. */
export function mutations(value: unknown): Mutation[] {
  return paths(value).flatMap((path) => {
    const place = path.join('.');
    const others = strangers.filter((other) => JSON.stringify(other) !== JSON.stringify(at(value, path)));
    const gone = path.length === 0 ? [] : [{ name: `no ${place}`, value: put(value, path) }];
    return gone.concat(
      others.map((other) => ({ name: `${place} = ${JSON.stringify(other)}`, value: put(value, path, other) })),
    );
  });
}

type Path = readonly (string | number)[];

function paths(value: unknown, above: Path = []): Path[] {
  const inner = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return [above, ...inner.flatMap(([key, member]) => paths(member, above.concat(key)))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, key) => Object(found)[key], value);
}

/** A copy with another value in one place; without one, the place is gone. */
function put(value: unknown, [key, ...below]: Path, other?: unknown): unknown {
  if (key === undefined) return other;
  if (Array.isArray(value)) {
    const gone = below.length === 0 && other === undefined;
    return gone
      ? value.filter((_, index) => index !== key)
      : value.map((item: unknown, index) => (index === key ? put(item, below, other) : item));
  }
  const entries = Object.entries(Object(value)).map(([name, member]) => [
    name,
    name === key ? put(member, below, other) : member,
  ]);
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
