import type { EmbeddingForm } from '../../../catalog/embedding-families.ts';
import type { InvokeBody } from '../bodies.ts';
import { asObject } from '../bodies.ts';
import { invalid } from './asked.ts';

/**
 * What may stand at a place of a body: a text, number or boolean; a list of them; an image as base64 or a data URL, never as
 * the address of an object in the stack's account; such an address; members; or a list of one of these.
 */
type Shape = 'plain' | 'list' | 'media' | 's3' | { readonly [member: string]: Shape } | readonly [Shape];

const source = { bytes: 'media', s3Location: 's3' } as const satisfies Shape;

const cohereV3 = {
  input_type: 'plain',
  texts: 'list',
  images: ['media'],
  truncate: 'plain',
  embedding_types: 'list',
} as const satisfies Shape;

/** Every member of every family's bodies, from the pages that the families are from. */
const shapes: Readonly<Record<EmbeddingForm, Shape>> = {
  'titan-text-v1': { inputText: 'plain' },
  'titan-text-v2': { inputText: 'plain', dimensions: 'plain', normalize: 'plain', embeddingTypes: 'list' },
  'titan-image': { inputText: 'plain', inputImage: 'media', embeddingConfig: { outputEmbeddingLength: 'plain' } },
  'cohere-v3': cohereV3,
  'cohere-v4': {
    ...cohereV3,
    inputs: [{ content: [{ type: 'plain', text: 'plain', image_url: 'media' }] }],
    output_dimension: 'plain',
    max_tokens: 'plain',
  },
  'nova-embeddings': {
    schemaVersion: 'plain',
    taskType: 'plain',
    singleEmbeddingParams: {
      embeddingPurpose: 'plain',
      embeddingDimension: 'plain',
      text: { truncationMode: 'plain', value: 'plain', source },
      image: { detailLevel: 'plain', format: 'plain', source },
      audio: { format: 'plain', source },
      video: { format: 'plain', source, embeddingMode: 'plain' },
    },
  },
};

/** What a caller may have at whose cost the call is not. */
export interface Allowed {
  /** Whether the body may name objects in S3, which are read with the stack's rights. */
  readonly s3Location: boolean;
}

/**
 * A body as a call that the stack pays is sent with: the members that are known, and no others (they are named by their
 * top-level member). Throws a 400 for what a caller may not ask for at the stack's cost, and for what cannot be a body.
 */
export function rebuilt(
  body: InvokeBody,
  form: EmbeddingForm,
  allowed: Allowed,
): { readonly body: InvokeBody; readonly ignored: readonly string[] } {
  const ignored = new Set<string>();
  const kept = asObject(keep(body, shapes[form], { path: '', ignored, allowed })) ?? {};
  return { body: kept, ignored: [...ignored] };
}

interface Place {
  readonly path: string;
  readonly ignored: Set<string>;
  readonly allowed: Allowed;
}

function keep(value: unknown, shape: Shape, place: Place): unknown {
  if (value === null) return value;
  if (typeof shape === 'string') return leaves[shape](value, place);
  if (isList(shape)) {
    const [item] = shape;
    if (!Array.isArray(value)) throw notTaken(place, 'a list');
    return value.map((each: unknown, index) => keep(each, item, { ...place, path: `${place.path}[${index}]` }));
  }
  return members(value, shape, place);
}

function members(value: unknown, shape: { readonly [member: string]: Shape }, place: Place): InvokeBody {
  const object = asObject(value);
  if (object === undefined) throw notTaken(place, 'an object');
  const entries = Object.entries(object).flatMap(([name, member]) => {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const inside = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (inside !== undefined) return [[name, keep(member, inside, { ...place, path })] as const];
    place.ignored.add(path.replaceAll(/\[\d+\]/g, ''));
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
    if (/^\s*(?!data:)[a-z][a-z0-9+.-]*:/i.test(value)) throw refused(place);
    return value;
  },
  s3: (value, place) => {
    if (!place.allowed.s3Location) throw refused(place);
    const { uri, bucketOwner } = asObject(value) ?? {};
    if (typeof uri !== 'string') throw notTaken(place, 'an object with a uri');
    return { uri, ...(typeof bucketOwner === 'string' && { bucketOwner }) };
  },
};

function isList(shape: Exclude<Shape, string>): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function refused({ path }: Place) {
  return invalid(
    path,
    `The member ${path} may not name an object in S3, or any other address: the stack pays for this call. Send the data themselves.`,
  );
}

function notTaken({ path }: Place, expected: string) {
  return invalid(path, `The member ${path === '' ? 'of the body' : path} must be ${expected}.`);
}
