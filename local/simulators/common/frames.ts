import type { ServerResponse } from 'node:http';
import { setTimeout as timer } from 'node:timers/promises';

/** A piece of a streamed answer and how long it lets its reader wait. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly wait: number;
  /** The connection is reset after these bytes. */
  readonly resets?: boolean;
}

/** Time until the first piece of an answer. */
export const firstPieceDelayMs = 20;
/** Time between two pieces of an answer. */
export const pieceDelayMs = 8;

/** How long a whole answer takes that would have come in so many pieces: as long as four at most, since nobody watches it grow. */
export function wholeMs(pieces: number): number {
  return firstPieceDelayMs + Math.min(pieces, 4) * pieceDelayMs;
}

/** Writes frames at their pace, and ends the answer; stops when the client has gone. */
export async function send(frames: readonly Frame[], response: ServerResponse): Promise<void> {
  for (const { bytes, wait, resets } of frames) {
    if (wait > 0) await sleep(wait);
    if (response.destroyed) return;
    response.write(bytes);
    if (resets === true) return void response.socket?.resetAndDestroy();
  }
  response.end();
}

/** Waits for some milliseconds, without keeping the process alive. */
export async function sleep(ms: number): Promise<void> {
  await timer(ms, undefined, { ref: false });
}

/** Behind the first text, before the end: the start and three deltas, or less of a short answer. */
export function middle(frames: readonly Frame[]): number {
  return Math.max(1, Math.min(4, frames.length - 3));
}

/** Ends with a changed frame in the middle. */
export function cut(frames: readonly Frame[], last: (frame: Frame) => Frame): Frame[] {
  return [...frames.slice(0, middle(frames)), ...frames.slice(middle(frames), middle(frames) + 1).map(last)];
}

/** Frames of which one waits for some milliseconds. */
export function delayFrame(frames: readonly Frame[], { at, ms }: { at: number; ms: number }): Frame[] {
  return frames.map((frame, index) => (index === at ? { ...frame, wait: ms } : frame));
}
