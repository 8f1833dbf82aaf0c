import type { AnswerContext } from './answer-reader.ts';

/** The text of a call's arguments, which servers also write as null, omit, or send as an object. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Whether arguments are empty so far: blanks, or the beginning of the word `null`. */
export function isNothingYet(text: string): boolean {
  return 'null'.startsWith(text.trim());
}

/** Whether complete arguments are empty, or the word `null`, which some servers write for an empty object. */
export function isNothing(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || trimmed === 'null';
}

/** Returns the id of the next call of one answer; every id is returned once. */
export type CallIdSource = (id: string) => string;

/** Length of the stamp's part of an id: fits OpenAI's 40 characters and Bedrock's pattern, with a number behind it. */
const maxStampLength = 24;

/**
 * Keeps the server's own ids. A call without an id, or with another call's id, gets one made of the answer's stamp and a number: unique in
 * the answer, and different in every answer.
 */
export function createCallIds({ stamp }: AnswerContext): CallIdSource {
  const used = new Set<string>();
  return (id) => {
    let found = id;
    for (let number = used.size; found === '' || used.has(found); number += 1) {
      found = `call_${stamp.id.replaceAll(/[^A-Za-z0-9]/g, '').slice(-maxStampLength)}_${number}`;
    }
    used.add(found);
    return found;
  };
}
