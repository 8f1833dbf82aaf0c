import { isObject } from '../../dialects/json.ts';
import type { Asked, Value } from './asked.ts';

/** A choice, and which one of those that were asked for it is. */
export interface Placed {
  readonly index: number;
  readonly choice: Value;
}

/** Far above any number of choices that servers give. */
const mostChoices = 1_000;

/**
 * The choices of an answer that say something, by `says`; undefined where `choices` holds something else than objects. Where one
 * was asked for it is the first, whatever its index; where several were, one without an index has that of its place.
 */
export function choicesOf(
  value: Value,
  says: (choice: Value) => boolean,
  { choices: asked }: Pick<Asked, 'choices'>,
): readonly Placed[] | undefined {
  const list = value['choices'] ?? [];
  if (!Array.isArray(list)) return undefined;
  const found: Placed[] = [];
  for (const [place, choice] of list.slice(0, mostChoices).entries()) {
    if (choice === null) continue;
    if (!isObject(choice)) return undefined;
    if (says(choice)) found.push({ index: indexOf(choice, place), choice });
  }
  return asked === 1 ? found.slice(0, 1).map(({ choice }) => ({ index: 0, choice })) : found;
}

function indexOf({ index }: Value, place: number): number {
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < mostChoices ? index : place;
}
