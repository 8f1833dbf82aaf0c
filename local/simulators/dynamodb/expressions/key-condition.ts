import type { KeyAttribute } from '../../../deployment.ts';
import { invalid, invalidValues } from '../dynamodb-error.ts';
import { emptyKey, type Table } from '../table.ts';
import type { Value } from '../value.ts';
import type { Condition, Operand } from './condition.ts';

/** What a query asks for: a hash key, and perhaps a range of range keys. */
export interface KeyCondition {
  readonly hash: Value;
  /** A condition on the range key; absent for all items of the hash key. */
  readonly range?: Condition;
}

interface Part {
  readonly name: string;
  readonly condition: Condition;
  readonly values: readonly Value[];
}

/** The query that a condition means. Throws a ValidationException for one that is no query of the table. */
export function keyConditionOf(condition: Condition, { hashKey, rangeKey }: Table): KeyCondition {
  const parts = partsOf(condition);
  const hash = only(parts, hashKey);
  const range = rangeKey && only(parts, rangeKey);
  const value = hash?.values[0];
  if (hash === undefined || value === undefined) {
    throw invalid(`Query condition missed key schema element: ${hashKey.name}`);
  }
  if (hash.condition.kind !== 'compare' || hash.condition.comparator !== '=') notSupported();
  if (parts.length > 1 && range === undefined) {
    throw invalid(`Query condition missed key schema element: ${rangeKey?.name ?? hashKey.name}`);
  }
  if (parts.length > 2) notSupported();
  return { hash: value, ...(range && { range: range.condition }) };
}

function only(parts: readonly Part[], { name, type }: KeyAttribute): Part | undefined {
  const [found, second] = parts.filter((each) => each.name === name);
  if (second !== undefined) {
    throw invalid('KeyConditionExpressions must only contain one condition per key');
  }
  for (const value of found?.values ?? []) {
    if (value.type !== type) throw invalidValues('Condition parameter type does not match schema type');
    if (value.value === '') throw emptyKey(name);
  }
  return found;
}

function partsOf(condition: Condition): Part[] {
  if (condition.kind === 'and') return condition.sides.flatMap(partsOf);
  if (condition.kind === 'between') return [part(condition, condition.operand, [condition.lower, condition.upper])];
  if (condition.kind === 'begins_with') return [part(condition, condition.left, [condition.right])];
  if (condition.kind !== 'compare') return wrongOperator(operators[condition.kind]);
  if (condition.comparator === '<>') wrongOperator('<>');
  return [part(condition, condition.left, [condition.right])];
}

const operators = {
  or: 'OR',
  not: 'NOT',
  in: 'IN',
  exists: 'attribute_exists',
  contains: 'contains',
} as const;

function wrongOperator(operator: string): never {
  throw invalid(`Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: ${operator}`);
}

function part(condition: Condition, key: Operand, operands: readonly Operand[]): Part {
  if (key.kind !== 'attribute') notSupported();
  const values = operands.map((each) => (each.kind === 'value' ? each.value : notSupported()));
  return { name: key.name, condition, values };
}

function notSupported(): never {
  throw invalid('Query key condition not supported');
}
