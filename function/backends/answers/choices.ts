import { isObject } from '../../dialects/json.ts';
import type { AnswerContext, Value } from './answer-reader.ts';

/** A choice, and which one of those that were context for it is. */
export interface IndexedChoice {
  readonly index: number;
  readonly choice: Value;
}

/** Far above any number of choices that servers give. */
const maxChoices = 1_000;

/**
 * The choices of an answer that say something, by `hasContent`; undefined where `choices` holds something else than objects. Where one
 * was context for it is the first, whatever its index; where several were, one without an index has that of its place.
 */
export function choicesOf(
  value: Value,
  hasContent: (choice: Value) => boolean,
  { choices: count }: Pick<AnswerContext, 'choices'>,
): readonly IndexedChoice[] | undefined {
  const list = value['choices'] ?? [];
  if (!Array.isArray(list)) return undefined;
  const found: IndexedChoice[] = [];
  for (const [place, choice] of list.slice(0, maxChoices).entries()) {
    if (choice === null) continue;
    if (!isObject(choice)) return undefined;
    if (hasContent(choice)) found.push({ index: indexOf(choice, place), choice });
  }
  return count === 1 ? found.slice(0, 1).map(({ choice }) => ({ index: 0, choice })) : found;
}

function indexOf({ index }: Value, place: number): number {
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < maxChoices ? index : place;
}
