/** No request needs more of anything, and sums of a few stay exact. */
const most = 1_000_000_000;

/**
 * A number of tokens or choices that a request asks for; undefined for what is none. Some servers take a text for a number, so that counts
 * as one here.
 */
export function whole(given: unknown): number | undefined {
  if (typeof given !== 'number' && typeof given !== 'string') return undefined;
  const number = Number(given);
  if (given === '' || Number.isNaN(number)) return undefined;
  return Math.min(Math.max(Math.ceil(number), 0), most);
}
