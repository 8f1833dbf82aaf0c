import { areEqual, compareValues, sizeInExpression } from '../compare.ts';
import type { Item, Value } from '../value.ts';

/** What is compared: an attribute, a value of the request, or the size of an attribute. */
export type Operand =
  | { readonly kind: 'attribute' | 'size'; readonly name: string }
  | { readonly kind: 'value'; readonly value: Value };

/** The comparators of expressions. */
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** The tree of a condition. */
export type Condition =
  | { readonly kind: 'and'; readonly sides: readonly [Condition, Condition] }
  | { readonly kind: 'or'; readonly sides: readonly [Condition, Condition] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'exists'; readonly name: string }
  | { readonly kind: 'begins_with' | 'contains'; readonly left: Operand; readonly right: Operand };

/** Whether an item meets a condition. An item that is not there has no attributes. */
export function holds(condition: Condition, item: Item): boolean {
  if (condition.kind === 'and') return condition.sides.every((side) => holds(side, item));
  if (condition.kind === 'or') return condition.sides.some((side) => holds(side, item));
  if (condition.kind === 'not') return !holds(condition.condition, item);
  if (condition.kind === 'exists') return item.has(condition.name);
  const of = (operand: Operand): Value | undefined => valueOf(operand, item);
  if (condition.kind === 'compare') return compares(condition.comparator, of(condition.left), of(condition.right));
  if (condition.kind === 'in') return condition.list.some((each) => compares('=', of(condition.operand), of(each)));
  if (condition.kind === 'between') {
    const value = of(condition.operand);
    return compares('>=', value, of(condition.lower)) && compares('<=', value, of(condition.upper));
  }
  const has = condition.kind === 'begins_with' ? beginsWith : contains;
  return has(of(condition.left), of(condition.right));
}

function valueOf(operand: Operand, item: Item): Value | undefined {
  if (operand.kind === 'value') return operand.value;
  const value = item.get(operand.name);
  if (operand.kind === 'attribute' || value === undefined) return value;
  const size = sizeInExpression(value);
  return size === undefined ? undefined : { type: 'N', value: String(size) };
}

/** Something that is not there differs from everything, and is otherwise in no relation to it. */
function compares(comparator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  const isEqual = left !== undefined && right !== undefined && areEqual(left, right);
  if (comparator === '=') return isEqual;
  if (comparator === '<>') return !isEqual;
  const order = left && right && compareValues(left, right);
  return order !== undefined && orders[comparator](order);
}

const orders: Record<Exclude<Comparator, '=' | '<>'>, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function beginsWith(left: Value | undefined, right: Value | undefined): boolean {
  if (left?.type === 'S' && right?.type === 'S') return left.value.startsWith(right.value);
  if (left?.type !== 'B' || right?.type !== 'B') return false;
  const prefix = Buffer.from(right.value, 'base64');
  return Buffer.from(left.value, 'base64').subarray(0, prefix.length).equals(prefix);
}

function contains(left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (left.type === 'S') return right.type === 'S' && left.value.includes(right.value);
  if (left.type === 'L') return left.value.some((each) => areEqual(each, right));
  return left.type === `${right.type}S` && Array.isArray(left.value) && left.value.includes(right.value);
}
