import { refTo, selfContained, sorted, type JsonSchema } from './json-schema.ts';

/** The parts of a botocore service model that the extractor reads. */
export interface ServiceModel {
  operations: Record<string, Operation>;
  shapes: Record<string, Shape>;
}

/** An operation in a service model of AWS. */
export interface Operation {
  http: { method: string; requestUri: string; responseCode?: number };
  input: { shape: string };
  output: { shape: string };
  errors: { shape: string }[];
}

/** A type in a service model of AWS. */
export interface Shape {
  type: string;
  required?: string[];
  members?: Record<string, Member>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  enum?: string[];
  /** Set by the extractor: values that the model does not list are allowed. */
  open?: boolean;
  min?: number;
  max?: number;
  pattern?: string;
  union?: boolean;
  document?: boolean;
  exception?: boolean;
  /** Whether an exception is the fault of the service, not of the caller. */
  fault?: boolean;
  payload?: string;
  error?: { httpStatusCode: number };
}

/** A field of a structure in a service model of AWS. */
export interface Member {
  shape: string;
  location?: string;
  locationName?: string;
}

// Base64 of RFC 4648, section 4, as in JSON. It does not check for groups of four: a pattern that does overflows the stack at
// 6 MB, while this one takes 3 ms per megabyte.
const base64Pattern = '^[A-Za-z0-9+/]*={0,2}$';
const anyTextPattern = '[\\s\\S]*';

type Convert = (shape: Shape, of: (name: string) => JsonSchema) => JsonSchema;

// Unknown members stay allowed: clients that are newer than the model send them, and Bedrock ignores them.
const conversions: Readonly<Record<string, Convert>> = {
  structure: structure,
  list: (shape, of) => ({ type: 'array', ...bounds(shape, 'Items'), items: of(shape.member?.shape ?? '') }),
  map: (shape, of) => ({
    type: 'object',
    ...bounds(shape, 'Properties'),
    ...names(of(shape.key?.shape ?? '')),
    additionalProperties: of(shape.value?.shape ?? ''),
  }),
  string: text,
  blob: (shape) => ({ type: 'string', contentEncoding: 'base64', ...blobLength(shape), pattern: base64Pattern }),
  boolean: () => ({ type: 'boolean' }),
  integer: (shape) => ({ type: 'integer', ...range(shape) }),
  long: (shape) => ({ type: 'integer', ...range(shape) }),
  float: (shape) => ({ type: 'number', ...range(shape) }),
  double: (shape) => ({ type: 'number', ...range(shape) }),
  timestamp: () => ({ type: 'string' }), // ISO 8601 in both services
};

/** The JSON Schema of a shape's body, without members in the path, the query or a header. */
export function extractShape(model: ServiceModel, name: string): JsonSchema {
  const definitions = new Map<string, JsonSchema>();
  const of = (inner: string): JsonSchema => {
    const shape = shapeOf(model, inner);
    if (!isNamed(shape)) return convert(shape, of);
    if (!definitions.has(inner)) {
      definitions.set(inner, {}); // ends the recursion of shapes that contain themselves
      definitions.set(inner, convert(shape, of));
    }
    return refTo(inner);
  };
  return selfContained(convert(shapeOf(model, name), of), definitions);
}

/** A copy of a model in which these shapes are added or replaced. */
export function withShapes(model: ServiceModel, shapes: Readonly<Record<string, Shape>>): ServiceModel {
  return { ...model, shapes: { ...model.shapes, ...shapes } };
}

/** Finds a shape by its name. Throws when the service model lacks it. */
export function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`The service model has no shape ${name}.`);
  return shape;
}

function convert(shape: Shape, of: (name: string) => JsonSchema): JsonSchema {
  const conversion = conversions[shape.type];
  if (conversion === undefined) throw new Error(`No JSON Schema is known for a shape of type ${shape.type}.`);
  return conversion(shape, of);
}

// Structures and enumerations become definitions; bounded strings, lists and numbers are written in place.
function isNamed(shape: Shape): boolean {
  return (shape.type === 'structure' && shape.document !== true) || shape.enum !== undefined;
}

function structure(shape: Shape, of: (name: string) => JsonSchema): JsonSchema {
  if (shape.document === true) return {};
  const body = Object.entries(shape.members ?? {}).filter(([, member]) => member.location === undefined);
  const properties = sorted(Object.fromEntries(body.map(([name, member]) => [name, of(member.shape)])));
  const members = Object.keys(properties);
  const oneMember = shape.union === true && members.length === 1;
  const required = oneMember ? members : (shape.required ?? []).filter((name) => name in properties);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties,
    // A union has exactly one of its members.
    ...(shape.union === true && !oneMember && { oneOf: members.map((name) => ({ required: [name] })) }),
  };
}

function text(shape: Shape): JsonSchema {
  if (shape.enum !== undefined) return enumeration(shape.enum, shape.open === true);
  const constrained = shape.pattern !== undefined && shape.pattern !== anyTextPattern;
  // The service matches the whole string, even if the pattern has no anchors.
  return {
    type: 'string',
    ...bounds(shape, 'Length'),
    ...(constrained && { pattern: `^(?:${inJavaScript(shape.pattern ?? '')})$` }),
  };
}

// The model's patterns are Java's. These replacements have the same meaning in JavaScript, with and without the flag `u`.
const javaSyntax: readonly (readonly [string, string])[] = [
  [String.raw`\A`, '^'],
  [String.raw`\z`, '$'],
  [String.raw`[\p{Print}]`, String.raw`[\x20-\x7e]`],
  [String.raw`\p{ASCII}`, String.raw`[\x00-\x7f]`],
];

function inJavaScript(pattern: string): string {
  return javaSyntax.reduce((result, [java, javaScript]) => result.replaceAll(java, () => javaScript), pattern);
}

function enumeration(values: string[], open: boolean): JsonSchema {
  return open ? { type: 'string', anyOf: [{ enum: values }, { type: 'string' }] } : { type: 'string', enum: values };
}

function names(key: JsonSchema): JsonSchema {
  return Object.keys(key).length > 1 ? { propertyNames: key } : {};
}

function bounds(shape: Shape, of: 'Length' | 'Items' | 'Properties'): JsonSchema {
  const { min, max } = shape;
  return {
    ...(min !== undefined && min > 0 && { [`min${of}`]: min }),
    ...(max !== undefined && { [`max${of}`]: max }),
  };
}

function range({ min, max }: Shape): JsonSchema {
  return { ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
}

/** Bounds of a base64 text for bounds in bytes: three bytes are four characters. */
function blobLength({ min, max }: Shape): JsonSchema {
  return {
    ...(min !== undefined && min > 0 && { minLength: Math.ceil(min / 3) * 4 }),
    ...(max !== undefined && { maxLength: Math.ceil(max / 3) * 4 }),
  };
}
