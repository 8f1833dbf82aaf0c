import { asArray, asObject } from '../../json.ts';
import { AwsJsonError } from '../common/aws-json.ts';
import { decimalText, readDecimal } from './decimal.ts';
import { invalid, invalidValues } from './dynamodb-error.ts';

/** A value of an attribute. Numbers are in DynamoDB's own form (see `decimalText`), bytes in base64. */
export type Value =
  | { readonly type: 'S' | 'N' | 'B'; readonly value: string }
  | { readonly type: 'SS' | 'NS' | 'BS'; readonly value: readonly string[] }
  | { readonly type: 'BOOL'; readonly value: boolean }
  | { readonly type: 'NULL'; readonly value: true }
  | { readonly type: 'L'; readonly value: readonly Value[] }
  | { readonly type: 'M'; readonly value: Item };

/** An item, or a map in one: values by the names of their attributes. */
export type Item = ReadonlyMap<string, Value>;

const maxDepth = 32;

/** Reads an item of a request. Throws a ValidationException for a value that DynamoDB does not store. */
export function readItem(input: unknown, depth = 0): Item {
  const entries = Object.entries(asObject(input) ?? wrongShape());
  if (depth > maxDepth) throw invalid('Nesting Levels have exceeded supported limits');
  if (entries.some(([name]) => name === '')) {
    throw invalidValues('Attribute name must not be empty');
  }
  return new Map(entries.map(([name, value]) => [name, readValue(value, depth)]));
}

/** Reads a value of a request. Throws a ValidationException for one that DynamoDB does not store. */
export function readValue(input: unknown, depth = 0): Value {
  const [first, ...more] = Object.entries(asObject(input) ?? wrongShape());
  if (first === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (more.length > 0) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  const [type, content] = first;
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  return read(content, depth + 1);
}

/** An item as it is sent. */
export function wireItem(item: Item): Readonly<Record<string, object>> {
  return Object.fromEntries([...item].map(([name, value]) => [name, wireValue(value)]));
}

function wireValue(value: Value): object {
  if (value.type === 'M') return { M: wireItem(value.value) };
  if (value.type === 'L') return { L: value.value.map(wireValue) };
  return { [value.type]: value.value };
}

const readers: Readonly<Record<string, (content: unknown, depth: number) => Value>> = {
  S: (content) => ({ type: 'S', value: text(content) }),
  N: (content) => ({ type: 'N', value: number(text(content)) }),
  B: (content) => ({ type: 'B', value: bytes(text(content)) }),
  SS: (content) => ({ type: 'SS', value: distinct('string', array(content).map(text)) }),
  NS: (content) => ({
    type: 'NS',
    value: distinct(
      'number',
      array(content).map((each) => number(text(each))),
    ),
  }),
  BS: (content) => ({
    type: 'BS',
    value: distinct(
      'binary',
      array(content).map((each) => bytes(text(each))),
    ),
  }),
  BOOL: (content) => ({ type: 'BOOL', value: typeof content === 'boolean' ? content : wrongShape() }),
  NULL(content) {
    if (content !== true) throw invalidValues('Null attribute value types must have the value of true');
    return { type: 'NULL', value: true };
  },
  L: (content, depth) => ({ type: 'L', value: array(content).map((each) => readNested(each, depth)) }),
  M: (content, depth) => ({ type: 'M', value: readItem(content, depth) }),
};

function readNested(input: unknown, depth: number): Value {
  if (depth > maxDepth) throw invalid('Nesting Levels have exceeded supported limits');
  return readValue(input, depth);
}

function number(content: string): string {
  return decimalText(readDecimal(content));
}

/** Base64 with its padding, and in no other spelling: AWS's clients send none. */
function bytes(content: string): string {
  return Buffer.from(content, 'base64').toString('base64') === content ? content : wrongShape();
}

function distinct(kind: string, list: readonly string[]): readonly string[] {
  if (list.length === 0) throw invalidValues(`An ${kind} set  may not be empty`);
  if (new Set(list).size === list.length) return list;
  throw invalidValues(`Input collection [${list.join(', ')}] contains duplicates.`);
}

function text(content: unknown): string {
  return typeof content === 'string' && content.isWellFormed() ? content : wrongShape();
}

function array(content: unknown): readonly unknown[] {
  return asArray(content) ?? wrongShape();
}

/** Refuses JSON that is of another type than the model says: throws a SerializationException. */
export function wrongShape(): never {
  throw new AwsJsonError(
    'com.amazon.coral.service#SerializationException',
    'A value of the request has the wrong type',
  );
}
