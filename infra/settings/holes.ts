import { removeCommand } from './rule.ts';
import { InvalidValue, isObject, json, pathStep } from './values.ts';

/** The path from a value to a part of it: names in maps, indexes in lists. */
type Path = readonly (string | number)[];

/**
 * Checks that a key of the config has a value without gaps; throws InvalidValue. An empty line in the stack's file leaves a
 * gap, and so does `pulumi config set --path 'cors[1]'` if `cors` was JSON text: it replaces the text by a list without `cors[0]`.
 */
export function checkFilled(name: string, text: string): void {
  // The CLI passes an empty value as an empty text, and announces that it will become null.
  if (text === '' || text === 'null') throw new InvalidValue('has no value');
  const hole = /null/.test(text) ? firstHole(json(text), []) : undefined;
  if (hole === undefined) return;
  const place = pathOf(hole);
  throw new InvalidValue(
    `has no value at ${place}. An empty entry in the stack's file leaves that, and so does --path on a value that was JSON text, which it replaces`,
    hole.length > 1 ? { example: `--path '${name}${place}' <value>` } : { place },
  );
}

/** A part of a value, as Pulumi's `--path` writes it after the key. */
function pathOf(path: Path): string {
  return path.map((each) => (typeof each === 'number' ? `[${each}]` : pathStep(each))).join('');
}

/**
 * Refuses an entry whose name was split at a dot; throws InvalidValue. `--path models.gpt-4.1.target` makes a map inside of the
 * entry `gpt-4`, since every dot begins a new step, and `--path models.gpt-4.1` makes a field that begins with a digit.
 * `known` are the fields that an entry may have.
 */
export function checkUnsplit(key: string, [name, entry]: [string, unknown], known: readonly string[]): void {
  if (!isObject(entry)) return;
  const inner = Object.entries(entry).find(
    ([field, value]) => !known.includes(field) && (isObject(value) || /^\d/.test(field)),
  );
  if (inner === undefined) return;
  const whole = [name, ...namesWithin(inner, known)].join('.');
  const rest = known[0] ?? '';
  // Without the inner map, the entry would be empty.
  const place = known.some((field) => Object.hasOwn(entry, field)) ? `["${name}"]["${inner[0]}"]` : `["${name}"]`;
  throw new InvalidValue(
    `has ${JSON.stringify(name)} with ${JSON.stringify(inner[0])} inside it, which --path makes of a name with dots unless the name is quoted. Remove that with: ${removeCommand(`--path '${key}${place}'`)}`,
    { example: `--path '${key}["${whole}"].${rest}' <${rest}>` },
  );
}

/** The other parts of a name that was split at its dots. */
function namesWithin([name, value]: [string, unknown], known: readonly string[]): string[] {
  if (!isObject(value) || known.some((field) => Object.hasOwn(value, field))) return [name];
  const [next] = Object.entries(value);
  return next === undefined ? [name] : [name, ...namesWithin(next, known)];
}

function firstHole(value: unknown, path: Path): Path | undefined {
  if (value === null) return path;
  if (typeof value !== 'object') return undefined;
  const parts: [string | number, unknown][] = Array.isArray(value)
    ? value.map((part: unknown, index) => [index, part])
    : Object.entries(value ?? {});
  for (const [name, part] of parts) {
    const hole = firstHole(part, [...path, name]);
    if (hole !== undefined) return hole;
  }
  return undefined;
}
