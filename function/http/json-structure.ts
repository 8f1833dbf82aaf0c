import { stringEnd } from '../dialects/json-text.ts';

const [openBracket, openBrace, closeBracket, closeBrace, quote] = [0x5b, 0x7b, 0x5d, 0x7d, 0x22];

/** How deep arrays and objects may nest, and how many there may be. */
export interface StructureLimits {
  readonly depth: number;
  readonly count: number;
}

/**
 * Which limit the arrays and objects of a JSON text exceed, found without parsing it: an empty array takes some 50 bytes of memory, so that
 * parsing a text of a few megabytes can take more than a function has. UTF-8 that was read as Latin-1 will do, since its structure is ASCII.
 */
export function exceededLimit(json: string, limits: StructureLimits): keyof StructureLimits | undefined {
  let [depth, count] = [0, 0];
  for (let at = 0; at < json.length; at += 1) {
    const mark = json.charCodeAt(at);
    if (mark === quote) at = stringEnd(json, at) - 1;
    else if (mark === closeBracket || mark === closeBrace) depth -= 1;
    else if (mark === openBracket || mark === openBrace) {
      depth += 1;
      count += 1;
      if (depth > limits.depth) return 'depth';
      if (count > limits.count) return 'count';
    }
  }
  return undefined;
}
