import { hash } from 'node:crypto';

/** 132 bits tell names apart, which are those of one catalog. */
const digits = 22;

/** The id of the limits of one name of the catalog: always the same one, and fit for a path whatever the name has in it. */
export function rateLimitId(model: string): string {
  return `rl-${hash('sha256', model, 'base64url').slice(0, digits)}`;
}
