/** The digits of ids and secrets. Their order is that of their bytes, so texts of one length sort like their numbers. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Digits of the id of a project, an account, an audit record, and of a key within its account. */
export const shortIdLength = 12;

/** Digits of a whole key id: its project, its account and the key itself. */
const keyIdLength = 3 * shortIdLength;

/** Enough for 256 bits: 62^43 is more than 2^256. */
export const secretLength = 43;

/** Bytes that a secret is made from. */
export const secretBytes = 32;

/** Digits of the time in a short id: milliseconds since the epoch, until the year 2081. */
const timeLength = 7;

/** The project in the ids of admin keys, which has no record. */
export const adminProjectId = '000000000000';

/** The service account in the ids of admin keys, which has no record. */
export const adminAccountId = '000000000000';

/** The ids within a key id. */
export interface KeyPlace {
  readonly projectId: string;
  readonly accountId: string;
  /** The key's own digits. */
  readonly ownId: string;
}

/** What a key's text says. */
export interface KeyText {
  readonly stack: string;
  readonly keyId: string;
  readonly secret: string;
}

/** A number in base 62, padded with zeros. Throws where it has more digits. */
export function base62(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  while (text.length < length) {
    text = digits.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  if (rest !== 0n) throw new Error(`a number has more than ${length} digits in base 62`);
  return text;
}

/** A new id: 7 digits of the time, then 5 of chance. `now` is in milliseconds since the epoch; of `bytes` the first 8 count. */
export function shortId(now: number, bytes: Uint8Array): string {
  const chance = numberOf(bytes.subarray(0, 8)) % 62n ** BigInt(shortIdLength - timeLength);
  return base62(BigInt(now), timeLength) + base62(chance, shortIdLength - timeLength);
}

/** When a short id was made, in milliseconds since the epoch. */
export function createdMs(id: string): number {
  return Array.from(id.slice(0, timeLength)).reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
}

/** The secret of a key, from 32 random bytes. */
export function secretText(bytes: Uint8Array): string {
  return base62(numberOf(bytes), secretLength);
}

/** A whole key, as its owner sends it. */
export function keyText({ stack, keyId, secret }: KeyText): string {
  return `sk-${stack}-${keyId}-${secret}`;
}

/** What lists show of a key: the stack, and the last four digits of the secret where they are known. */
export function redacted(stack: string, secret = ''): string {
  return `sk-${stack}…${secret.slice(-4)}`;
}

/**
 * Reads a key from the right, since the name of a stack may contain hyphens. Undefined for a text that is no key of any stack: of wrong
 * length, or with other digits.
 */
export function parseKey(text: string): KeyText | undefined {
  const idAt = text.length - secretLength - 1 - keyIdLength;
  // `sk-`, a name of at least one character, a hyphen.
  if (idAt < 5 || !text.startsWith('sk-')) return undefined;
  const keyId = text.slice(idAt, idAt + keyIdLength);
  const secret = text.slice(-secretLength);
  const isWhole = text[idAt - 1] === '-' && text[idAt + keyIdLength] === '-' && isBase62(keyId) && isBase62(secret);
  return isWhole ? { stack: text.slice(3, idAt - 1), keyId, secret } : undefined;
}

/** The id of a key from the ids that it consists of. */
export function wholeKeyId({ projectId, accountId, ownId }: KeyPlace): string {
  return projectId + accountId + ownId;
}

/** The ids that the id of a key consists of. */
export function placeOf(keyId: string): KeyPlace {
  return {
    projectId: keyId.slice(0, shortIdLength),
    accountId: keyId.slice(shortIdLength, 2 * shortIdLength),
    ownId: keyId.slice(2 * shortIdLength),
  };
}

/** Whether the id of a key is one of an admin key. Only its record says that it is one. */
export function isAdminKeyId(keyId: string): boolean {
  return keyId.startsWith(adminProjectId + adminAccountId);
}

/** The id of the first admin key, which the deployment makes. `generation` counts from 1. */
export function deploymentKeyId(generation: number): string {
  return adminProjectId + adminAccountId + base62(BigInt(generation), shortIdLength);
}

/** Whether a text has the form of a short id. */
export function isShortId(text: string): boolean {
  return text.length === shortIdLength && isBase62(text);
}

/** Whether a text has the form of a key id. */
export function isKeyId(text: string): boolean {
  return text.length === keyIdLength && isBase62(text);
}

function isBase62(text: string): boolean {
  return /^[0-9A-Za-z]*$/.test(text);
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
