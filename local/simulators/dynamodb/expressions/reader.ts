import { invalid, notEmulated } from '../dynamodb-error.ts';
import type { Value } from '../value.ts';
import type { Placeholders } from './placeholders.ts';

/** Limit of an expression, in bytes. */
const maxBytes = 4096;

/** A word, a `#name`, a `:value`, or a sign. */
const token = /\s*([#:]?\w+|<>|<=|>=|[-=<>(),.+[\]])\s*/y;

/** Reads an expression from left to right. Throws a ValidationException where it is not what it should be. */
export class ExpressionReader {
  /** Name of the parameter, such as `ConditionExpression`. */
  readonly expression: string;
  /** The attributes that have been read so far. */
  readonly attributes = new Set<string>();
  readonly #tokens: readonly string[];
  readonly #placeholders: Placeholders;
  #next = 0;

  constructor(text: string, { expression, placeholders }: { expression: string; placeholders: Placeholders }) {
    this.expression = expression;
    this.#placeholders = placeholders;
    this.#tokens = this.#split(text);
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  /** Whether a token comes next: a sign, or a keyword in upper case. */
  isNext(wanted: string, ahead = 0): boolean {
    return this.#tokens[this.#next + ahead]?.toUpperCase() === wanted;
  }

  /** Takes the next token if it is this one. */
  accept(wanted: string): boolean {
    if (!this.isNext(wanted)) return false;
    this.#next += 1;
    return true;
  }

  /** Takes the next token, which must be this one. */
  expect(wanted: string): void {
    if (!this.accept(wanted)) this.unexpected();
  }

  /** The name of a function that comes next, if one does; it is taken with its parenthesis. */
  functionName(): string | undefined {
    const name = this.#tokens[this.#next];
    if (name === undefined || !this.isNext('(', 1) || !/^[a-z]/i.test(name)) return undefined;
    this.#next += 2;
    return name;
  }

  /** The attribute that comes next, if one does. */
  attribute(): string | undefined {
    const word = this.#tokens[this.#next];
    if (word === undefined || !/^#\w|^[a-z]/i.test(word)) return undefined;
    this.#next += 1;
    if (this.isNext('.') || this.isNext('[')) throw notEmulated('paths into lists and maps in expressions');
    const name = this.#placeholders.name(word, this.expression);
    this.attributes.add(name);
    return name;
  }

  /** The value that comes next, if one does. */
  value(): Value | undefined {
    const word = this.#tokens[this.#next];
    if (!word?.startsWith(':')) return undefined;
    this.#next += 1;
    return this.#placeholders.value(word, this.expression);
  }

  /** Refuses what comes next. */
  unexpected(): never {
    const found = this.#tokens[this.#next] ?? '<EOF>';
    const near = this.#tokens.slice(Math.max(0, this.#next - 1), this.#next + 2).join(' ');
    return this.fail(`Syntax error; token: "${found}", near: "${near}"`);
  }

  /** Refuses the expression. */
  fail(problem: string): never {
    throw invalid(`Invalid ${this.expression}: ${problem}`);
  }

  #split(text: string): string[] {
    if (text.trim() === '') this.fail('The expression can not be empty;');
    if (Buffer.byteLength(text) > maxBytes) {
      this.fail(`Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`);
    }
    const tokens: string[] = [];
    token.lastIndex = 0;
    while (token.lastIndex < text.length) {
      const at = token.lastIndex;
      const found = token.exec(text)?.[1];
      if (found === undefined) this.fail(`Syntax error; token: "${text[at]}", near: "${text.slice(at, at + 2)}"`);
      tokens.push(found);
    }
    return tokens;
  }
}
