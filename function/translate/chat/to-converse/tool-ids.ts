import type { Family } from '../../../catalog/family.ts';
import { hash } from '../../hash.ts';

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
  const usedIds = new Set<string>();
  // Where to go on with an id: from the start each time, one id for ten thousand calls would be hashed fifty million times.
  const tried = new Map<string, number>();
  return {
    next(id) {
      let found = id;
      let again = tried.get(id) ?? 0;
      for (; !shapes[shape].test(found) || usedIds.has(found); again += 1) found = hash(`${again}:${id}`);
      tried.set(id, again);
      usedIds.add(found);
      return found;
    },
  };
}
