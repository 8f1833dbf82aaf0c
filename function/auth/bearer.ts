import { ApiError } from '../errors.ts';
import type { HttpHeaders } from '../http-values.ts';

/** Short-term Bedrock keys of role sessions reach 3.3 kB; API Gateway takes no more than 10,240 bytes of headers. */
const maxKeyLength = 8_192;

/** Where clients put a key beside `Authorization`: Azure's and Anthropic's headers. */
const keyHeaders = ['api-key', 'x-api-key'] as const;

/**
 * The key of a request. Where there is an `Authorization` header it counts alone; else the key is in `api-key` or `x-api-key`.
 * Throws a 401 for no key, for several keys, and for text that is no key.
 */
export function bearer(headers: HttpHeaders): string {
  const authorization = headers.get('authorization');
  return checked(authorization === undefined ? keyHeader(headers) : bearerToken(authorization));
}

/**
 * Several headers arrive joined by a comma, which no key contains: which one counts would be ambiguous. Any number of blanks
 * may follow the scheme.
 */
function bearerToken(value: string): string {
  if (/^\s*AWS4-/i.test(value)) throw signed();
  if (value.includes(',')) throw several('Authorization');
  const [, scheme = '', key = ''] = /^(\S*)(?: +(.*))?$/s.exec(value.trim()) ?? [];
  if (scheme.toLowerCase() !== 'bearer' || key === '') throw missing();
  return key;
}

function keyHeader(headers: HttpHeaders): string {
  const keys = new Set<string>();
  for (const name of keyHeaders) {
    const value = headers.get(name)?.trim();
    if (value?.includes(',')) throw several(name);
    if (value) keys.add(value);
  }
  const [key, other] = keys;
  if (key === undefined) throw missing();
  if (other !== undefined) throw refused('The headers api-key and x-api-key hold different keys: send one of them.');
  return key;
}

function checked(key: string): string {
  if (key.length > maxKeyLength) throw refused(`The API key is longer than ${maxKeyLength} characters.`);
  if (!/^[\x21-\x7e]+$/.test(key)) throw refused('The API key has blanks or characters that no API key contains.');
  return key;
}

/** A 401 for a key that is there but cannot be taken. Never quotes any part of it. */
export function refused(why: string): ApiError {
  return new ApiError(`Incorrect API key provided. ${why}`, { status: 401, code: 'invalid_api_key' });
}

function several(header: string): ApiError {
  return refused(`Send exactly one ${header} header, with one API key.`);
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
