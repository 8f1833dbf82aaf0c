import { asObject, asString } from '../../../json.ts';
import { invalid } from '../dynamodb-error.ts';
import { readValue, wrongShape, type Value } from '../value.ts';
import { reservedWords } from './reserved-words.ts';

/** What the `#names` and `:values` of a request stand for. Every one must be used by one of its expressions. */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #used = new Set<string>();

  /** Throws a ValidationException for placeholders that are not well formed. */
  constructor(names: unknown, values: unknown) {
    const named = entries('ExpressionAttributeNames', names, /^#\w+$/);
    const valued = entries('ExpressionAttributeValues', values, /^:\w+$/);
    this.#names = new Map(named.map(([key, name]) => [key, asString(name) ?? wrongShape()]));
    this.#values = new Map(valued.map(([key, value]) => [key, readValue(value)]));
  }

  /** The attribute that a word or a `#name` of an expression means. Throws a ValidationException. */
  name(word: string, expression: string): string {
    if (!word.startsWith('#')) return unreserved(word, expression);
    const name = this.#names.get(word);
    if (name === undefined) {
      throw invalid(
        `Invalid ${expression}: An expression attribute name used in the document path is not defined; attribute name: ${word}`,
      );
    }
    this.#used.add(word);
    return name;
  }

  /** The value that a `:value` of an expression means. Throws a ValidationException. */
  value(word: string, expression: string): Value {
    const value = this.#values.get(word);
    if (value === undefined) {
      throw invalid(
        `Invalid ${expression}: An expression attribute value used in expression is not defined; attribute value: ${word}`,
      );
    }
    this.#used.add(word);
    return value;
  }

  /** Throws a ValidationException for a placeholder that no expression has used. */
  checkUsed(hasExpressions: boolean): void {
    this.#check('ExpressionAttributeNames', [...this.#names.keys()], hasExpressions);
    this.#check('ExpressionAttributeValues', [...this.#values.keys()], hasExpressions);
  }

  #check(field: string, keys: readonly string[], hasExpressions: boolean): void {
    if (keys.length === 0) return;
    if (!hasExpressions) throw invalid(`${field} can only be specified when using expressions`);
    const unused = keys.filter((key) => !this.#used.has(key));
    if (unused.length === 0) return;
    throw invalid(`Value provided in ${field} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

function entries(field: string, input: unknown, pattern: RegExp): [string, unknown][] {
  if (input === undefined) return [];
  const found = Object.entries(asObject(input) ?? wrongShape());
  if (found.length === 0) throw invalid(`${field} must not be empty`);
  const stranger = found.find(([key]) => !pattern.test(key));
  if (stranger) throw invalid(`${field} contains invalid key: Syntax error; key: "${stranger[0]}"`);
  return found;
}

function unreserved(word: string, expression: string): string {
  if (!reservedWords.has(word.toUpperCase())) return word;
  throw invalid(`Invalid ${expression}: Attribute name is a reserved keyword; reserved keyword: ${word}`);
}
