import { hash } from '../hash.ts';

/** OpenAI refuses longer ids of calls; Bedrock takes 64 characters. */
export const maxCallIdLength = 40;

/** The id of a call and of its result: as it is, or cut with a hash of the whole, the same in every turn. */
export function callId(id: string): string {
  if (id.length <= maxCallIdLength) return id;
  const suffix = hash(id);
  return `${id.slice(0, maxCallIdLength - suffix.length - 1)}-${suffix}`;
}
