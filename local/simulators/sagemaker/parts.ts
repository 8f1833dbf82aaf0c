import { encodeFrame } from '../common/event-stream.ts';
import { pieceDelayMs, type Frame } from '../common/frames.ts';
import type { Endpoint } from './endpoints.ts';

/** The lines of a container's stream: events with their end, or one JSON text each, without. */
export function linesOf(chunks: readonly object[], { stream }: Pick<Endpoint, 'stream'>): Buffer[] {
  if (stream === 'lines') return chunks.map((chunk) => Buffer.from(`${JSON.stringify(chunk)}\n`));
  return [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => Buffer.from(`data: ${data}\n\n`));
}

/**
 * Frames whose boundaries follow neither lines nor characters, which SageMaker does not promise: each frame ends inside a line,
 * inside a character of more than one byte where the line has one.
 */
export function partsOf(lines: readonly Buffer[]): Frame[] {
  const cuts = lines.map(cutOf);
  const parts = lines.map((line, index) => {
    const tail = lines[index - 1]?.subarray(cuts[index - 1]) ?? Buffer.alloc(0);
    return Buffer.concat([tail, line.subarray(0, cuts[index])]);
  });
  const rest = lines.at(-1)?.subarray(cuts.at(-1)) ?? Buffer.alloc(0);
  return [...parts, rest].map((bytes) => ({ bytes: partFrame(bytes), wait: pieceDelayMs }));
}

// A byte that continues a character begins with the bits 10.
function cutOf(line: Buffer): number {
  const inside = line.findIndex((byte) => (byte & 0xc0) === 0x80);
  return inside >= 0 ? inside : Math.ceil(line.length / 2);
}

function partFrame(bytes: Uint8Array): Uint8Array {
  return encodeFrame(
    { ':event-type': 'PayloadPart', ':content-type': 'application/octet-stream', ':message-type': 'event' },
    bytes,
  );
}

/** A modelled exception inside the stream. */
export function exceptionFrame(type: string, payload: object): Uint8Array {
  return encodeFrame(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    Buffer.from(JSON.stringify(payload)),
  );
}
