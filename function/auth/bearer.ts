import { ApiError } from '../errors.ts';

/** Short-term Bedrock keys of role sessions reach 3.3 kB; API Gateway takes no more than 10,240 bytes of headers. */
const longestKey = 8_192;

/**
 * The key of the one Authorization header. Several headers arrive joined by a comma, which no key contains: which of them
 * would count is nobody's guess to make.
 */
export function bearer(headers: Headers): string {
  const value = headers.get('authorization');
  if (value === null || value.trim() === '') throw missing();
  if (/^\s*AWS4-/i.test(value)) throw signed();
  if (value.includes(',')) throw refused('Send exactly one Authorization header, with one API key.');
  const [scheme = '', key = '', ...rest] = value.trim().split(' ');
  if (scheme.toLowerCase() !== 'bearer') throw missing();
  if (key === '' && rest.every((part) => part === '')) throw missing();
  if (key.length > longestKey) throw refused(`The API key is longer than ${longestKey} characters.`);
  if (rest.length > 0 || !/^[\x21-\x7e]+$/.test(key)) {
    throw refused('The API key has blanks or characters that no API key contains.');
  }
  return key;
}

/** A 401 for a key that is there but cannot be taken. Never quotes any part of it. */
export function refused(why: string): ApiError {
  return new ApiError(`Incorrect API key provided. ${why}`, { status: 401, code: 'invalid_api_key' });
}

/** Only AWS, which has the secret, can tell whether a signature is good. */
function signed(): ApiError {
  return new ApiError(
    'This gateway cannot check AWS signatures. Send an API key as bearer token: AWS SDKs do so when the environment has it as ' +
      'AWS_BEARER_TOKEN_BEDROCK.',
    { status: 401, code: 'signature_not_taken' },
  );
}

/** In OpenAI's own words, and like its own answer without a code. */
function missing(): ApiError {
  return new ApiError(
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
      '(i.e. Authorization: Bearer YOUR_KEY).',
    { status: 401 },
  );
}
