import { createHash, type Hash } from 'node:crypto';

/** Digests that callers may name, by the names that Node has for them, with their lengths in bytes. */
const lengths = { md5: 16, sha256: 32 } as const;

/** A digest that callers may name. */
export type DigestName = keyof typeof lengths;

/** A digest in base64, from a text in hexadecimal or base64; undefined for any other text. */
export function digestFrom(text: string, name: DigestName): string | undefined {
  const length = lengths[name];
  const isHex = text.length === 2 * length && /^[0-9a-f]+$/i.test(text);
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64');
  const base64 = bytes.toString('base64');
  return bytes.length === length && (isHex || base64 === text) ? base64 : undefined;
}

/** Digests that bytes must have, in base64; those that are undefined do not count. */
export type ExpectedDigests = Readonly<Partial<Record<DigestName, string | undefined>>>;

/** The bytes as they come. After the last one, throws what `refuse` makes of the first digest that is not the expected one. */
export async function* withDigests(
  bytes: AsyncIterable<Uint8Array>,
  expected: ExpectedDigests,
  refuse: (name: DigestName) => Error,
): AsyncGenerator<Uint8Array> {
  const hashes = (['md5', 'sha256'] as const)
    .filter((name) => expected[name] !== undefined)
    .map((name): [DigestName, Hash] => [name, createHash(name)]);
  for await (const chunk of bytes) {
    for (const [, hash] of hashes) hash.update(chunk);
    yield chunk;
  }
  for (const [name, hash] of hashes) if (hash.digest('base64') !== expected[name]) throw refuse(name);
}
