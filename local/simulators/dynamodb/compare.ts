import { isDeepStrictEqual } from 'node:util';
import { compareDecimals, readDecimal } from './decimal.ts';
import type { Item, Value } from './value.ts';

/** Less than 0 if the first is less, more than 0 if it is more; undefined for values without an order, or of different types. */
export function compareValues(one: Value, other: Value): number | undefined {
  if (one.type === 'N' && other.type === 'N') return compareDecimals(readDecimal(one.value), readDecimal(other.value));
  if (one.type === 'S' && other.type === 'S') return Buffer.compare(Buffer.from(one.value), Buffer.from(other.value));
  if (one.type !== 'B' || other.type !== 'B') return undefined;
  return Buffer.compare(Buffer.from(one.value, 'base64'), Buffer.from(other.value, 'base64'));
}

/** Whether two values are equal: sets in any order, values of different types never. */
export function areEqual(one: Value, other: Value): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

function comparable({ type, value }: Value): unknown {
  if (type === 'SS' || type === 'NS' || type === 'BS') return { type, value: new Set(value) };
  if (type === 'L') return { type, value: value.map(comparable) };
  if (type === 'M') return { type, value: new Map([...value].map(([name, inner]) => [name, comparable(inner)])) };
  return { type, value };
}

/** What DynamoDB counts for an item, in bytes: the names and the values. */
export function sizeOfItem(item: Item): number {
  return total([...item].map(([name, value]) => Buffer.byteLength(name) + sizeOfValue(value)));
}

/** About 3 bytes for a list or a map, and one for each value in it. Numbers take about one byte for two digits. */
function sizeOfValue({ type, value }: Value): number {
  if (type === 'S' || type === 'N' || type === 'B') return sizeOfScalar(type, value);
  if (type === 'SS') return total(value.map((each) => sizeOfScalar('S', each)));
  if (type === 'NS') return total(value.map((each) => sizeOfScalar('N', each)));
  if (type === 'BS') return total(value.map((each) => sizeOfScalar('B', each)));
  if (type === 'L') return 3 + total(value.map((each) => 1 + sizeOfValue(each)));
  if (type === 'M') return 3 + value.size + sizeOfItem(value);
  return 1;
}

function sizeOfScalar(type: 'S' | 'N' | 'B', value: string): number {
  if (type === 'S') return Buffer.byteLength(value);
  if (type === 'B') return Buffer.from(value, 'base64').length;
  return 1 + Math.ceil(value.replaceAll(/\D/g, '').length / 2) + (value.startsWith('-') ? 1 : 0);
}

/** What the function `size` of an expression says of a value; undefined for types that it does not know. */
export function sizeInExpression(value: Value): number | undefined {
  if (value.type === 'S' || value.type === 'B') return sizeOfScalar(value.type, value.value);
  if (value.type === 'M') return value.value.size;
  return Array.isArray(value.value) ? value.value.length : undefined;
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}
