import { createHash } from 'node:crypto';

/** What the IDs of stored answers begin with, by the kind of their objects. */
const prefixes = { response: 'resp_', conversation: 'conv_', chat: 'chatcmpl-' } as const;

/** The kind of something that is stored as one JSON object under an ID of its own. */
export type StoredKind = keyof typeof prefixes;

/** Hexadecimal digits of an ID: of the stack, of the time, and of chance. Together they are as many as other answers have. */
const [markLength, timeLength, chanceLength] = [6, 11, 15];
const idLength = markLength + timeLength + chanceLength;

/**
 * An ID of an item: the digits of the response or conversation that has it, and its place there, behind an `i` in the input of a response, and
 * behind a `c` in a conversation. Items of other servers have their own ID behind ours.
 */
const itemPattern = /^[a-z]{2,6}_([0-9a-f]{32})(?:i?[0-9a-f]{4}|(c)[0-9a-f]{10})(?:_[\w-]{1,100})?$/;

/** The mark of a stack in the IDs of its stored answers: six hexadecimal digits. Names of buckets are unique over all accounts. */
export function stackMark(bucket: string): string {
  return createHash('sha256').update(bucket).digest('hex').slice(0, markLength);
}

/**
 * The digits of a new ID, which sort by their time. `now` is in milliseconds since the epoch; `hex` has 32 random hexadecimal digits. Nobody
 * can guess an ID, though only its owner could use it.
 */
export function newStoredDigits(mark: string, { now, hex }: { readonly now: number; readonly hex: string }): string {
  return mark + now.toString(16).padStart(timeLength, '0') + hex.slice(-chanceLength);
}

/** The ID of a stored answer by its digits. */
export function storedId(kind: StoredKind, digits: string): string {
  return prefixes[kind] + digits;
}

/** The digits of an ID; undefined for a text that is no ID of this kind and stack. */
export function digitsOf(kind: StoredKind, id: string, mark: string): string | undefined {
  const digits = id.slice(prefixes[kind].length);
  const isOurs = id.startsWith(prefixes[kind] + mark) && digits.length === idLength && /^[0-9a-f]+$/.test(digits);
  return isOurs ? digits : undefined;
}

/** When something was stored, in milliseconds since the epoch, by the digits of its ID. */
export function storedMs(digits: string): number {
  return Number.parseInt(digits.slice(markLength, markLength + timeLength), 16);
}

/** The ID of the response or conversation that has an item, by the item's ID; undefined for an ID of another form or stack. */
export function holderOfItem(itemId: string, mark: string): string | undefined {
  const [, digits, inConversation] = itemPattern.exec(itemId) ?? [];
  if (digits?.startsWith(mark) !== true) return undefined;
  return storedId(inConversation === undefined ? 'response' : 'conversation', digits);
}
