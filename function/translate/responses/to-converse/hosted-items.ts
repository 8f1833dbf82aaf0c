import type { InputItem } from '../../../dialects/responses-request.gen.ts';
import { itemDisposition } from '../disposition.ts';

/** What a model is told of an item that has no place in its own messages, and on whose side. */
export interface ToldItem {
  readonly role: 'assistant' | 'user';
  readonly text: string;
}

/** Fields of an item that mean nothing to a model. */
const silentFields: ReadonlySet<string> = new Set([
  'id',
  'type',
  'status',
  'call_id',
  'created_by',
  'caller',
  'environment',
]);

/** A call of a hosted tool is told in as many characters at most: its results may be long. */
const maxTold = 10_000;

/** An item of a hosted tool in words; undefined for one that is left out. */
export function toldItem(item: InputItem): ToldItem | undefined {
  if (itemDisposition[item.type] !== 'emulated') return undefined;
  const isOutput = item.type.endsWith('_output');
  const tool = item.type.replace(/_call(?:_output)?$/, '');
  const said = Object.entries(item).filter(([name, value]) => !silentFields.has(name) && value !== null);
  const text = JSON.stringify(Object.fromEntries(said)).toWellFormed().slice(0, maxTold);
  return isOutput
    ? { role: 'user', text: `The tool ${tool} returned: ${text}` }
    : { role: 'assistant', text: `I called the tool ${tool}: ${text}` };
}
