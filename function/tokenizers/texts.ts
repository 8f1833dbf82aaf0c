import { ApiError } from '../errors.ts';
import { encodingOf, vocabularyOf, type Encoding, type Vocabulary } from './encodings.ts';

/** Texts and tokens, as OpenAI's `input` and `prompt` may mix them: a list of numbers is one text. */
export type TextsAndTokens = readonly (string | number | readonly number[])[];

/** Whose tokens they are. */
export interface TokenSource {
  /** The model's name, as the caller has it. */
  readonly model: string;
  /** `input` or `prompt`. */
  readonly param: string;
}

interface Decoding {
  readonly encoding: Encoding;
  readonly vocabulary: Vocabulary;
  /** The bytes that may still come out of the request's tokens. */
  room: number;
}

/**
 * The text that a list of tokens is, or the texts of a list that has such lists. Throws an ApiError 400 that names the place of a
 * token which the tokenizer does not have.
 */
export async function decodeTokens(input: TextsAndTokens, { model, param }: TokenSource): Promise<string | string[]> {
  const encoding = encodingOf(model);
  const decoding = { encoding, vocabulary: await vocabularyOf(encoding), room: maxTextLength };
  if (typeof input[0] === 'number') return decode(input, param, decoding);
  return input.map((each, index) => {
    const place = `${param}[${index}]`;
    if (typeof each === 'number') throw noText(place);
    return typeof each === 'string' ? each : decode(each, place, decoding);
  });
}

/** A token can stand for 128 bytes, and is written in three: no text may become longer by it than it could be in a request. */
const maxTextLength = 6 * 1024 * 1024;

/** Keeps a byte order mark, as any other character. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The text of all tokens' bytes together: characters may be cut between tokens, and what is no character at all becomes U+FFFD.
 * A token whose text is known begins a character, so that only the tokens between two such ones have to be joined.
 */
function decode(tokens: TextsAndTokens, param: string, decoding: Decoding): string {
  let text = '';
  let bytes: number[] = [];
  for (const [index, token] of tokens.entries()) {
    const part = partOf(token, `${param}[${index}]`, decoding);
    decoding.room -= part.length;
    if (decoding.room < 0) throw tooLongError(param);
    if (typeof part === 'string') {
      text += bytes.length === 0 ? part : decodeBytes(bytes) + part;
      bytes = [];
    } else bytes.push(...part);
  }
  return text + decodeBytes(bytes);
}

function partOf(
  token: TextsAndTokens[number],
  param: string,
  { vocabulary, encoding }: Decoding,
): string | readonly number[] {
  if (typeof token !== 'number') throw noToken(param);
  const part = vocabulary(token);
  if (part === undefined) throw unknownToken(param, encoding);
  return part;
}

function decodeBytes(bytes: readonly number[]): string {
  return bytes.length === 0 ? '' : utf8.decode(Uint8Array.from(bytes));
}

function unknownToken(param: string, encoding: Encoding): ApiError {
  return new ApiError(
    `Invalid '${param}': there is no such token in ${encoding}, by which tokens are decoded for a model of this name.`,
    { status: 400, code: 'invalid_value', param },
  );
}

function noToken(param: string): ApiError {
  return new ApiError(`Invalid type for '${param}': expected a token, as all before it are.`, {
    status: 400,
    code: 'invalid_type',
    param,
  });
}

function noText(param: string): ApiError {
  return new ApiError(`Invalid type for '${param}': expected a text or a list of tokens, but got a single token.`, {
    status: 400,
    code: 'invalid_type',
    param,
  });
}

function tooLongError(param: string): ApiError {
  return new ApiError(`Invalid '${param}': these tokens make a text that is too long.`, {
    status: 400,
    code: 'context_length_exceeded',
    param,
  });
}
