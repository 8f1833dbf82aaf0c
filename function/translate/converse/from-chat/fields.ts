import { isObject, type JsonObject, type JsonValue } from '../../../dialects/json.ts';

/**
 * What the caller's JSON pointers (RFC 6901) find in the server's answer, at the same places in an object of its own; what they
 * do not find is left out, as Bedrock leaves it out.
 */
export function fieldsAt(paths: readonly string[], answer: object): JsonObject | undefined {
  const found: JsonObject = {};
  for (const path of paths) {
    const steps = stepsOf(path);
    const value = steps.reduce<unknown>(member, answer);
    if (steps.length > 0 && value !== undefined) put(found, steps, JSON.parse(JSON.stringify(value)));
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function stepsOf(path: string): string[] {
  if (!path.startsWith('/')) return [];
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function member(value: unknown, step: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? Reflect.get(value, step)
    : undefined;
}

function put(target: JsonObject, [step = '', ...below]: readonly string[], value: JsonValue): void {
  const inner = Object.hasOwn(target, step) ? target[step] : undefined;
  const next = isObject(inner) ? inner : {};
  if (below.length > 0) put(next, below, value);
  // Not by assignment: a step may be called __proto__.
  Object.defineProperty(target, step, {
    value: below.length > 0 ? next : value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
