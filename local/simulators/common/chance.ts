import { createHash, randomUUID } from 'node:crypto';

/** Chance that the same request meets again: numbers drawn from a hash of it. */
export interface Chance {
  /** A whole number from 0 to below the limit. */
  below(limit: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** An identifier of that many letters and digits. */
  id(length: number): string;
}

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Chance that draws the same numbers for the same seed. */
export function chanceOf(seed: string): Chance {
  let round = 0;
  const draw = () => {
    round += 1;
    return createHash('sha256').update(`${round} ${seed}`).digest().readUInt32BE(0);
  };
  const below = (limit: number) => draw() % limit;
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    id: (length) => Array.from({ length }, () => lettersAndDigits[below(lettersAndDigits.length)]).join(''),
  };
}

/** An identifier of that many letters and digits that no other answer has. */
export function newId(length: number): string {
  return chanceOf(randomUUID()).id(length);
}

/** One short name for a request: what all its chance is drawn from. */
export function seedOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
