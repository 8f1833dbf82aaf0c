import { compareValues } from '../compare.ts';
import { notEmulated } from '../dynamodb-error.ts';
import type { Value } from '../value.ts';
import type { Comparator, Condition, Operand } from './condition.ts';
import type { ExpressionReader } from './reader.ts';

const comparators: readonly Comparator[] = ['=', '<>', '<', '<=', '>', '>='];

const ordered: readonly Value['type'][] = ['S', 'N', 'B'];

/** Reads a whole condition. Throws a ValidationException for one that DynamoDB refuses. */
export function readCondition(reader: ExpressionReader): Condition {
  const condition = anyOf(reader);
  if (!reader.isAtEnd) reader.unexpected();
  return condition;
}

function anyOf(reader: ExpressionReader): Condition {
  let left = allOf(reader);
  while (reader.accept('OR')) left = { kind: 'or', sides: [left, allOf(reader)] };
  return left;
}

function allOf(reader: ExpressionReader): Condition {
  let left = negated(reader);
  while (reader.accept('AND')) left = { kind: 'and', sides: [left, negated(reader)] };
  return left;
}

function negated(reader: ExpressionReader): Condition {
  return reader.accept('NOT') ? { kind: 'not', condition: negated(reader) } : single(reader);
}

function single(reader: ExpressionReader): Condition {
  if (reader.accept('(')) {
    const inner = anyOf(reader);
    reader.expect(')');
    return inner;
  }
  const name = reader.functionName();
  return name === undefined || name === 'size' ? comparison(reader, name === 'size') : call(reader, name);
}

function call(reader: ExpressionReader, name: string): Condition {
  if (name === 'attribute_exists' || name === 'attribute_not_exists') {
    const exists: Condition = { kind: 'exists', name: path(reader, name) };
    return name === 'attribute_exists' ? exists : { kind: 'not', condition: exists };
  }
  if (name === 'attribute_type') throw notEmulated('attribute_type in expressions');
  if (name !== 'begins_with' && name !== 'contains') reader.fail(`Invalid function name; function: ${name}`);
  const left = operand(reader);
  reader.expect(',');
  const right = operand(reader);
  reader.expect(')');
  if (name === 'begins_with') checkTypes(reader, { name, types: ['S', 'B'] }, [left, right]);
  return { kind: name, left, right };
}

/** The only argument of a function, which must be an attribute. */
function path(reader: ExpressionReader, name: string): string {
  const attribute = reader.attribute();
  if (attribute === undefined) {
    reader.fail(`Operator or function requires a document path; operator or function: ${name}`);
  }
  reader.expect(')');
  return attribute;
}

function comparison(reader: ExpressionReader, isSize: boolean): Condition {
  const left: Operand = isSize ? { kind: 'size', name: path(reader, 'size') } : operand(reader);
  if (reader.accept('BETWEEN')) return between(reader, left);
  if (reader.accept('IN')) return { kind: 'in', operand: left, list: list(reader) };
  const comparator = comparators.find((each) => reader.accept(each)) ?? reader.unexpected();
  const right = operand(reader);
  if (left.kind === 'attribute' && right.kind === 'attribute' && left.name === right.name) {
    reader.fail(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${comparator}, first operand: [${left.name}]`,
    );
  }
  if (comparator !== '=' && comparator !== '<>') {
    checkTypes(reader, { name: comparator, types: ordered }, [left, right]);
  }
  return { kind: 'compare', comparator, left, right };
}

function between(reader: ExpressionReader, left: Operand): Condition {
  const lower = operand(reader);
  reader.expect('AND');
  const upper = operand(reader);
  checkTypes(reader, { name: 'BETWEEN', types: ordered }, [left, lower, upper]);
  if (lower.kind === 'value' && upper.kind === 'value' && (compareValues(lower.value, upper.value) ?? 1) > 0) {
    reader.fail('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
  }
  return { kind: 'between', operand: left, lower, upper };
}

function list(reader: ExpressionReader): Operand[] {
  reader.expect('(');
  const operands = [operand(reader)];
  while (reader.accept(',')) operands.push(operand(reader));
  reader.expect(')');
  return operands;
}

function operand(reader: ExpressionReader): Operand {
  const functionName = reader.functionName();
  if (functionName === 'size') return { kind: 'size', name: path(reader, functionName) };
  if (functionName !== undefined) reader.fail(`Invalid function name; function: ${functionName}`);
  const name = reader.attribute();
  if (name !== undefined) return { kind: 'attribute', name };
  return { kind: 'value', value: reader.value() ?? reader.unexpected() };
}

interface Operator {
  readonly name: string;
  readonly types: readonly Value['type'][];
}

/** Refuses values of the request that an operator cannot take. */
function checkTypes(reader: ExpressionReader, { name, types }: Operator, operands: readonly Operand[]): void {
  for (const each of operands) {
    if (each.kind !== 'value' || types.includes(each.value.type)) continue;
    reader.fail(
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${each.value.type}`,
    );
  }
}
