import { isObject } from '../../dialects/json.ts';

type Value = Readonly<Record<string, unknown>>;

/** Checks the type that a value of an answer is read with. */
export type Check = (value: unknown) => boolean;

/** Checks that a value is a string. */
export const isText: Check = (value) => typeof value === 'string';

/** Checks a field that may be absent. */
export function maybe(check: Check): Check {
  return (value) => value === undefined || check(value);
}

/** Makes a check for lists whose items all pass a check. */
export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every((item) => check(item));
}

/** Checks the named fields of an object; other fields, which may be newer than this gateway, pass. */
export function holds(fields: Readonly<Record<string, Check>>): (value: unknown) => value is Value {
  const checks = Object.entries(fields);
  return (value): value is Value => isObject(value) && checks.every(([name, check]) => check(value[name]));
}
