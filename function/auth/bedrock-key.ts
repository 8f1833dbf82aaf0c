import { refused } from './bearer.ts';
import type { Caller } from './caller.ts';

/** What a Bedrock API key says of itself. Nothing of it is proven until Bedrock has accepted the key. */
export interface BedrockKey {
  readonly account?: string;
  /** The only region that a short-term key works in. */
  readonly region?: string;
  /** When a short-term key expires, in milliseconds since the epoch. The session that signed it may expire sooner. */
  readonly expires?: number;
}

const longTermPrefix = 'ABSK';
const shortTermPrefix = 'bedrock-api-key-';

/** Reads a Bedrock API key; throws a 401 that says what is wrong with it, without quoting it. */
export function bedrockKey(key: string): BedrockKey {
  if (key.startsWith(longTermPrefix)) return longTerm(key.slice(longTermPrefix.length));
  if (key.startsWith(shortTermPrefix)) return shortTerm(key.slice(shortTermPrefix.length));
  throw refused(
    'This gateway takes Amazon Bedrock API keys, which begin with ABSK or bedrock-api-key-. ' +
      'You can make one in the Amazon Bedrock console, under API keys.',
  );
}

/** Throws a 401 for a short-term key whose time is over. `now` is in milliseconds since the epoch. */
export function checkNotExpired({ expires }: BedrockKey, now: number): void {
  if (expires === undefined || expires > now) return;
  throw refused(
    `This short-term Amazon Bedrock API key expired at ${new Date(expires).toISOString()}. Make a new one.`,
  );
}

/** What a Bedrock key adds to its caller. */
export function keyFields(
  token: string,
  { account, region }: BedrockKey,
): Pick<Caller, 'bedrock' | 'account' | 'keyRegion'> {
  return {
    bedrock: { kind: 'bearer', token },
    ...(account !== undefined && { account }),
    ...(region !== undefined && { keyRegion: region }),
  };
}

/**
 * `<IAM user>-at-<account>:<secret>`. The console makes users called `BedrockAPIKey-…`, but any user may have such keys, and
 * IAM adds to the name what tells several of them apart (ServiceCredentialAlias in its API).
 */
function longTerm(encoded: string): BedrockKey {
  const account = /^[\w+=,.@-]+-at-(\d{12})(?:[^\d:\s][^:\s]*)?:\S+$/.exec(decoded(encoded))?.[1];
  if (account === undefined) throw malformed();
  return { account };
}

/** A presigned URL without its scheme: who signed it, where it counts and until when is in its query. */
function shortTerm(encoded: string): BedrockKey {
  const url = URL.parse(`https://${decoded(encoded)}`);
  if (url === null || !url.hostname.startsWith('bedrock.')) throw malformed();
  const query = url.searchParams;
  const [accessKey = '', , region = '', service, terminator] = only(query, 'X-Amz-Credential').split('/');
  const issued = issuedAt(only(query, 'X-Amz-Date'));
  const seconds = only(query, 'X-Amz-Expires');
  const whole =
    only(query, 'Action') === 'CallWithBearerToken' &&
    only(query, 'X-Amz-Signature') !== '' &&
    /^[A-Z0-9]{16,128}$/.test(accessKey) &&
    /^[a-z]{2,4}(-[a-z]{1,16}){1,3}-\d{1,2}$/.test(region) &&
    service === 'bedrock' &&
    terminator === 'aws4_request' &&
    /^\d{1,6}$/.test(seconds);
  if (!whole || issued === undefined) throw malformed();
  const account = accountOf(accessKey);
  return { ...(account !== undefined && { account }), region, expires: issued + Number(seconds) * 1_000 };
}

/** The parameter's value; empty when it is absent or there are several to choose from. */
function only(query: URLSearchParams, name: string): string {
  const values = query.getAll(name);
  return values.length === 1 ? (values[0] ?? '') : '';
}

/** `20261120T101500Z` in milliseconds since the epoch. */
function issuedAt(date: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The AWS account in an access key id; undefined for ids of the form that AWS gave out before 2019, which have none. After the
 * four letters of its type an id is base32, and bits 7 to 46 of its first six bytes are the account.
 */
function accountOf(accessKey: string): string | undefined {
  // Ids of the old form go on with I or J.
  if (!/^[A-Z]{4}[A-HK-Z2-7][A-Z2-7]{11,}$/.test(accessKey)) return undefined;
  const digits = Array.from(accessKey.slice(4, 14), (letter) => base32.indexOf(letter));
  // Ten digits are 50 bits, still exact as a number; the six bytes are the first 48 of them, so bit 7 is bit 9 here.
  const number = digits.reduce((sum, digit) => sum * 32 + digit, 0);
  return String(Math.floor(number / 2 ** 9) % 2 ** 40).padStart(12, '0');
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The text of a base64 that has no other spelling: Buffer alone would skip over anything that is not base64. */
function decoded(encoded: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) throw malformed();
  return Buffer.from(encoded, 'base64').toString('latin1');
}

function malformed() {
  return refused('It looks like an Amazon Bedrock API key, but is damaged: copy the whole key again.');
}
