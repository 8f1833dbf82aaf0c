import { Ajv2020 } from 'ajv/dist/2020.js';
import { asArray, asObject, asString } from '../../json.ts';
import { valueAt } from './json-pointer.ts';
import { matching } from './pattern.ts';

type Schema = Readonly<Record<string, unknown>>;

/** How a value is made: what its texts speak of, and whether optional members are there. */
interface SampleContext {
  readonly root: Schema;
  readonly words: readonly string[];
  readonly optional: boolean;
  readonly depth: number;
  readonly index: number;
}

// Schemas that contain themselves end here, with the least that is required.
const maxOptionalDepth = 5;
// And those that say nothing but themselves end here.
const maxDepth = 50;

const ajv = new Ajv2020({ strict: false, logger: false, unicodeRegExp: false });

/** A value that satisfies a JSON Schema; its texts are the given words where the schema leaves them free. */
export function sample(schema: unknown, words: readonly string[]): unknown {
  const root = asObject(schema) ?? {};
  const making = { root, words, depth: 0, index: 0 };
  const required = valueOf(root, { ...making, optional: false });
  const complete = valueOf(root, { ...making, optional: true });
  const isEmpty = Object.keys(Object(required)).length === 0;
  const candidates = isEmpty ? [complete, required] : [required, complete];
  return candidates.find((value) => satisfies(root, value)) ?? candidates[0];
}

function satisfies({ $schema: _draft, $id: _id, ...schema }: Schema, value: unknown): boolean {
  try {
    return ajv.validate(schema, value);
  } catch {
    return true; // not a schema that can be compiled: nothing can be said against the value
  } finally {
    ajv.removeSchema(schema); // it would keep every schema that it has ever compiled
  }
}

function valueOf(schema: Schema, making: SampleContext): unknown {
  if ('const' in schema) return schema['const'];
  const listed = asArray(schema['enum']);
  if (listed !== undefined) return listed[making.index % listed.length];
  if (making.depth > maxDepth) return null;
  const inner = resolveSchema(schema, making);
  if (inner !== undefined) return valueOf(inner, { ...making, depth: making.depth + 1 });
  return makers[typeOf(schema)]?.(schema, making) ?? null;
}

/** The schema that stands for one which only points, joins or chooses. */
function resolveSchema(schema: Schema, { root, depth }: SampleContext): Schema | undefined {
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const target = asString($ref);
  if (target !== undefined) return joinSchemas(own, [valueAt(root, target)]);
  if (Array.isArray(allOf)) return joinSchemas({ ...own, ...(anyOf !== undefined && { anyOf }) }, allOf);
  const options = asArray(anyOf) ?? asArray(oneOf);
  if (options === undefined) return undefined;
  // Deep inside a schema that contains itself, the alternative that ends it is the plainest one.
  const ends = options.findLast((option) => ['null', 'string', 'boolean'].includes(String(asObject(option)?.['type'])));
  return joinSchemas(own, [(depth > maxOptionalDepth ? ends : undefined) ?? options[0]]);
}

function joinSchemas(own: Schema, parts: readonly unknown[]): Schema {
  const all = [own, ...parts.map((part) => asObject(part) ?? {})];
  const required = all.flatMap((part) => asArray(part['required']) ?? []);
  const properties = Object.assign({}, ...all.map((part) => asObject(part['properties'])));
  return {
    ...Object.assign({}, ...all.toReversed()),
    ...(required.length > 0 && { required }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

function typeOf(schema: Schema): string {
  const types = asArray(schema['type']) ?? [schema['type']];
  const named = types.find((type) => type !== 'null' && type !== undefined) ?? types[0];
  if (typeof named === 'string') return named;
  if (Object.keys(asObject(schema['properties']) ?? {}).length > 0 || 'required' in schema) return 'object';
  return 'items' in schema ? 'array' : 'string';
}

const makers: Readonly<Record<string, (schema: Schema, making: SampleContext) => unknown>> = {
  object: objectOf,
  array: arrayOf,
  string: stringOf,
  integer: (schema) => numberOf(schema, 1),
  number: (schema) => numberOf(schema, 0),
  boolean: () => true,
  null: () => null,
};

function objectOf(schema: Schema, making: SampleContext): unknown {
  const properties = asObject(schema['properties']) ?? {};
  const required = asArray(schema['required']) ?? [];
  const optional = making.optional && making.depth < maxOptionalDepth;
  const names = [
    ...new Set([
      ...Object.keys(properties).filter((name) => optional || required.includes(name)),
      ...required.map(String),
    ]),
  ];
  const inner = { ...making, depth: making.depth + 1, index: 0 };
  if (names.length === 0 && making.depth > 0 && isBare(schema)) return freeObject(making.words);
  return Object.fromEntries(names.map((name) => [name, valueOf(asObject(properties[name]) ?? {}, inner)]));
}

/** Whether a schema leaves it open what is in an object. */
function isBare({ properties, additionalProperties = true }: Schema): boolean {
  return properties === undefined && additionalProperties === true;
}

/** An object where the schema allows any. Models give an empty one at the root, and one with content in a property. */
function freeObject([word = 'example']: readonly string[]): unknown {
  return { about: word, complete: true };
}

function arrayOf(schema: Schema, making: SampleContext): unknown {
  const items = asObject(schema['items']) ?? {};
  const fixed = asArray(schema['prefixItems']) ?? [];
  const wanted = making.depth < maxOptionalDepth && 'items' in schema ? 1 : 0;
  const least = Math.max(numeric(schema['minItems']) ?? wanted, fixed.length);
  const length = Math.min(least, numeric(schema['maxItems']) ?? least);
  return Array.from({ length }, (_, index) =>
    valueOf(asObject(fixed[index]) ?? items, { ...making, depth: making.depth + 1, index }),
  );
}

const formatSamples: Readonly<Record<string, string>> = {
  'date-time': '2026-01-02T03:04:05Z',
  date: '2026-01-02',
  time: '03:04:05Z',
  duration: 'P1D',
  email: 'someone@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '01234567-89ab-4cde-8f01-23456789abcd',
};

function stringOf(schema: Schema, { words, index }: SampleContext): string {
  const pattern = asString(schema['pattern']);
  const format = formatSamples[asString(schema['format']) ?? ''];
  const free = words[index % Math.max(words.length, 1)] ?? 'example';
  const text =
    pattern === undefined
      ? (format ?? free + (index < words.length || index === 0 ? '' : ` ${index}`))
      : matching(pattern);
  const padded = text.padEnd(numeric(schema['minLength']) ?? 0, text === '' ? 'a' : text);
  return padded.slice(0, numeric(schema['maxLength']) ?? padded.length);
}

function numberOf(schema: Schema, step: 0 | 1): number {
  const least = numeric(schema['minimum']) ?? plus(numeric(schema['exclusiveMinimum']), step || 0.5);
  const most = numeric(schema['maximum']) ?? plus(numeric(schema['exclusiveMaximum']), -(step || 0.5));
  const unit = numeric(schema['multipleOf']) ?? (step || undefined);
  const start = Math.max(least ?? Math.min(1, most ?? 1), least ?? -Infinity);
  return unit === undefined ? start : Math.ceil(start / unit) * unit;
}

function plus(bound: number | undefined, step: number): number | undefined {
  return bound === undefined ? undefined : bound + step;
}

function numeric(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
