import { refTo, selfContained, sorted, type JsonSchema } from './json-schema.ts';

/** A botocore service model; only the members that the extractor reads. */
export interface ServiceModel {
  operations: Record<string, Operation>;
  shapes: Record<string, Shape>;
}

export interface Operation {
  http: { method: string; requestUri: string; responseCode?: number };
  input: { shape: string };
  output: { shape: string };
  errors: { shape: string }[];
}

export interface Shape {
  type: string;
  required?: string[];
  members?: Record<string, Member>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  enum?: string[];
  /** Ours: other values than the model's come too. */
  open?: boolean;
  min?: number;
  max?: number;
  pattern?: string;
  union?: boolean;
  document?: boolean;
  exception?: boolean;
  /** Of an exception: the service is at fault, not the caller. */
  fault?: boolean;
  payload?: string;
  error?: { httpStatusCode: number };
}

export interface Member {
  shape: string;
  location?: string;
  locationName?: string;
}

// RFC 4648, section 4: how a blob is written in JSON. That it comes in fours is left out: a pattern that counts them
// overflows the stack at 6 MB, this one takes 3 ms a megabyte.
const base64Pattern = '^[A-Za-z0-9+/]*={0,2}$';
const anyTextPattern = '[\\s\\S]*';

type Convert = (shape: Shape, of: (name: string) => JsonSchema) => JsonSchema;

// Members unknown to this model stay allowed: newer clients than the model send them, and Bedrock passes them over.
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

/** The JSON Schema of a shape's body: members that travel in the path, the query or a header are left out. */
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

/** The same model with other or further shapes. */
export function withShapes(model: ServiceModel, shapes: Readonly<Record<string, Shape>>): ServiceModel {
  return { ...model, shapes: { ...model.shapes, ...shapes } };
}

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

// Structures and enumerations keep their names; what is only a bounded string, list or number is written in place.
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
    // A union says exactly one thing.
    ...(shape.union === true && !oneMember && { oneOf: members.map((name) => ({ required: [name] })) }),
  };
}

function text(shape: Shape): JsonSchema {
  if (shape.enum !== undefined) return enumeration(shape.enum, shape.open === true);
  const constrained = shape.pattern !== undefined && shape.pattern !== anyTextPattern;
  // The service matches the whole string, whatever the pattern leaves out.
  return {
    type: 'string',
    ...bounds(shape, 'Length'),
    ...(constrained && { pattern: `^(?:${inJavaScript(shape.pattern ?? '')})$` }),
  };
}

// The patterns are Java's; what JavaScript writes otherwise is written so that it means the same with and without `u`.
const javaSyntax: readonly (readonly [string, string])[] = [
  [String.raw`\A`, '^'],
  [String.raw`\z`, '$'],
  [String.raw`[\p{Print}]`, String.raw`[\x20-\x7e]`],
  [String.raw`\p{ASCII}`, String.raw`[\x00-\x7f]`],
];

function inJavaScript(pattern: string): string {
  return javaSyntax.reduce((said, [java, javaScript]) => said.replaceAll(java, () => javaScript), pattern);
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

/** Bounds are on the bytes; three of them are four characters. */
function blobLength({ min, max }: Shape): JsonSchema {
  return {
    ...(min !== undefined && min > 0 && { minLength: Math.ceil(min / 3) * 4 }),
    ...(max !== undefined && { maxLength: Math.ceil(max / 3) * 4 }),
  };
}
