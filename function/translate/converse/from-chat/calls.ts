import { hashed } from '../../hash.ts';

/** ToolUseId of the service model. */
const idShape = /^[a-zA-Z0-9_.:-]{1,64}$/;
const LONGEST_NAME = 64;

/** Ids of the calls of one answer: a server's own where Bedrock's clients take them, each given out once. */
export interface CallIds {
  next(id: string | undefined): string;
}

/** `answerId` makes ids of calls that have none different from those of other answers. */
export function callIds(answerId: string): CallIds {
  const given = new Set<string>();
  return {
    next(id) {
      const wanted = id ?? '';
      let found = wanted;
      for (let again = 0; !idShape.test(found) || given.has(found); again += 1)
        found = `call_${hashed(`${answerId}:${again}:${wanted}`)}`;
      given.add(found);
      return found;
    },
  };
}

/** A tool's name as Bedrock's clients send it back: models make names up. */
export function toolName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]+/g, '_').slice(0, LONGEST_NAME) || 'unknown';
}
