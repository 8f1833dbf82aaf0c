import { asArray, asObject, asString } from '../../json.ts';
import type { Members } from '../common/aws-json.ts';
import { invalid, notEmulated, noSuchTable } from './dynamodb-error.ts';
import type { Table } from './table.ts';
import { wrongShape } from './value.ts';

/** The declared tables by their names. */
export type Tables = ReadonlyMap<string, Table>;

/** Throws a ValidationException for a parameter that the local stack does not emulate: the real service would act on it. */
export function checkMembers(input: Members, operation: string, known: readonly string[]): void {
  const stranger = Object.keys(input).find((name) => !known.includes(name));
  if (stranger !== undefined) throw notEmulated(`${stranger} in ${operation}`);
}

/** The name of the table in a request. Throws a ValidationException for a request without one. */
export function tableName(input: Members): string {
  const name = optionalText(input, 'TableName');
  if (name === undefined) throw required('TableName');
  return checkedTableName(name);
}

/** A name as a table may have it. Throws a ValidationException for any other, and for ARNs. */
export function checkedTableName(name: string): string {
  if (/^[\w.-]{3,255}$/.test(name)) return name;
  if (name.startsWith('arn:')) throw notEmulated('ARNs in place of table names');
  throw invalid(
    'TableName must be at least 3 characters long and at most 255 characters long, of the characters a-z, A-Z, 0-9, _, - and .',
  );
}

/** The table of a request. Throws a ResourceNotFoundException for one that is not declared. */
export function tableOf(input: Members, tables: Tables): Table {
  return tables.get(tableName(input)) ?? unknownTable();
}

/** Refuses a table that is not declared: throws a ResourceNotFoundException. */
export function unknownTable(): never {
  throw noSuchTable();
}

/** The refusal of a request without a parameter. */
export function required(name: string): Error {
  return invalid(`The parameter '${name}' is required but was not present in the request`);
}

/** A string of a request, if it is there. Throws a SerializationException for anything else. */
export function optionalText(input: Members, name: string): string | undefined {
  const value = input[name];
  return value === undefined ? undefined : (asString(value) ?? wrongShape());
}

/** A flag of a request. Throws a SerializationException for anything else. */
export function flag(input: Members, name: string, otherwise = false): boolean {
  const value = input[name] ?? otherwise;
  return typeof value === 'boolean' ? value : wrongShape();
}

/** One of a few words. Throws a ValidationException for any other. */
export function choice<Word extends string>(input: Members, name: string, words: readonly [Word, ...Word[]]): Word {
  const text = optionalText(input, name);
  if (text === undefined) return words[0];
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  const known = words.join(', ');
  throw invalid(
    `1 validation error detected: Value '${text}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${known}]`,
  );
}

/** A list of structures. Throws a SerializationException for anything else, and a ValidationException for one of the wrong length. */
export function structures(input: Members, name: string, max: number): readonly Members[] {
  const value = input[name];
  if (value === undefined) throw required(name);
  const list = (asArray(value) ?? wrongShape()).map((each) => asObject(each) ?? wrongShape());
  if (list.length >= 1 && list.length <= max) return list;
  const limit = list.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${max}`;
  throw invalid(
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length ${limit}`,
  );
}
