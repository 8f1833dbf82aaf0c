import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import { readStored, writeStored, type OwnersAnswers } from './stored-answers.ts';

/** A JSON object whose fields are not known further: an item of a conversation, or a response. */
export type Stored = Readonly<Record<string, unknown>>;

/** A response as it is stored. */
export interface StoredResponse {
  /** The Response object, with what its items carry for the next turn. */
  readonly response: Stored;
  /**
   * Everything that the model was given, each item with an ID: that of earlier responses too. So the next turn needs one read however long the
   * conversation is, and goes on where an earlier response has been deleted.
   */
  readonly input: readonly Stored[];
}

/** Writes a response. Rejects with the ApiError 503 where the store fails or `signal` aborts. */
export async function writeResponse(
  answers: OwnersAnswers,
  digits: string,
  { response, input, signal }: StoredResponse & { readonly signal: AbortSignal },
): Promise<void> {
  await writeStored(answers, { kind: 'response', digits }, { fields: { response, input }, signal });
}

/** Reads a response by its ID; undefined where the owner has none. Throws an error for an object that is no response. */
export async function findResponse(answers: OwnersAnswers, id: string): Promise<StoredResponse | undefined> {
  const found = await readStored(answers, { kind: 'response', id });
  if (found === undefined) return undefined;
  const { response, input } = found.fields;
  if (!isObject(response) || !isItems(input)) throw new Error('a stored response is not one of this gateway');
  return { response, input };
}

/** Reads a response by its ID. Throws the ApiError 404 where the owner has none. */
export async function readResponse(answers: OwnersAnswers, id: string): Promise<StoredResponse> {
  const found = await findResponse(answers, id);
  if (found !== undefined) return found;
  throw new ApiError(`Response with id '${shownId(id)}' not found.`, {
    status: 404,
    code: 'response_not_found',
    param: 'id',
  });
}

/** Deletes a response. Throws the ApiError 404 where the owner has none. */
export async function removeResponse(answers: OwnersAnswers, id: string): Promise<void> {
  await readResponse(answers, id);
  await answers.store.remove(answers.owner, [{ kind: 'response', id }]);
}

/** The items of a response by its ID, those of its input first; none where the owner has no such response. */
export async function itemsOfResponse(answers: OwnersAnswers, id: string): Promise<readonly Stored[]> {
  const found = await findResponse(answers, id);
  return found === undefined ? [] : [...found.input, ...outputOf(found)];
}

/** The items that a response has said. */
export function outputOf({ response: { output } }: StoredResponse): readonly Stored[] {
  return isItems(output) ? output : [];
}

/** An ID as errors quote it: it may be anything, and of any length. */
export function shownId(id: string): string {
  return id.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 80);
}

function isItems(value: unknown): value is readonly Stored[] {
  return Array.isArray(value) && value.every(isObject);
}
