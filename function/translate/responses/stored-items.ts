import { isObject } from '../../dialects/json.ts';
import { readEncryptedReasoning } from './encrypted-reasoning.ts';

/** An item of a conversation of which only a few fields are looked at. */
type Item = Readonly<Record<string, unknown>>;

/** What the IDs of items begin with, by their types; `item` for all others. */
const idPrefixes: ReadonlyMap<unknown, string> = new Map([
  ['message', 'msg'],
  ['reasoning', 'rs'],
  ['function_call', 'fc'],
  ['function_call_output', 'fco'],
  ['custom_tool_call', 'ctc'],
  ['custom_tool_call_output', 'ctco'],
]);

/** Types of items that have a status in lists, also where none was sent. */
const withStatus: ReadonlySet<unknown> = new Set([
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
]);

const statuses: ReadonlySet<unknown> = new Set(['in_progress', 'completed', 'incomplete']);

/** IDs that items may keep: what else clients send as one would be in the way of lists. */
const keptId = /^[\w-]{1,128}$/;

const hex4 = (index: number): string => index.toString(16).padStart(4, '0');

/** What tells the place of an item in its ID, by its index: `digits` are those of the response or conversation that has it. */
export const itemPlaces = {
  inOutput: (digits: string) => (index: number) => `${digits}${hex4(index)}`,
  inInput: (digits: string) => (index: number) => `${digits}i${hex4(index)}`,
  /** `hex` tells what was written at once from other writes; its last six hexadecimal digits count. */
  inConversation: (digits: string, hex: string) => (index: number) => `${digits}c${hex.slice(-6)}${hex4(index)}`,
};

/** The items of an input, each as an object with a type: a text is a message of the user. Undefined for what is no input. */
export function asItems(input: unknown): readonly Item[] | undefined {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  if (!Array.isArray(input) || !input.every(isObject)) return undefined;
  return input.map(typedItem);
}

/** Clients may leave the type out of messages, which have a role, and of references, which have nothing but an ID. */
function typedItem(item: Item): Item {
  if (item['type'] !== undefined && item['type'] !== null) return item;
  if (item['role'] !== undefined) return { ...item, type: 'message' };
  return item['id'] === undefined ? item : { ...item, type: 'item_reference' };
}

/**
 * Items as lists of OpenAI's API show them: each with an ID of its own, a status, and texts as parts. With `taken`, items keep the IDs that they
 * have, but for those in it; it gets the IDs of these. Without it, all have new ones.
 */
export function listedItems(items: readonly Item[], placeOf: (index: number) => string, taken?: Set<unknown>): Item[] {
  return items.map((item, at) => {
    const { id: given, type } = item;
    const isKept = taken !== undefined && typeof given === 'string' && keptId.test(given) && !taken.has(given);
    const named = typeof given === 'string' && given !== '' ? given : `${idPrefixes.get(type) ?? 'item'}_`;
    const id = isKept ? given : ownItemIdOf(named, placeOf(at));
    taken?.add(id);
    return listedItem(item, id);
  });
}

/** An item as lists of OpenAI's API show it. */
export function listedItem(item: Item, id: unknown): Item {
  const { type, status } = item;
  const shown = { ...item, id, ...(withStatus.has(type) && { status: statuses.has(status) ? status : 'completed' }) };
  if (type === 'reasoning') return { ...shown, summary: item['summary'] ?? [] };
  return type === 'message' ? { ...shown, content: listedParts(item) } : shown;
}

function listedParts({ role, content }: Item): unknown[] {
  const isAnswer = role === 'assistant';
  const parts: readonly unknown[] = Array.isArray(content) ? content : [{ type: 'input_text', text: content ?? '' }];
  return parts.map((part) => (isObject(part) ? listedPart(part, isAnswer) : part));
}

function listedPart(part: Item, isAnswer: boolean): Item {
  const { type } = part;
  if (type === 'input_image') return { ...part, detail: part['detail'] ?? 'auto' };
  if (type === 'refusal' && !isAnswer) return { type: 'input_text', text: part['refusal'] };
  if (type !== 'input_text' && type !== 'output_text') return part;
  if (!isAnswer) return { ...part, type: 'input_text' };
  return { ...part, type: 'output_text', annotations: part['annotations'] ?? [], logprobs: part['logprobs'] ?? [] };
}

/** An item without what it carries for the next turn, for a client that has not asked for it. */
export function withoutEncrypted(item: unknown): unknown {
  if (!isObject(item) || item['type'] !== 'reasoning' || !Object.hasOwn(item, 'encrypted_content')) return item;
  const { encrypted_content: _carried, ...shown } = item;
  return shown;
}

const ownItemId = /^([a-z]{2,6})_[0-9a-f]{32}(?:i?[0-9a-f]{4}|c[0-9a-f]{10})(?:_([\w-]{1,100}))?$/;

/** An item's ID at a place of ours. One of another server stays in it, since the server may insist on it later. */
export function ownItemIdOf(id: string, place: string): string {
  const [, own, servers = ''] = ownItemId.exec(id) ?? [];
  const end = id.indexOf('_');
  const given = id.slice(0, Math.max(end, 0));
  const prefix = own ?? (/^[a-z]{2,6}$/.test(given) ? given : 'item');
  const rest =
    own === undefined
      ? id
          .slice(end + 1)
          .replaceAll(/[^\w-]/g, '')
          .slice(0, 100)
      : servers;
  return `${prefix}_${place}${rest === '' ? '' : `_${rest}`}`;
}

/** An input as a server takes it that has stored nothing, and whether reasoning was left out that it cannot read. */
export interface ServersInput {
  readonly input: unknown;
  readonly leavesReasoning: boolean;
}

/**
 * The items of an input as a server takes them: with the IDs that it gave them, and without those that only this gateway did. Reasoning that
 * carries nothing, or what Converse gave, means nothing to it.
 */
export function serversInput(input: unknown): ServersInput {
  if (!Array.isArray(input) || !input.some(isOurs)) return { input, leavesReasoning: false };
  const kept = input.filter((item) => !isOurs(item) || !isUnreadable(item));
  return { input: kept.map(serversItem), leavesReasoning: kept.length < input.length };
}

function isOurs(item: unknown): item is Item {
  return isObject(item) && ownItemId.test(String(item['id']));
}

function isUnreadable({ type, encrypted_content: carried }: Item): boolean {
  if (type !== 'reasoning') return false;
  return typeof carried !== 'string' || carried === '' || readEncryptedReasoning(carried) !== undefined;
}

function serversItem(item: unknown): unknown {
  if (!isObject(item)) return item;
  const { id, type } = item;
  const [, prefix, rest] = ownItemId.exec(String(id)) ?? [];
  const { id: _own, ...nameless } = item;
  const named = rest === undefined && prefix !== undefined && withStatus.has(type) ? nameless : item;
  const sent = rest === undefined ? named : { ...item, id: `${prefix}_${rest}` };
  if (type !== 'custom_tool_call' && type !== 'custom_tool_call_output') return sent;
  // Only lists have a status here.
  const { status: _status, ...asked } = sent;
  return asked;
}
