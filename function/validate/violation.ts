/** What ajv says of one failed rule; as much of its ErrorObject as is read here. */
export interface Violation {
  readonly keyword: string;
  /** A JSON pointer, such as `/messages/2/content`. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The steps of a JSON pointer. */
export function pointer(instancePath: string): string[] {
  const steps = instancePath.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that a JSON pointer leads to, if there is one. */
export function valueAt(instancePath: string, body: unknown): unknown {
  return pointer(instancePath).reduce(fieldOf, body);
}

/** An own field of an object or an item of a list. */
export function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}

/** The name of a field, which is the caller's own text: a long one is cut, so that no prompt comes back in an error. */
export function shortName(step: string): string {
  return step.length > 64 ? `${step.slice(0, 64)}…` : step;
}

/** JSON's types in a sentence. */
export const articles: Readonly<Record<string, string>> = {
  array: 'an array',
  object: 'an object',
  integer: 'an integer',
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
};

/** What was expected, from the `type` keyword of a schema. */
export function expectedType(types: unknown): string {
  const names = Array.isArray(types) ? types : [types];
  const wanted = names.filter((type) => type !== 'null').map((type) => articles[String(type)] ?? String(type));
  return wanted.join(' or ');
}

/** What was found instead: never more than its type. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  // 1e999 is a number in JSON, but in nothing that reads it.
  if (value === Infinity || value === -Infinity) return 'a number out of range';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number';
  return articles[typeof value] ?? typeof value;
}
