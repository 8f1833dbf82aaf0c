import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ApiError } from '../errors.ts';
import type { Item } from './items.ts';

/** The largest item of DynamoDB, with the names of its attributes: 400 kB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). */
const maxItemBytes = 400 * 1024;

/** DynamoDB's own sizes of a number of 38 digits and of what a list, a map or an entry of them takes beside its contents. */
const [numberBytes, documentBytes, entryBytes] = [21, 3, 1];

/**
 * Throws the ApiError 400 for an item that is larger than DynamoDB takes. Numbers count as the longest, so a few items just below the limit
 * are refused too.
 */
export function checkItemSize(item: Item): void {
  if (fieldsBytes(item) <= maxItemBytes) return;
  throw new ApiError(
    'What would be kept is larger than 400 kB, the limit of one record: list fewer models, rate limits or alerts. For models, a pattern of ' +
      'the config (a name that ends in `*`) is one name. Nothing was changed.',
    { status: 400, code: 'record_too_large' },
  );
}

function fieldsBytes(fields: Readonly<Record<string, AttributeValue>>): number {
  const sizes = Object.entries(fields).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value));
  return sum(sizes);
}

function valueBytes({ S: text, L: list, M: map }: AttributeValue): number {
  if (text !== undefined) return Buffer.byteLength(text);
  if (list !== undefined) return documentBytes + sum(list.map((each) => entryBytes + valueBytes(each)));
  if (map !== undefined) return documentBytes + entryBytes * Object.keys(map).length + fieldsBytes(map);
  return numberBytes;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((all, each) => all + each, 0);
}
