import { pieceDelayMs, type Frame } from '../common/frames.ts';

/** One server-sent event. */
export function eventFrame(data: object): Uint8Array {
  return Buffer.from(`data: ${JSON.stringify(data)}\n\n`);
}

/** The events of an answer, one after the other, and the word that ends them. */
export function sseFrames(chunks: readonly object[]): Frame[] {
  return [
    ...chunks.map((chunk) => ({ bytes: eventFrame(chunk), wait: pieceDelayMs })),
    { bytes: Buffer.from('data: [DONE]\n\n'), wait: 0 },
  ];
}
