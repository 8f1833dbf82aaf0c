import { hashed } from '../hash.ts';

/** OpenAI refuses longer ids of calls; Bedrock takes 64 characters. */
export const LONGEST_CALL_ID = 40;

/** The id of a call and of its result: as it is, or cut with a hash of the whole, the same in every turn. */
export function callId(id: string): string {
  if (id.length <= LONGEST_CALL_ID) return id;
  const hash = hashed(id);
  return `${id.slice(0, LONGEST_CALL_ID - hash.length - 1)}-${hash}`;
}
