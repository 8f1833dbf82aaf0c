import { decimalText, negative, readDecimal, sum } from '../decimal.ts';
import { invalid } from '../dynamodb-error.ts';
import type { Item, Value } from '../value.ts';

/** What an attribute is set to. */
export type Expression =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'if_not_exists'; readonly name: string; readonly otherwise: Expression }
  | { readonly kind: 'plus' | 'minus'; readonly left: Expression; readonly right: Expression };

/** One change of one attribute. */
export type Action =
  | { readonly kind: 'set'; readonly name: string; readonly to: Expression }
  | { readonly kind: 'add'; readonly name: string; readonly value: Value }
  | { readonly kind: 'remove'; readonly name: string };

/** An item after an update: every action sees the item as it was before. Throws a ValidationException for what does not fit it. */
export function updated(item: Item, actions: readonly Action[]): Item {
  const after = new Map(item);
  for (const action of actions) {
    const value = valueAfter(action, item);
    if (value === undefined) after.delete(action.name);
    else after.set(action.name, value);
  }
  return after;
}

function valueAfter(action: Action, item: Item): Value | undefined {
  if (action.kind === 'remove') return undefined;
  if (action.kind === 'set') return evaluate(action.to, item);
  return added(item.get(action.name) ?? { type: 'N', value: '0' }, action.value);
}

function evaluate(expression: Expression, item: Item): Value {
  if (expression.kind === 'value') return expression.value;
  if (expression.kind === 'attribute') return item.get(expression.name) ?? missing();
  if (expression.kind === 'if_not_exists') return item.get(expression.name) ?? evaluate(expression.otherwise, item);
  const right = evaluate(expression.right, item);
  return added(evaluate(expression.left, item), expression.kind === 'minus' ? negated(right) : right);
}

function missing(): never {
  throw invalid('The provided expression refers to an attribute that does not exist in the item');
}

function added(one: Value, other: Value): Value {
  if (one.type !== 'N' || other.type !== 'N') wrongType();
  return { type: 'N', value: decimalText(sum(readDecimal(one.value), readDecimal(other.value))) };
}

function negated(value: Value): Value {
  if (value.type !== 'N') wrongType();
  return { type: 'N', value: decimalText(negative(readDecimal(value.value))) };
}

function wrongType(): never {
  throw invalid('An operand in the update expression has an incorrect data type');
}
