import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * What may stand at a place of a body that the stack pays: a text, number or boolean; a list of them; data as base64 or a data
 * URL, never an address; an address in the stack's account; JSON that only the model reads; an object with these fields
 * and no others; a list of one shape; or what a function finds out by the value itself.
 */
export type Shape =
  | 'plain'
  | 'list'
  | 'media'
  | 's3'
  | 'json'
  | { readonly [field: string]: Shape }
  | readonly [Shape]
  | ((value: unknown, path: string) => Shape);

/** What a caller may have at whose cost the call is not. */
export interface Allowed {
  /** Whether the body may name objects in S3, which are read with the stack's rights. */
  readonly s3Location: boolean;
}

/**
 * A body as a call that the stack pays is sent with: the fields that are known, and no others (they are named by their path).
 * Throws an ApiError 400 for what a caller may not ask for at the stack's cost, and for what cannot be a body.
 */
export function rebuild(
  body: Members,
  shape: { readonly [field: string]: Shape },
  allowed: Allowed,
): { readonly body: Members; readonly ignored: readonly string[] } {
  const ignored = new Set<string>();
  return { body: fields(body, shape, { path: '', ignored, allowed }), ignored: [...ignored] };
}

interface Place {
  readonly path: string;
  readonly ignored: Set<string>;
  readonly allowed: Allowed;
}

function keep(value: unknown, shape: Shape, place: Place): unknown {
  if (value === null) return value;
  if (typeof shape === 'function') return keep(value, shape(value, place.path), place);
  if (typeof shape === 'string') return leaves[shape](value, place);
  if (isList(shape)) {
    const [item] = shape;
    if (!Array.isArray(value)) throw notTaken(place, 'a list');
    return value.map((each: unknown, index) => keep(each, item, { ...place, path: `${place.path}[${index}]` }));
  }
  return fields(value, shape, place);
}

function fields(value: unknown, shape: { readonly [field: string]: Shape }, place: Place): Members {
  if (!isObject(value)) throw notTaken(place, 'an object');
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const inside = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (inside !== undefined) return [[name, keep(inner, inside, { ...place, path })] as const];
    place.ignored.add(path.includes('[') ? path.replaceAll(/\[\d+\]/g, '') : path);
    return [];
  });
  return Object.fromEntries(entries);
}

const leaves: Readonly<Record<Extract<Shape, string>, (value: unknown, place: Place) => unknown>> = {
  plain: (value, place) => {
    if (isPlain(value)) return value;
    throw notTaken(place, 'a text, a number or a boolean');
  },
  list: (value, place) => {
    if (Array.isArray(value) && value.every(isPlain)) return value;
    throw notTaken(place, 'a list of texts');
  },
  media: (value, place) => {
    if (typeof value !== 'string') throw notTaken(place, 'a text');
    // Only data are taken: an address would be fetched, or read from S3, in the stack's name.
    if (/^\s*(?!data:)[a-z][a-z0-9+.-]*:/i.test(value)) throw addressRefused(place);
    return value;
  },
  s3: (value, place) => {
    if (!place.allowed.s3Location) throw addressRefused(place);
    const { uri, bucketOwner } = isObject(value) ? value : {};
    if (typeof uri !== 'string') throw notTaken(place, 'an object with a uri');
    return { uri, ...(typeof bucketOwner === 'string' && { bucketOwner }) };
  },
  json: (value) => value,
};

function isList(shape: Exclude<Shape, string>): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function addressRefused({ path }: Place): ApiError {
  return invalid(
    path,
    `The field ${path} may not name an object in S3, or any other address: the stack pays for this call. Send the data themselves.`,
  );
}

function notTaken({ path }: Place, expected: string): ApiError {
  return invalid(path, `The field ${path} must be ${expected}.`);
}

function invalid(param: string, message: string): ApiError {
  return new ApiError(message, { status: 400, code: 'invalid_value', param });
}
