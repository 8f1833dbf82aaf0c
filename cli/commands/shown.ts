import type { Answer } from '../command.ts';
import { textIn, type JsonObject } from '../json.ts';
import type { List } from '../lists.ts';
import { fields, table, type Column } from '../table.ts';
import { moment } from '../time.ts';

/** A text of an object, for a cell. */
export function text(object: JsonObject, name: string): string {
  return textIn(object, name) ?? '';
}

/** A time of an object, for a cell; `otherwise` where it has none. */
export function timeText(object: JsonObject, name: string, otherwise = '–'): string {
  return moment(object[name]) ?? otherwise;
}

interface Shown {
  readonly columns: readonly Column<JsonObject>[];
  /** What is said where the list is empty: a sentence. */
  readonly empty: string;
}

/** A list as a table. */
export function listAnswer(list: List, { columns, empty }: Shown): Answer {
  const notes = [
    ...(list.data.length === 0 ? [empty] : []),
    ...(list.has_more ? ['There are more entries; raise --limit to see them.'] : []),
  ];
  return {
    json: list,
    text: (screen) => (list.data.length === 0 ? '' : table(columns, list.data, screen)),
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

/** Labels and values of an object. */
export type Entries = readonly (readonly [label: string, value: string | undefined])[];

/** One object, with a label before each value. */
export function objectAnswer(json: JsonObject, entries: Entries, more: Partial<Answer> = {}): Answer {
  return { json, text: (screen) => fields(entries, screen), ...more };
}

/** One sentence about an object. */
export function sentenceAnswer(json: JsonObject, sentence: string): Answer {
  return { json, text: () => `${sentence}\n` };
}

/** What is true after something was removed, or was not there to be removed. */
export function removedAnswer(json: JsonObject, sentence: string): Answer {
  return sentenceAnswer(json, json['deleted'] === false ? `Nothing was set. ${sentence}` : sentence);
}
