import { notEmulated } from '../dynamodb-error.ts';
import type { ExpressionReader } from './reader.ts';
import type { Action, Expression } from './update.ts';

/** Reads a whole update. Throws a ValidationException for one that DynamoDB refuses. */
export function readUpdate(reader: ExpressionReader): Action[] {
  const actions: Action[] = [];
  const sections = new Set<string>();
  while (!reader.isAtEnd) {
    const section = Object.keys(readers).find((each) => reader.accept(each)) ?? reader.unexpected();
    if (sections.has(section)) {
      reader.fail(`The "${section}" section can only be used once in an update expression;`);
    }
    sections.add(section);
    actions.push(...listOf(reader, readers[section] ?? unknown));
  }
  checkDistinct(reader, actions);
  return actions;
}

const readers: Readonly<Record<string, (reader: ExpressionReader) => Action>> = {
  SET(reader) {
    const name = attribute(reader);
    reader.expect('=');
    return { kind: 'set', name, to: expression(reader) };
  },
  REMOVE: (reader) => ({ kind: 'remove', name: attribute(reader) }),
  ADD(reader) {
    const name = attribute(reader);
    const value = reader.value() ?? reader.unexpected();
    if (['SS', 'NS', 'BS'].includes(value.type)) throw notEmulated('ADD of sets in an UpdateExpression');
    if (value.type !== 'N') wrongType(reader, 'ADD', value.type);
    return { kind: 'add', name, value };
  },
  DELETE: unknown,
};

function unknown(): never {
  throw notEmulated('the DELETE section of an UpdateExpression');
}

function listOf(reader: ExpressionReader, read: (reader: ExpressionReader) => Action): Action[] {
  const actions = [read(reader)];
  while (reader.accept(',')) actions.push(read(reader));
  return actions;
}

function attribute(reader: ExpressionReader): string {
  return reader.attribute() ?? reader.unexpected();
}

function expression(reader: ExpressionReader): Expression {
  const left = term(reader);
  const sign = ['+', '-'].find((each) => reader.accept(each));
  if (sign === undefined) return left;
  const right = term(reader);
  for (const side of [left, right]) {
    if (side.kind === 'value' && side.value.type !== 'N') wrongType(reader, sign, side.value.type);
  }
  return { kind: sign === '+' ? 'plus' : 'minus', left, right };
}

function term(reader: ExpressionReader): Expression {
  const name = reader.functionName();
  if (name === 'list_append') throw notEmulated('list_append in an UpdateExpression');
  if (name !== undefined) return ifNotExists(reader, name);
  const value = reader.value();
  return value === undefined ? { kind: 'attribute', name: attribute(reader) } : { kind: 'value', value };
}

function ifNotExists(reader: ExpressionReader, functionName: string): Expression {
  if (functionName !== 'if_not_exists') reader.fail(`Invalid function name; function: ${functionName}`);
  const name = attribute(reader);
  reader.expect(',');
  const otherwise = term(reader);
  reader.expect(')');
  return { kind: 'if_not_exists', name, otherwise };
}

function wrongType(reader: ExpressionReader, operator: string, type: string): never {
  return reader.fail(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );
}

function checkDistinct(reader: ExpressionReader, actions: readonly Action[]): void {
  const names = actions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  reader.fail(
    `Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${twice}], path two: [${twice}]`,
  );
}
