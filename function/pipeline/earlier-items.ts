import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import { listItems, noSuchItem, placeOfItem, readItems } from '../storage/conversation-items.ts';
import { readConversation } from '../storage/conversations.ts';
import type { OwnersAnswers } from '../storage/stored-answers.ts';
import { holderOfItem } from '../storage/stored-ids.ts';
import { findResponse, itemsOfResponse, outputOf, shownId, type Stored } from '../storage/stored-responses.ts';
import { listedItem } from '../translate/responses/stored-items.ts';

/** Stored responses and conversations that one request may refer to by IDs of their items: each is read from S3. */
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
export async function resolvedItems(
  answers: OwnersAnswers,
  items: readonly Stored[],
  field = 'input',
): Promise<readonly Stored[]> {
  const holders = holdersOf(items, { mark: answers.mark, field });
  if (holders.size === 0) return items;
  const ids = new Set(items.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])));
  const read = await Promise.all([...holders].map((holder) => itemsIn(answers, holder, ids)));
  const known = new Map(read.flat().map((item) => [item['id'], item] as const));
  return items.map((item, at) => {
    const { id } = item;
    if (isReference(item)) return known.get(id) ?? missing(id, `${field}[${at}].id`);
    const carried = lacksReasoning(item) ? known.get(id)?.['encrypted_content'] : undefined;
    return typeof carried === 'string' ? { ...item, encrypted_content: carried } : item;
  });
}

/** The responses and conversations that have what items refer to, by their IDs. References to what cannot be there are refused before any read. */
function holdersOf(
  items: readonly Stored[],
  { mark, field }: { readonly mark: string; readonly field: string },
): ReadonlySet<string> {
  const holders = new Set(
    items.flatMap((item, at) => {
      const { id } = item;
      if (!isReference(item)) return [];
      return [(typeof id === 'string' ? holderOfItem(id, mark) : undefined) ?? missing(id, `${field}[${at}].id`)];
    }),
  );
  if (holders.size > maxHolders) throw tooManyHolders();
  // Reasoning that is left out only makes the model think again: the latest matters most.
  for (const item of items.toReversed()) {
    const holder = lacksReasoning(item) ? holderOfItem(String(item['id']), mark) : undefined;
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

/** The items of a response or conversation, of a conversation only those of these IDs; none where the owner has no such thing. */
async function itemsIn(answers: OwnersAnswers, holder: string, ids: ReadonlySet<string>): Promise<readonly Stored[]> {
  if (!holder.startsWith('conv_')) return itemsOfResponse(answers, holder);
  const conversation = await readConversation(answers, holder).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
  if (conversation === undefined) return [];
  const listed = await listItems(answers, conversation);
  const places = new Set([...ids].map((id) => placeOfItem(listed, id)));
  return readItems(
    answers,
    listed.filter((_each, at) => places.has(at)),
  );
}

function missing(id: unknown, param: string): never {
  throw noSuchItem(String(id), param);
}

function tooManyHolders(): ApiError {
  return new ApiError(
    `The items that 'input' refers to belong to more than ${maxHolders} stored responses and conversations. Send 'previous_response_id', or the items themselves.`,
    { status: 400, code: 'too_many_references', param: 'input' },
  );
}
