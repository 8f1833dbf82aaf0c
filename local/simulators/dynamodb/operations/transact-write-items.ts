import { isDeepStrictEqual } from 'node:util';
import { asObject } from '../../../json.ts';
import { AwsJsonError, type Members, type Permission } from '../../common/aws-json.ts';
import { changes, conditionFailed, preview, type Change } from '../change.ts';
import { sizeOfItem } from '../compare.ts';
import { cancelled, dynamoDbError, invalid, validationException, type CancellationReason } from '../dynamodb-error.ts';
import { checkMembers, optionalText, structures, tableName, type Tables } from '../input.ts';
import { wireItem, wrongShape, type Item } from '../value.ts';

const maxItems = 100;
const maxBytes = 4 * 1024 * 1024;

/** How long a token of a request is remembered. */
const tokenMs = 10 * 60 * 1000;

/** Requests that have been done, by their tokens. */
export type Tokens = Map<string, { readonly input: Members; readonly at: number }>;

interface Part {
  readonly name: keyof typeof changes;
  readonly input: Members;
}

const actions = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const satisfies Record<Part['name'], string>;

/** The rights that a transaction needs: those of its parts, each on its own table. */
export function transactionPermissions(input: Members, arnOf: (table: string) => string): Permission[] {
  return partsOf(input).map((part) => ({ action: actions[part.name], resource: arnOf(tableName(part.input)) }));
}

/** What a transaction needs beside its request. */
export interface TransactionContext {
  readonly tables: Tables;
  readonly tokens: Tokens;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Does all parts of a transaction, or none. Throws a TransactionCanceledException with the reason of each part. */
export function transactWriteItems(input: Members, { tables, tokens, now }: TransactionContext): object {
  checkMembers(input, 'TransactWriteItems', ['TransactItems', 'ClientRequestToken']);
  const token = tokenOf(input);
  forgetOld(tokens, now);
  const done = token === undefined ? undefined : tokens.get(token);
  if (done !== undefined) return repeated(input, done.input);
  const all = partsOf(input).map(({ name, input: part }) => changes[name](part, tables));
  checkDistinct(all);
  const previews = all.map(attempt);
  const reasons = previews.map(({ reason }) => reason ?? { Code: 'None' });
  if (previews.some(({ reason }) => reason !== undefined)) throw cancelled(reasons);
  if (previews.reduce((bytes, { after }) => bytes + (after === undefined ? 0 : sizeOfItem(after)), 0) > maxBytes) {
    throw invalid('Transaction request cannot be larger than 4 MB');
  }
  for (const [index, { table, key }] of all.entries()) table.set(key, previews[index]?.after);
  if (token !== undefined) tokens.set(token, { input, at: now });
  return {};
}

function partsOf(input: Members): Part[] {
  return structures(input, 'TransactItems', maxItems).map((each) => {
    const [name, second] = Object.keys(each);
    if (
      second === undefined &&
      (name === 'Put' || name === 'Update' || name === 'Delete' || name === 'ConditionCheck')
    ) {
      return { name, input: asObject(each[name]) ?? wrongShape() };
    }
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  });
}

function tokenOf(input: Members): string | undefined {
  const token = optionalText(input, 'ClientRequestToken');
  if (token === undefined || (token.length >= 1 && token.length <= 36)) return token;
  throw invalid(
    `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36`,
  );
}

function forgetOld(tokens: Tokens, now: number): void {
  for (const [token, { at }] of tokens) if (at + tokenMs <= now) tokens.delete(token);
}

/** The answer to a request that has been done already: nothing is done again. */
function repeated(input: Members, before: Members): object {
  if (isDeepStrictEqual(input, before)) return {};
  throw dynamoDbError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
  );
}

function checkDistinct(all: readonly Change[]): void {
  const items = new Set(all.map(({ table, key }) => JSON.stringify([table.name, wireItem(key)])));
  if (items.size < all.length) throw invalid('Transaction request cannot include multiple operations on one item');
}

/** The item after a change, or why the change cannot be. */
function attempt(change: Change): { readonly after?: Item | undefined; readonly reason?: CancellationReason } {
  try {
    return { after: preview(change).after };
  } catch (error) {
    if (!(error instanceof AwsJsonError)) throw error;
    if (error.type.endsWith(conditionFailed)) {
      return { reason: { Code: 'ConditionalCheckFailed', Message: error.message, ...error.members } };
    }
    if (error.type !== validationException) throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
}
