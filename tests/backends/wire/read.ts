import type { PassthroughAnswer } from '../../../function/backends/backend.ts';
import type { Failure, Outcome } from '../../../function/dialects/outcome.ts';

export interface Read {
  readonly bytes: Buffer;
  readonly failure: Failure | undefined;
}

/** All bytes of an answer that is passed through, and the failure that ends it. */
export async function read(outcome: Outcome<PassthroughAnswer>): Promise<Read> {
  if (!outcome.ok) throw new Error(`unexpected: ${outcome.failure.name}`);
  const chunks: Uint8Array[] = [];
  for await (const item of outcome.value.body) {
    if ('failure' in item) return { bytes: Buffer.concat(chunks), failure: item.failure };
    chunks.push(item);
  }
  return { bytes: Buffer.concat(chunks), failure: undefined };
}
