import type { DefaultMaxOutput } from '../../function/catalog/family.ts';

/** What a Misfit says about the command that mends it. */
export interface Mending {
  /** The entry of a list or map that is wrong, as Pulumi's `--path` writes it: `[2]`, `["gpt-4.1"]`. */
  readonly place?: string;
  /** What follows `pulumi config set` instead of the key's own example. */
  readonly example?: string;
  /** What has to go, as `--path` writes it after `place`: a field such as `.target`, or nothing for all of the place. */
  readonly remove?: string;
}

/** Says what a value must be; the reader of the settings adds the key and the command that mends it. */
export class Misfit extends Error {
  readonly mending: Mending;

  constructor(message: string, mending: Mending = {}) {
    super(message);
    this.mending = mending;
  }
}

/** Reads one value of the stack's config, which Pulumi hands over as text: JSON where it is a list or a map. */
export type Reader<T> = (text: string) => T;

/** As AWS writes its regions, government and isolated partitions included. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;
/** One or more labels of a host name (RFC 1123). */
const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** A text that fits a pattern; `what` ends the sentence "must be …". */
export function text(pattern: RegExp, what: string): Reader<string> {
  return (value) => {
    if (!pattern.test(value)) throw new Misfit(`must be ${what}, not ${quoted(value)}`);
    return value;
  };
}

/** The name of a host or a part of one, in lower case and without a dot at its end. */
export const host = text(HOST, 'a host name in lower case');

/** The name of a domain. Where a URL, a pattern or the like was given, the command that mends it has the domain in it. */
export const domainName: Reader<string> = (value) => {
  if (HOST.test(value)) return value;
  const name = value
    .toLowerCase()
    .replace(/^([a-z]+:)?\/\//, '')
    .replace(/[/:?#].*$/, '')
    .replace(/^\*?\.|\.$/g, '');
  throw new Misfit(
    `must be a domain such as example.com, in lower case and without a scheme, a path, a * or a dot at its end, not ${quoted(value)}`,
    HOST.test(name) ? { example: `domain ${name}` } : {},
  );
};

/** A region of AWS. */
export const region = text(REGION, 'a region such as us-east-1');

/** `true` or `false`. */
export const flag: Reader<boolean> = (value) => {
  if (value !== 'true' && value !== 'false') throw new Misfit(`must be true or false, not ${quoted(value)}`);
  return value === 'true';
};

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (value) => {
    const word = words.find((each) => each === value);
    if (word === undefined) throw new Misfit(`must be one of ${words.join(', ')}, not ${quoted(value)}`);
    return word;
  };
}

/** A whole number in a range, both ends included. */
export function whole(least: number, most: number): Reader<number> {
  return (value) => {
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new Misfit(`must be a whole number from ${least} to ${most}, not ${quoted(value)}`);
  };
}

/** The largest that Bedrock takes as maxTokens. */
const MOST_OUTPUT = 2_147_483_647;

/** Tokens of an answer, or `model` for as many as the model can write. */
export const maxOutput: Reader<DefaultMaxOutput> = (value) => {
  const tokens = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (value === 'model' || (tokens >= 1 && tokens <= MOST_OUTPUT)) return value === 'model' ? value : tokens;
  throw new Misfit(`must be a number of tokens or model, not ${quoted(value)}`);
};

/** One of a few numbers: those that the service takes. */
export function numberOf(numbers: readonly number[]): Reader<number> {
  return (value) => {
    const number = numbers.find((each) => String(each) === value);
    if (number === undefined) throw new Misfit(`must be one of ${numbers.join(', ')}, not ${quoted(value)}`);
    return number;
  };
}

/** A list whose entries differ and are all read by the same reader. Numbers are read as the text they are written as. */
export function list<T>(entry: Reader<T>): Reader<T[]> {
  return (value) => {
    const entries = json(value);
    if (!Array.isArray(entries) || entries.length === 0) {
      throw new Misfit(`must be a list with at least one entry, not ${quoted(value)}`);
    }
    const texts = entries.map((each: unknown) => scalar(each));
    const twice = texts.findIndex((each, index) => texts.indexOf(each) !== index);
    if (twice >= 0) throw new Misfit(`names ${quoted(texts[twice] ?? '')} twice`, { place: `[${twice}]` });
    return texts.map((each, index) => inPlace(`[${index}]`, () => entry(each)));
  };
}

/** Reads an entry of a list or map; its Misfit names the entry, so that the command that mends it does not change another. */
export function inPlace<T>(place: string, read: () => T, prefix = ''): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new Misfit(prefix + error.message, { place, ...error.mending });
  }
}

/** A map with exactly these fields. */
export function members(
  value: unknown,
  names: { required: readonly string[]; optional: readonly string[] },
): Map<string, unknown> {
  // Text that is no JSON has come here as undefined.
  if (value === undefined) throw new Misfit('must be a map');
  // The CLI sets no part of what is there as another kind of value.
  if (!isObject(value)) throw new Misfit(`must be a map, not ${quoted(scalar(value))}`, { remove: '' });
  const known = [...names.required, ...names.optional];
  const strange = Object.keys(value).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new Misfit(`has no field ${quoted(strange)}: it takes ${known.join(', ')}`, { remove: step(strange) });
  }
  const missing = names.required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new Misfit(`lacks the field ${missing}`);
  return new Map(Object.entries(value));
}

/** A name of a map as Pulumi's `--path` writes it after what holds the map. */
export function step(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** The JSON text of a list or a map; anything else is undefined. */
export function json(value: string): unknown {
  try {
    const parsed: unknown = JSON.parse(value);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Whether a value is a map. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as the text that it is in a config file. */
export function scalar(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value as an error shows it: short. */
export function quoted(value: string): string {
  return value.length > 80 ? `"${value.slice(0, 80)}…"` : `"${value}"`;
}
