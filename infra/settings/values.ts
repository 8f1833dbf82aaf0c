import type { DefaultMaxOutput } from '../../function/catalog/family.ts';
import { nearestName } from './nearest.ts';

/** How the command that fixes an invalid value differs from the one that sets its key. */
export interface Fix {
  /** The invalid entry of a list or map, as Pulumi's `--path` writes it: `[2]`, `["gpt-4.1"]`. */
  readonly place?: string;
  /** What follows `pulumi config set` instead of the key's own example. */
  readonly example?: string;
  /** The part to remove, as `--path` writes it after `place`: a field such as `.target`, or '' for the whole place. */
  readonly remove?: string;
}

/** Error that says what a value must be; its reader adds the key and the command that fixes it. */
export class InvalidValue extends Error {
  readonly fix: Fix;
  /** Further problems of the same value. */
  readonly others: readonly InvalidValue[];

  constructor(message: string, fix: Fix = {}, others: readonly InvalidValue[] = []) {
    super(message);
    this.fix = fix;
    this.others = others;
  }
}

/** The problems of a value one by one. */
export function problemsOf({ message, fix, others }: InvalidValue): InvalidValue[] {
  return [new InvalidValue(message, fix), ...others];
}

/** One error for all problems of a value; undefined if there are none. */
function joined([first, ...others]: readonly InvalidValue[]): InvalidValue | undefined {
  return first && new InvalidValue(first.message, first.fix, others);
}

/** Reads a part of a value. Throws what `read` throws, of which `change` makes problems of the whole value if it is an InvalidValue. */
export function within<T>(read: () => T, change: (problem: InvalidValue) => InvalidValue): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw joined(problemsOf(error).map((each) => change(each)));
  }
}

/** Reads every item of a list or map. Throws one InvalidValue with the problems of all items. */
export function readAll<In, Out>(items: readonly In[], read: (item: In, index: number) => Out): Out[] {
  const problems: InvalidValue[] = [];
  const values = items.flatMap((item, index) => {
    try {
      return [read(item, index)];
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      problems.push(...problemsOf(error));
      return [];
    }
  });
  const failure = joined(problems);
  if (failure) throw failure;
  return values;
}

/** Reads one value of the stack's config, which Pulumi passes as text: JSON if it is a list or a map. Throws InvalidValue. */
export type Reader<T> = (text: string) => T;

/** One or more labels of a host name (RFC 1123). */
const hostPattern = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Reads the parts of a map. Throws one InvalidValue with the problems of all parts. */
export function together<const Parts extends Readonly<Record<string, () => unknown>>>(
  parts: Parts,
): { [Name in keyof Parts]: ReturnType<Parts[Name]> } {
  const entries = readAll(Object.entries(parts), ([name, read]): [string, unknown] => [name, read()]);
  // The same names, each with what its function returned.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as { [Name in keyof Parts]: ReturnType<Parts[Name]> };
}

/** A reader of text that matches a pattern; `what` ends the sentence "must be …". */
export function text(pattern: RegExp, what: string): Reader<string> {
  return (value) => {
    if (!pattern.test(value)) throw new InvalidValue(`must be ${what}, not ${quoted(value)}`);
    return value;
  };
}

/** Reads the name of a host or a part of one, in lower case and without a dot at its end. */
export const host = text(hostPattern, 'a host name in lower case');

/**
 * Reads the name of a domain. For a URL or a pattern, the command that fixes it contains the domain. Throws an InvalidValue for
 * any other text.
 */
