import type { Family } from '../../../catalog/family.ts';

/** Tool-use ids of one conversation: what Converse takes for the caller's, each given out once. */
export interface ToolIds {
  next(id: string): string;
}

const shapes: Readonly<Record<Family['toolUseIds'], RegExp>> = {
  // ToolUseId of the service model.
  bedrock: /^[a-zA-Z0-9_.:-]{1,64}$/,
  // Mistral's own models refuse every other id.
  'nine-alphanumerics': /^[a-zA-Z0-9]{9}$/,
};

/**
 * Ids that fit stay as they are. Others, and those that a client gives to a second call, become a hash of what they were: the
 * same in every turn, so that a cached prefix stays the same.
 */
export function toolIds(shape: Family['toolUseIds']): ToolIds {
  const given = new Set<string>();
  // Where to go on with an id: from the start each time, one id for ten thousand calls would be hashed fifty million times.
  const tried = new Map<string, number>();
  return {
    next(id) {
      let found = id;
      let again = tried.get(id) ?? 0;
      for (; !shapes[shape].test(found) || given.has(found); again += 1) found = hashed(`${again}:${id}`);
      tried.set(id, again);
      given.add(found);
      return found;
    },
  };
}

/** 2^46 values in nine characters that every family takes. */
function hashed(text: string): string {
  const high = fnv1a(text, 0x811c9dc5);
  const low = fnv1a(text, 0xcbf29ce4);
  const number = (high % 0x4000) * 0x1_0000_0000 + low;
  return number.toString(36).padStart(9, '0').slice(-9);
}

/** FNV-1a over UTF-16 units (the reference works on bytes), from a given offset basis. */
function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
