import { createHash } from 'node:crypto';

/** The account of AWS's own documentation: nothing here belongs to anybody. */
export const ACCOUNT = '123456789012';

/** As long as the ids that API Gateway gives, and the same for the same resource. */
export function shortId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