export const domainName: Reader<string> = (value) => {
  if (hostPattern.test(value)) return value;
  const name = value
    .toLowerCase()
    .replace(/^([a-z]+:)?\/\//, '')
    .replace(/[/:?#].*$/, '')
    .replace(/^\*?\.|\.$/g, '');
  throw new InvalidValue(
    `must be a domain such as example.com, in lower case and without a scheme, a path, a * or a dot at its end, not ${quoted(value)}`,
    hostPattern.test(name) ? { example: `domain ${name}` } : {},
  );
};

/** Reads `true` or `false`. Throws an InvalidValue for any other text. */
export const flag: Reader<boolean> = (value) => {
  if (value !== 'true' && value !== 'false') throw new InvalidValue(`must be true or false, not ${quoted(value)}`);
  return value === 'true';
};

/** A reader of one of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (value) => {
    const word = words.find((each) => each === value);
    if (word === undefined) throw new InvalidValue(`must be one of ${words.join(', ')}, not ${quoted(value)}`);
    return word;
  };
}

/** A reader of a whole number in a range, both ends included. */
export function wholeNumber(min: number, max: number): Reader<number> {
  return (value) => {
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidValue(`must be a whole number from ${min} to ${max}, not ${quoted(value)}`);
  };
}

/** The largest `maxTokens` that Bedrock accepts. */
const maxOutputTokens = 2_147_483_647;

/** Reads a number of output tokens, or `model` for as many as the model can write. Throws an InvalidValue for any other text. */
export const maxOutput: Reader<DefaultMaxOutput> = (value) => {
  const tokens = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (value === 'model' || (tokens >= 1 && tokens <= maxOutputTokens)) return value === 'model' ? value : tokens;
  throw new InvalidValue(`must be a number of tokens or model, not ${quoted(value)}`);
};

/** A reader of one of a few numbers. */
export function numberOf(numbers: readonly number[]): Reader<number> {
  return (value) => {
    const number = numbers.find((each) => String(each) === value);
    if (number === undefined) throw new InvalidValue(`must be one of ${numbers.join(', ')}, not ${quoted(value)}`);
    return number;
  };
}

/** A reader of a list of different entries, each read by the same reader; a number is read as the text that it was written as. */
export function list<T>(entry: Reader<T>): Reader<T[]> {
  return (value) => {
    const entries = json(value);
    if (!Array.isArray(entries) || entries.length === 0) {
      throw new InvalidValue(`must be a list with at least one entry, not ${quoted(value)}`);
    }
    const texts = entries.map((each: unknown) => scalar(each));
    const duplicate = texts.findIndex((each, index) => texts.indexOf(each) !== index);
    if (duplicate >= 0) {
      throw new InvalidValue(`names ${quoted(texts[duplicate] ?? '')} twice`, { place: `[${duplicate}]` });
    }
    return readAll(texts, (each, index) => atPlace(`[${index}]`, () => entry(each)));
  };
}

/** Reads an entry of a list or map. Throws an InvalidValue that names the entry, so that the command that fixes it changes no other. */
export function atPlace<T>(place: string, read: () => T, prefix = ''): T {
  return within(read, ({ message, fix }) => new InvalidValue(prefix + message, { place, ...fix }));
}

/** The fields that a map may have; an entry of a map has those of `required`. */
interface FieldNames {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Fields of a map that has all required fields and no unknown ones. Throws InvalidValue for any other value. */
export function fields(value: unknown, names: FieldNames): Map<string, unknown> {
  return mapOf(value, names, (values) => values);
}

/**
 * Reads a map from its fields. Throws one InvalidValue for fields that are missing or not known, and for what `read` finds in the others,
 * which it is not asked for if a required field is missing.
 */
export function mapOf<T>(value: unknown, names: FieldNames, read: (values: Map<string, unknown>) => T): T {
  // `json` has made undefined of text that is not JSON.
  if (value === undefined) throw new InvalidValue('must be a map');
  // The CLI cannot set a part of a value that is not a map.
  if (!isObject(value)) throw new InvalidValue(`must be a map, not ${quoted(scalar(value))}`, { remove: '' });
  const known = [...names.required, ...names.optional];
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  const missing = names.required.filter((name) => !Object.hasOwn(value, name));
  const reads = [
    ...unknown.map((name) => () => refuse(unknownField(name, known))),
    ...missing.map((name) => () => refuse(new InvalidValue(`lacks the field ${name}`))),
    ...(missing.length > 0
      ? []
      : [() => read(new Map(Object.entries(value).filter(([name]) => known.includes(name))))]),
  ];
  const [result] = readAll(reads, (each) => each()).slice(-1);
  if (result === undefined) throw new Error('a map was neither read nor refused');
  return result;
}

function refuse(problem: InvalidValue): never {
  throw problem;
}

function unknownField(name: string, known: readonly string[]): InvalidValue {
  const meant = nearestName(name, known);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return new InvalidValue(`has no field ${quoted(name)}${hint}: it takes ${known.join(', ')}`, {
    remove: pathStep(name),
  });
}

/** A name in a map, as Pulumi's `--path` writes it after the place of the map. */
export function pathStep(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** The value of a JSON text; undefined if the text is not JSON. */
export function json(value: string): unknown {
  try {
    const parsed: unknown = JSON.parse(value);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Whether a value begins like an API key of OpenAI or the gateway (`sk-`) or of Bedrock; no message may repeat it. */
export function looksLikeToken(value: string): boolean {
  return /^(sk-|ABSK|bedrock-api-key-)/.test(value);
}

/** Whether a value is a map. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as text: a string as it is, anything else as JSON. */
export function scalar(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value in quotes for an error message, with at most 80 characters of it. */
export function quoted(value: string): string {
  return value.length > 80 ? `"${value.slice(0, 80)}…"` : `"${value}"`;
}
