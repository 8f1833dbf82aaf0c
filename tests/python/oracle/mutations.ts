import { sample, tuple, nat } from 'fast-check';

/** A value inside a request: its container and the key it has there. */
type Path = readonly (string | number)[];

/** One thing that can be done to a value. Nothing, where it does not apply. */
type Mutation = (value: unknown) => readonly unknown[];

/** In the place of a value: take it out. */
const removed = Symbol('gone');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// Every JSON type, and for each the values at its edges.
const strangers = ['', 'words', 0, 1.5, -(2 ** 53), true, [], [{}], {}];

// Members of a union, or of nearly everything: one more of them is one too many, or unknown.
const additions = { text: 'words', unknown: 1, json: {}, bytes: 'AAAA' };

// What a name can turn into: another case, another word, and what JavaScript's own objects have.
const renamings = (name: string) => [`${name}s`, name.toUpperCase(), '', '__proto__', 'constructor'];

/** Each class of mistakes, by what it makes of one value. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'a member or item that is missing': () => [removed],
  null: () => [null],
  'another type or an edge of its own': (value) => strangers.filter((other) => !same(value, other)),
  'a list in a list, a value in a list': (value) => [[value]],
  'an item instead of its list': (value) => (Array.isArray(value) ? value.slice(0, 1) : []),
  'JSON in a string': (value) => (typeof value === 'string' ? [] : [JSON.stringify(value)]),
  'a number or a boolean in a string': (value) =>
    typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [],
  'an empty list, object or string': (value) => [Array.isArray(value) ? [] : isObject(value) ? {} : ''],
  'an item that is null or of another kind': (value) =>
    Array.isArray(value) ? [null, 7, 'words', {}, []].map((item) => value.concat([item])) : [],
  'one more member': (value) => (isObject(value) ? extended(value) : []),
  'a renamed member': (value) => (isObject(value) ? renamed(value) : []),
  'a blob that is no base64': (value) =>
    typeof value === 'string' && value.length > 16 ? ['****', 'abc', 'a===', `${value} `, `${value}=`] : [],
};

/** Every mistake of one class at every place of a value. */
export function broken(body: unknown, mutation: Mutation): unknown[] {
  return paths(body).flatMap((path) => {
    const value = path.reduce<unknown>((at, key) => Object(at)[key], body);
    return mutation(value)
      .filter((other) => path.length > 0 || other !== removed)
      .map((other) => replaced(body, path, other));
  });
}

/** So many bodies with two mistakes each, the same at every run. */
export function brokenTwice(body: unknown, count: number): unknown[] {
  const kinds = Object.values(mutations);
  const draws = sample(tuple(nat(), nat(), nat(), nat()), { seed: 20230930, numRuns: count });
  const once = (from: unknown, kind: number, at: number) => {
    const mutation = kinds[kind % kinds.length];
    const found = mutation === undefined ? [] : broken(from, mutation);
    return found.length === 0 ? from : found[at % found.length];
  };
  return draws.map(([kind, at, other, place]) => once(once(body, kind, at), other, place));
}

function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [path, ...keys.flatMap((key) => paths(Object(value)[key], [...path, key]))];
}

function replaced(body: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  const value = replaced(Object(body)[key], rest, other);
  if (Array.isArray(body)) return body.toSpliced(Number(key), 1, ...(value === removed ? [] : [value]));
  const entries = Object.entries(Object(body)).map(([name, own]) => [name, name === key ? value : own]);
  return Object.fromEntries(entries.filter(([, own]) => own !== removed));
}

function extended(value: Record<string, unknown>): unknown[] {
  return Object.entries(additions).flatMap(([name, member]) =>
    name in value
      ? []
      : [
          { ...value, [name]: member },
          { ...value, [name]: null },
        ],
  );
}

function renamed(value: Record<string, unknown>): unknown[] {
  return Object.keys(value).flatMap((name) =>
    renamings(name)
      .filter((other) => other !== name)
      // An entry, not an assignment: `__proto__` is a name like any other here.
      .map((other) =>
        Object.fromEntries(Object.entries(value).map(([key, member]) => [key === name ? other : key, member])),
      ),
  );
}

function same(value: unknown, other: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(other);
}
