import type { AnswerContext } from './answer-reader.ts';

/** The text of a call's arguments, which servers also write as null, leave out, or give as the object itself. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Whether arguments are, or may become, nothing: blanks, or the word `null`, so far. */
export function isNothingYet(text: string): boolean {
  return 'null'.startsWith(text.trim());
}

/** Whether whole arguments are nothing: to servers that write `null` for them it is an empty object, as to all others. */
export function isNothing(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || trimmed === 'null';
}

/** Hands out the ids of the calls of one answer, each once. */
export type CallIds = (id: string) => string;

/** Fits OpenAI's 40 characters and Bedrock's pattern, with a number behind it. */
const maxStampLength = 24;

/**
 * A server's own ids as they are. A call without one, or with that of another call, gets one made of the answer's stamp and a
 * number: unique in the answer, and different in every answer.
 */
export function callIds({ stamp }: AnswerContext): CallIds {
  const given = new Set<string>();
  return (id) => {
    let found = id;
    for (let number = given.size; found === '' || given.has(found); number += 1) {
      found = `call_${stamp.id.replaceAll(/[^A-Za-z0-9]/g, '').slice(-maxStampLength)}_${number}`;
    }
    given.add(found);
    return found;
  };
}
