import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';

/** Different definitions of one property, by their JSON text. */
export type Alternatives = ReadonlyMap<string, JsonValue>;

/** A set of alternatives with one schema. */
export function alternative(schema: JsonValue): Alternatives {
  return new Map([[JSON.stringify(schema), schema]]);
}

/** Definitions that hold at once: joined where each says something of its own, else all of them as alternatives. */
export function both(one: Alternatives, other: Alternatives): Alternatives {
  const [few, many] = one.size <= other.size ? [one, other] : [other, one];
  const [base] = few.values();
  if (few.size !== 1 || base === undefined) return new Map([...one, ...other]);
  const joined = [...many.values()].map((schema) => joint(base, schema));
  if (!joined.every((schema) => schema !== undefined)) return new Map([...one, ...other]);
  return new Map(joined.map((schema) => [JSON.stringify(schema), schema]));
}

/** Keywords that describe and do not constrain: the first definition's count. */
const annotations = new Set(['title', 'description', 'default', 'examples', '$comment']);

/** One definition that says what both say; undefined where they speak of the same thing differently. */
function joint(one: JsonValue, other: JsonValue): JsonValue | undefined {
  if (one === true) return other;
  if (other === true) return one;
  if (!isObject(one) || !isObject(other)) return undefined;
  const clash = Object.entries(other).some(
    ([name, value]) =>
      Object.hasOwn(one, name) && !annotations.has(name) && JSON.stringify(one[name]) !== JSON.stringify(value),
  );
  return clash ? undefined : { ...other, ...one };
}

/** The alternatives as one definition: constants and enums as one `enum`, others as `anyOf`. */
export function definition(alternatives: Alternatives): JsonValue {
  const possible = [...alternatives.values()].filter((one) => one !== false);
  const enumerated = possible.filter(isEnumerated);
  const others = possible.filter((one) => !isEnumerated(one));
  const options = enumerated.length > 0 ? [enumeration(enumerated), ...others] : others;
  const [only] = options;
  if (only === undefined) return false;
  return options.length === 1 ? only : { anyOf: options };
}

function isEnumerated(value: JsonValue): value is JsonObject {
  return isObject(value) && (Object.hasOwn(value, 'const') || Array.isArray(value['enum']));
}

function enumeration(definitions: readonly JsonObject[]): JsonObject {
  const [first = {}] = definitions;
  if (definitions.length === 1) return first;
  const values = new Map(definitions.flatMap(valuesOf).map((value) => [JSON.stringify(value), value]));
  const types = new Set(definitions.map(({ type }) => JSON.stringify(type)));
  const { const: _const, enum: _enum, type, ...rest } = first;
  return {
    ...(types.size === 1 && type !== undefined ? { type } : {}),
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => annotations.has(name) && name !== 'default')),
    enum: [...values.values()],
  };
}

/** The values of a definition with `const` or `enum`. */
export function valuesOf({ const: only, enum: listed }: JsonObject): JsonValue[] {
  if (only !== undefined) return [only];
  return Array.isArray(listed) ? listed : [];
}
