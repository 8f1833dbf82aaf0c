import type { Answer } from '../command.ts';
import { Failure } from '../failure.ts';
import { textIn, type JsonObject } from '../json.ts';
import { objectAnswer, type Entries } from './shown.ts';

/** A new key, with its text, which comes last. Throws a Failure where the server has sent none. */
export function shownOnce(json: JsonObject, entries: Entries, key: JsonObject = json): Answer {
  const value = textIn(key, 'value');
  if (value === undefined) throw new Failure("the server's answer does not contain the key");
  return objectAnswer(json, [...entries, ['Key', value]], {
    value,
    note: 'Store the key now: it is not shown again.',
  });
}
