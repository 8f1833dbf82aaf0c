import { createHash } from 'node:crypto';

/**
 * A made-up embedding: each word points somewhere, and a text to the sum of its words. So texts that share words are near
 * each other, as with a real model, and the same text is always the same vector.
 */
export function vectorOf(text: string, dimensions: number): Float64Array {
  const sum = new Float64Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) add(sum, word, 1);
  // The order of the words, and what is no word, makes a small difference.
  add(sum, `whole ${text}`, 0.1);
  return sum;
}

/** A vector of the same direction and of length 1. */
export function normalizeVector(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Adds the direction of a word, drawn from its hash by xorshift (Marsaglia 2003): a hash for each number would take minutes. */
function add(sum: Float64Array, word: string, weight: number): void {
  let state = createHash('sha256').update(word).digest().readUInt32BE(0) | 1;
  for (let index = 0; index < sum.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    sum[index] = (sum[index] ?? 0) + (weight * state) / 2 ** 31;
  }
}

/** A vector as a JSON list of numbers, with the digits that a 32-bit float has. */
export function listOf(vector: Float64Array): number[] {
  return Array.from(vector, (value) => Number(value.toPrecision(8)));
}

/** The other types of numbers that models answer with, by Cohere's names. */
export const types: Readonly<Record<string, (vector: Float64Array) => number[]>> = {
  float: listOf,
  int8: (vector) => Array.from(vector, (value) => Math.round(value * 127)),
  uint8: (vector) => Array.from(vector, (value) => Math.round(value * 127) + 128),
  binary: (vector) => bytes(vector).map((byte) => byte - 128),
  ubinary: bytes,
};

/** One bit for each number, eight to a byte. */
function bytes(vector: Float64Array): number[] {
  const all = bits(vector);
  return Array.from({ length: vector.length / 8 }, (_, byte) =>
    all.slice(byte * 8, byte * 8 + 8).reduce((value, bit) => value * 2 + bit, 0),
  );
}

/** Signs of a vector as bits: 1 for a number above 0, else 0. */
export function bits(vector: Float64Array): number[] {
  return Array.from(vector, (value) => (value > 0 ? 1 : 0));
}
