import { pipeline } from 'node:stream/promises';
import type { StreamBody } from '../http-values.ts';

/**
 * A body of bytes that are written as they come, no faster than the client takes them. Where they end early, so does the answer, which is
 * then shorter than its headers say; `onBroken` is told why.
 */
export function byteStream(
  source: AsyncIterable<Uint8Array>,
  { signal, onBroken }: { readonly signal: AbortSignal; readonly onBroken: (cause: unknown) => void },
): StreamBody {
  // A pipeline that fails destroys both of its ends.
  return (output) => pipeline(source, output, { signal }).catch(onBroken);
}

/** All bytes in one piece. */
export async function wholeOf(source: AsyncIterable<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
