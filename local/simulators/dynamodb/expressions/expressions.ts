import { asString } from '../../../json.ts';
import type { Members } from '../../common/aws-json.ts';
import { wrongShape } from '../value.ts';
import { Placeholders } from './placeholders.ts';
import { ExpressionReader } from './reader.ts';

/** The expressions of a request, with the placeholders that they share. */
export class Expressions {
  readonly #input: Members;
  readonly #placeholders: Placeholders;
  #hasExpressions = false;

  /** Throws a ValidationException for placeholders that are not well formed. */
  constructor(input: Members) {
    this.#input = input;
    this.#placeholders = new Placeholders(input['ExpressionAttributeNames'], input['ExpressionAttributeValues']);
  }

  /** Reads an expression by the name of its parameter; undefined when the request has none. Throws a ValidationException. */
  read<Tree>(expression: string, read: (reader: ExpressionReader) => Tree): Tree | undefined {
    const text = this.#input[expression];
    if (text === undefined) return undefined;
    this.#hasExpressions = true;
    const placeholders = this.#placeholders;
    return read(new ExpressionReader(asString(text) ?? wrongShape(), { expression, placeholders }));
  }

  /** Throws a ValidationException for a placeholder that none of the expressions read so far has used. */
  checkUsed(): void {
    this.#placeholders.checkUsed(this.#hasExpressions);
  }
}
