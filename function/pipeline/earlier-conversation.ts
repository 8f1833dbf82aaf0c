import { ApiError } from '../errors.ts';
import { listItems, readItems } from '../storage/conversation-items.ts';
import { readConversation, type StoredConversation } from '../storage/conversations.ts';
import type { OwnersAnswers } from '../storage/stored-answers.ts';
import type { Stored } from '../storage/stored-responses.ts';

/** Items that a conversation may have, earlier turns included, and the bytes of all of them as JSON. */
const [maxItems, maxBytes] = [500, 20_000_000];

/**
 * A conversation and all of its items. Throws the ApiError 404 where the owner has none of that ID, and 400 for one that is too long, before
 * any item is read.
 */
export async function conversationItems(
  answers: OwnersAnswers,
  id: string,
): Promise<{ readonly conversation: StoredConversation; readonly items: readonly Stored[] }> {
  const conversation = await readConversation(answers, id, 'conversation');
  const listed = await listItems(answers, conversation);
  const bytes = listed.reduce((sum, each) => sum + each.bytes, 0);
  if (listed.length > maxItems || bytes > maxBytes) throw lengthError(listed.length, 'conversation');
  return { conversation, items: await readItems(answers, listed) };
}

/**
 * The ApiError 400 for more items than a conversation can have, `param` being the field that has or names them; undefined for fewer. `before`
 * counts what it has already.
 */
export function tooLong(
  items: readonly Stored[],
  param: string,
  before: { readonly items: number; readonly bytes: number } = { items: 0, bytes: 0 },
): ApiError | undefined {
  const count = before.items + items.length;
  if (count <= maxItems && before.bytes + Buffer.byteLength(JSON.stringify(items)) <= maxBytes) return undefined;
  return lengthError(count, param);
}

function lengthError(items: number, param: string): ApiError {
  const what =
    items > maxItems ? `${items} items, and at most ${maxItems} are` : 'more than 20 MB, which is all that is';
  return new ApiError(
    `This conversation has ${what} stored of one, earlier turns included. Begin a new one with fewer items.`,
    { status: 400, code: 'conversation_too_long', param },
  );
}
