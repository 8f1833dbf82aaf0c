import type { KeyAttribute, Table as Declared } from '../../deployment.ts';
import { compareValues } from './compare.ts';
import { invalid, invalidValues } from './dynamodb-error.ts';
import { readItem, type Item, type Value } from './value.ts';

/** Limits of the two parts of a key, in bytes. */
const maxHashBytes = 2048;
const maxRangeBytes = 1024;

/** A table and its items: those of one hash key in the order of their range keys. */
export class Table {
  readonly name: string;
  readonly hashKey: KeyAttribute;
  readonly rangeKey: KeyAttribute | undefined;
  readonly #partitions = new Map<string, Item[]>();

  constructor({ name, hashKey, rangeKey }: Declared) {
    this.name = name;
    this.hashKey = hashKey;
    this.rangeKey = rangeKey;
  }

  /** The attributes of the key, the hash key first. */
  get keyAttributes(): readonly KeyAttribute[] {
    return this.rangeKey === undefined ? [this.hashKey] : [this.hashKey, this.rangeKey];
  }

  /** Reads the key of a request, which has the attributes of the key and no others. Throws a ValidationException. */
  readKey(input: unknown): Item {
    const key = readItem(input);
    const fits = this.keyAttributes.every(({ name, type }) => key.get(name)?.type === type);
    if (!fits || key.size !== this.keyAttributes.length) {
      throw invalid('The provided key element does not match the schema');
    }
    return this.#checked(key);
  }

  /** The key of a whole item. Throws a ValidationException for an item without it. */
  keyOf(item: Item): Item {
    const entries = this.keyAttributes.map(({ name, type }): [string, Value] => {
      const value = item.get(name);
      if (value === undefined) throw invalidValues(`Missing the key ${name} in the item`);
      if (value.type === type) return [name, value];
      throw invalidValues(`Type mismatch for key ${name} expected: ${type} actual: ${value.type}`);
    });
    return this.#checked(new Map(entries));
  }

  get(key: Item): Item | undefined {
    const { items, index, isFound } = this.#find(key);
    return isFound ? items[index] : undefined;
  }

  /** Stores an item under its key; without an item, nothing is left there. */
  set(key: Item, item: Item | undefined): void {
    const { items, index, isFound } = this.#find(key);
    items.splice(index, isFound ? 1 : 0, ...(item === undefined ? [] : [item]));
    this.#partitions.set(keyText(key.get(this.hashKey.name)), items);
  }

  /** The items of a hash key, in the order of their range keys. */
  partition(hash: Value): readonly Item[] {
    return this.#partitions.get(keyText(hash)) ?? [];
  }

  /** Less than 0 if the first key comes first among the items of a hash key. */
  compare(one: Item, other: Item): number {
    if (this.rangeKey === undefined) return 0;
    const [first, second] = [one.get(this.rangeKey.name), other.get(this.rangeKey.name)];
    return first && second ? (compareValues(first, second) ?? 0) : 0;
  }

  #find(key: Item): { items: Item[]; index: number; isFound: boolean } {
    const items = this.#partitions.get(keyText(key.get(this.hashKey.name))) ?? [];
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.compare(items[middle] ?? key, key) < 0) low = middle + 1;
      else high = middle;
    }
    const found = items[low];
    return { items, index: low, isFound: found !== undefined && this.compare(found, key) === 0 };
  }

  #checked(key: Item): Item {
    for (const { name } of this.keyAttributes) {
      const value = key.get(name);
      if (value?.value === '') throw emptyKey(name);
    }
    if (bytesOf(key.get(this.hashKey.name)) > maxHashBytes) {
      throw invalidValues(`Size of hashkey has exceeded the maximum size limit of${maxHashBytes} bytes`);
    }
    if (this.rangeKey !== undefined && bytesOf(key.get(this.rangeKey.name)) > maxRangeBytes) {
      throw invalidValues(`Aggregated size of all range keys has exceeded the size limit of ${maxRangeBytes} bytes`);
    }
    return key;
  }
}

/** The refusal of a key attribute without content. */
export function emptyKey(name: string): Error {
  return invalid(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
  );
}

function bytesOf(value: Value | undefined): number {
  if (value === undefined) return 0;
  return Buffer.byteLength(keyText(value), value.type === 'B' ? 'base64' : 'utf8');
}

/** The value of a key attribute: all values of one attribute have one type, and one form each. */
function keyText(value: Value | undefined): string {
  return typeof value?.value === 'string' ? value.value : '';
}
