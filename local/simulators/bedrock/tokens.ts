import { createHash } from 'node:crypto';
import { countText } from '../common/tokens.ts';
import type { CachePoint, ContentBlock, ConverseRequest } from './wire.ts';

// Rough counts: four characters of text a token, an image at the size most models scale to, a document's share of text.
const charactersPerToken = 4;
const imageTokens = 1600;
const documentCharactersPerToken = 24;

/** A piece of the prompt in its order, as caching and counting see it. */
export interface Piece {
  readonly tokens: number;
  /** Names this piece and all before it. */
  readonly prefix: string;
  /** Set when a cache point follows. */
  readonly cachePoint?: CachePoint;
}

interface Part {
  readonly cachePoint?: CachePoint;
}

/** The prompt as a list of pieces: tools, system, messages. */
export function pieces(request: ConverseRequest): Piece[] {
  const turns = (request.messages ?? []).flatMap(({ role, content }) => content.map((block) => ({ role, ...block })));
  const parts: readonly Part[] = [...(request.toolConfig?.tools ?? []), ...(request.system ?? []), ...turns];
  const hash = createHash('sha256');
  const found: Piece[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (part.cachePoint === undefined) {
      const prefix = hash.update(JSON.stringify(part)).copy().digest('base64');
      found.push({ tokens: countPart(part), prefix });
    } else if (last !== undefined) found[found.length - 1] = { ...last, cachePoint: part.cachePoint };
  }
  return found;
}

/** Input tokens of a request. */
export function tokensOf(request: ConverseRequest): number {
  return pieces(request).reduce((sum, { tokens }) => sum + tokens, 0);
}

function countPart(part: ContentBlock): number {
  if (part.text !== undefined) return countText(part.text);
  if (part.image !== undefined) return imageTokens;
  if (part.document?.source.bytes !== undefined)
    return Math.ceil(part.document.source.bytes.length / documentCharactersPerToken);
  const inside = part.toolResult?.content;
  if (inside !== undefined) return inside.reduce((sum, block) => sum + countPart(block), 2);
  return Math.ceil(JSON.stringify(part).length / charactersPerToken);
}
