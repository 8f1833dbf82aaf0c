import { ApiError } from '../errors.ts';

/** Longer names of files are of no use to anybody. */
const maxLength = 255;

/** Characters that no name needs: they could break a line of a table or a log. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * The name of a file as it is shown: without directories, and `upload` where nothing is left. `param` is the field that has it. Throws the
 * ApiError 400 for a name that is too long or has control characters.
 */
export function shownFileName(name: string, param: string): string {
  const bare = name.replace(/^.*[/\\]/s, '');
  const shown = bare.trim() === '' || bare === '.' || bare === '..' ? 'upload' : bare;
  if (unprintable.test(shown)) throw invalidName('it has control characters.', param);
  if (shown.length > maxLength) throw invalidName(`it has more than ${maxLength} characters.`, param);
  return shown;
}

function invalidName(why: string, param: string): ApiError {
  return new ApiError(`Invalid name of the file: ${why}`, { status: 400, code: 'invalid_value', param });
}
