import { isObject } from '../../dialects/json.ts';

type Value = Readonly<Record<string, unknown>>;

/** Whether a value of an answer has the type that it is read with. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';

/** A field that may be absent. */
export function maybe(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every((item) => check(item));
}

/** Whether every field of an object that is named here is as it is read; others, which may be newer than this, pass. */
export function holds(fields: Readonly<Record<string, Check>>): (value: unknown) => value is Value {
  const checks = Object.entries(fields);
  return (value): value is Value => isObject(value) && checks.every(([name, check]) => check(value[name]));
}
