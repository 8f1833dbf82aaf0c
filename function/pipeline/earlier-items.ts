import { ApiError } from '../errors.ts';
import { isObject } from '../dialects/json.ts';
import type { OwnersAnswers } from '../storage/stored-answers.ts';
import { responseOfItem } from '../storage/stored-ids.ts';
import { findResponse, itemsOf, outputOf, shownId, type Stored } from '../storage/stored-responses.ts';
import { listedItem } from '../translate/responses/stored-items.ts';

/** Stored responses that one request may refer to by IDs of their items: each is read from S3. */
const maxHolders = 50;

/** Everything that was said up to and with an earlier response. Throws the ApiError 404 where the owner has none of that ID. */
export async function earlierItems(answers: OwnersAnswers, id: string): Promise<readonly Stored[]> {
  const found = await findResponse(answers, id);
  if (found === undefined)
    throw new ApiError(`Previous response with id '${shownId(id)}' not found.`, {
      status: 404,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  return [...found.input, ...outputOf(found).map((item) => listedItem(item, item['id']))];
}

/**
 * The items of a request with stored ones in place of references, and with what reasoning items carry for the next turn where the client sends
 * them back without it. Throws the ApiError 404 for an item that the owner does not have, and 400 for references to too many responses.
 */
export async function resolvedItems(answers: OwnersAnswers, items: readonly Stored[]): Promise<readonly Stored[]> {
  const holders = holdersOf(items, answers.mark);
  if (holders.size === 0) return items;
  const read = await Promise.all([...holders].map((digits) => itemsOf(answers, digits)));
  const known = new Map(read.flat().map((item) => [item['id'], item] as const));
  return items.map((item, at) => {
    const { id } = item;
    if (isReference(item)) return known.get(id) ?? missing(id, at);
    const carried = lacksReasoning(item) ? known.get(id)?.['encrypted_content'] : undefined;
    return typeof carried === 'string' ? { ...item, encrypted_content: carried } : item;
  });
}

/** The responses that have what items refer to, by their digits. References to what cannot be there are refused before any read. */
function holdersOf(items: readonly Stored[], mark: string): ReadonlySet<string> {
  const holders = new Set(
    items.flatMap((item, at) => {
      const { id } = item;
      if (!isReference(item)) return [];
      return [(typeof id === 'string' ? responseOfItem(id, mark) : undefined) ?? missing(id, at)];
    }),
  );
  if (holders.size > maxHolders) throw tooManyHolders();
  // Reasoning that is left out only makes the model think again: the latest matters most.
  for (const item of items.toReversed()) {
    const holder = lacksReasoning(item) ? responseOfItem(String(item['id']), mark) : undefined;
    if (holder !== undefined && holders.size < maxHolders) holders.add(holder);
  }
  return holders;
}

/** Whether an item stands for another one. */
export function isReference(item: unknown): boolean {
  return isObject(item) && item['type'] === 'item_reference';
}

function lacksReasoning({ type, encrypted_content: carried }: Stored): boolean {
  return type === 'reasoning' && !carried;
}

function missing(id: unknown, at: number): never {
  throw new ApiError(`Item with id '${shownId(String(id))}' not found.`, {
    status: 404,
    code: 'item_not_found',
    param: `input[${at}].id`,
  });
}

function tooManyHolders(): ApiError {
  return new ApiError(
    `The items that 'input' refers to belong to more than ${maxHolders} stored responses. Send 'previous_response_id', or the items themselves.`,
    { status: 400, code: 'too_many_references', param: 'input' },
  );
}
