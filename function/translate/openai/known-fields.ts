import { rendererArguments } from '../../dialects/usual-fields.ts';
import type { Fields } from '../../dialects/openai-fields.gen.ts';

/** Which fields a request may have. */
export interface AllowedFields {
  /** The fields of OpenAI's schema, by where they stand. */
  readonly known: Fields;
  /** Names of other fields that are sent on, wherever they stand. */
  readonly others: ReadonlySet<string>;
}

/** A request without the fields that it may not have, and their paths, such as `messages.content.video`. */
export interface FilteredBody<Body> {
  readonly body: Body;
  readonly leftOut: ReadonlySet<string>;
}

interface Place {
  readonly path: string;
  readonly others: ReadonlySet<string>;
  /** Filled on the way. */
  readonly leftOut: Set<string>;
}

/**
 * A request with the fields that it may have and no others, at any depth. Gives the body itself where nothing is left out; it need
 * not be checked yet. A field that is null asks for nothing: it is left out without being named.
 */
export function withKnownFields<Body extends object>(body: Body, { known, others }: AllowedFields): FilteredBody<Body> {
  const leftOut = new Set<string>();
  return { body: known === 'any' ? body : keepFields(body, known, { path: '', others, leftOut }), leftOut };
}

function keepInside(value: unknown, known: Fields, place: Place): unknown {
  if (known === 'any' || typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? keepItems(value, known, place) : keepFields(value, known, place);
}

function keepItems(list: readonly unknown[], known: Fields, place: Place): readonly unknown[] {
  const kept = list.map((item) => keepInside(item, known, place));
  return kept.every((item, at) => item === list[at]) ? list : kept;
}

/** An object without the fields that it may not have: a copy where there are any. */
function keepFields<Value extends object>(value: Value, known: Exclude<Fields, 'any'>, place: Place): Value {
  let copy = value;
  const change = (): Value => (copy = copy === value ? { ...value } : copy);
  for (const [name, fieldValue] of Object.entries(value)) {
    const fields = Object.hasOwn(known, name) ? known[name] : undefined;
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const kept =
      fields === undefined
        ? keepOther(name, fieldValue, { ...place, path })
        : keepInside(fieldValue, fields, { ...place, path });
    if (kept === undefined) Reflect.deleteProperty(change(), name);
    else if (kept !== fieldValue) Reflect.set(change(), name, kept);
  }
  return copy;
}

/** A field that OpenAI does not know; undefined where it is left out. */
function keepOther(name: string, fieldValue: unknown, { path, others, leftOut }: Place): unknown {
  if (!others.has(name)) {
    if (fieldValue !== null && fieldValue !== undefined) leftOut.add(path);
    return undefined;
  }
  return name === 'chat_template_kwargs' ? templateVariables(fieldValue, { path, others, leftOut }) : fieldValue;
}

/** Variables for the server's chat template: plain values, and no arguments of what renders it. */
function templateVariables(fieldValue: unknown, { path, others, leftOut }: Place): unknown {
  if (typeof fieldValue !== 'object' || fieldValue === null) return fieldValue;
  const kept = Object.entries(fieldValue).filter(([name, value]) => {
    const isTaken = others.has(name) || (!rendererArguments.has(name) && (typeof value !== 'object' || value === null));
    if (!isTaken) leftOut.add(`${path}.${name}`);
    return isTaken;
  });
  return kept.length === Object.keys(fieldValue).length ? fieldValue : Object.fromEntries(kept);
}
