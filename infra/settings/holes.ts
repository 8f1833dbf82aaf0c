import { removeCommand } from './rule.ts';
import { Misfit, isObject, json, step } from './values.ts';

/** Steps from a value to a part of it: names of a map, numbers of a list. */
type Steps = readonly (string | number)[];

/**
 * Checks that something is set where the config has a key. An empty line of the stack's file is not, and neither is what
 * `pulumi config set --path 'cors[1]'` leaves at 0 when `cors` was one JSON text: it replaces the text by a new list.
 */
export function checkFilled(name: string, text: string): void {
  // The CLI hands over an empty value as an empty text; it says that it will be null.
  if (text === '' || text === 'null') throw new Misfit('has no value');
  const hole = /null/.test(text) ? firstHole(json(text), []) : undefined;
  if (hole === undefined) return;
  const place = pathOf(hole);
  throw new Misfit(
    `has no value at ${place}. An empty entry in the stack's file leaves that, and so does --path on a value that was JSON text, which it replaces`,
    hole.length > 1 ? { example: `--path '${name}${place}' <value>` } : { place },
  );
}

/** A part of a value, as Pulumi's `--path` writes it after the key. */
function pathOf(steps: Steps): string {
  return steps.map((each) => (typeof each === 'number' ? `[${each}]` : step(each))).join('');
}

/**
 * Refuses a map inside of an entry, where there should be none: `--path models.gpt-4.1.target` makes one, since every dot
 * begins a new step. So does `--path models.gpt-4.1`, but for the map: no field begins with a digit. `known` are the names
 * that an entry of the key may have.
 */
export function checkUnsplit(key: string, [name, entry]: [string, unknown], known: readonly string[]): void {
  if (!isObject(entry)) return;
  const inner = Object.entries(entry).find(
    ([member, value]) => !known.includes(member) && (isObject(value) || /^\d/.test(member)),
  );
  if (inner === undefined) return;
  const whole = [name, ...namesWithin(inner, known)].join('.');
  const rest = known[0] ?? '';
  // What is left without the inner map would be an entry that says nothing.
  const place = known.some((member) => Object.hasOwn(entry, member)) ? `["${name}"]["${inner[0]}"]` : `["${name}"]`;
  throw new Misfit(
    `has ${JSON.stringify(name)} with ${JSON.stringify(inner[0])} inside it, which --path makes of a name with dots unless the name is quoted. Remove that with: ${removeCommand(`--path '${key}${place}'`)}`,
    { example: `--path '${key}["${whole}"].${rest}' <${rest}>` },
  );
}

/** The rest of a name that was taken apart at its dots. */
function namesWithin([name, value]: [string, unknown], known: readonly string[]): string[] {
  if (!isObject(value) || known.some((member) => Object.hasOwn(value, member))) return [name];
  const [next] = Object.entries(value);
  return next === undefined ? [name] : [name, ...namesWithin(next, known)];
}

function firstHole(value: unknown, steps: Steps): Steps | undefined {
  if (value === null) return steps;
  if (typeof value !== 'object') return undefined;
  const parts: [string | number, unknown][] = Array.isArray(value)
    ? value.map((part: unknown, index) => [index, part])
    : Object.entries(value ?? {});
  for (const [name, part] of parts) {
    const hole = firstHole(part, [...steps, name]);
    if (hole !== undefined) return hole;
  }
  return undefined;
}
