import { hash } from 'node:crypto';

/** What stands for no limit where OpenAI's API has no other word for it: the largest signed integer of 32 bits. */
export const unlimited = 2_147_483_647;

/** 132 bits tell names apart, which are those of one catalog. */
const digits = 22;

/** The id of the limits of one name of the catalog: always the same one, and fit for a path whatever the name has in it. */
export function rateLimitId(model: string): string {
  return `rl-${hash('sha256', model, 'base64url').slice(0, digits)}`;
}
