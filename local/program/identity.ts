import { createHash } from 'node:crypto';

/** An ID of ten characters, like those of API Gateway; equal texts have equal IDs. */
export function shortId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
