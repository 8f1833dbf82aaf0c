import { isObject } from '../../dialects/json.ts';
import type { AnswerContext, Value } from './answer-reader.ts';

/** A choice and its index among those that were requested. */
export interface IndexedChoice {
  readonly index: number;
  readonly choice: Value;
}

/** Far more choices than any server returns. */
const maxChoices = 1_000;

/**
 * The choices of an answer for which `hasContent` is true; undefined where `choices` holds anything but objects. Where one choice was
 * requested it has the index 0; where several were, a choice without an index has its position.
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
