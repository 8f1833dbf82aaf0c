import { ApiError } from '../errors.ts';

/** OpenAI's limits of metadata: pairs, and characters of a key and of a value. */
const [maxPairs, maxKeyLength, maxValueLength] = [16, 64, 512];

/** Throws the ApiError 400 for more metadata than OpenAI's API takes. Nobody else limits what is only stored. */
export function checkMetadata(metadata: Readonly<Record<string, string>> | null | undefined): void {
  const pairs = Object.entries(metadata ?? {});
  const isTooLong = ([key, value]: readonly [string, string]) =>
    key.length > maxKeyLength || value.length > maxValueLength;
  if (pairs.length <= maxPairs && !pairs.some(isTooLong)) return;
  throw new ApiError(
    `Invalid 'metadata': at most ${maxPairs} pairs, with keys of up to ${maxKeyLength} and values of up to ${maxValueLength} characters, are taken.`,
    { status: 400, code: 'invalid_value', param: 'metadata' },
  );
}
