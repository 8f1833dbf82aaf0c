import { createHash } from 'node:crypto';

/**
 * A vector of length one for a text: the sum of a vector for each of its words, so that texts which share words are near
 * each other. The same text gives the same vector, and fewer dimensions are the first of more, scaled anew.
 */
export function vectorOf(text: string, dimensions: number): number[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text];
  const sums = new Float64Array(dimensions);
  for (const word of words)
    for (const [at, value] of wordVector(word, dimensions).entries()) sums[at] = (sums[at] ?? 0) + value;
  const length = Math.hypot(...sums) || 1;
  return Array.from(sums, (value) => value / length);
}

function wordVector(word: string, dimensions: number): number[] {
  const bytes = createHash('shake256', { outputLength: dimensions * 2 })
    .update(word)
    .digest();
  return Array.from({ length: dimensions }, (_, at) => bytes.readInt16LE(at * 2) / 32_768);
}
