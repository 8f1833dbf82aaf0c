import { createHash } from 'node:crypto';

/** As long as the ids that API Gateway gives, and the same for the same resource. */
export function shortId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
