import type { ServerResponse } from 'node:http';
import type { RequestedFault } from './fault-reader.ts';
import type { CommonFault } from './fault.ts';
import { firstPieceDelayMs, send, sleep, type Frame } from './frames.ts';

type Headers = Readonly<Record<string, string>>;

interface Whole {
  readonly bytes: Buffer;
  /** How long the answer takes when nothing goes wrong. */
  readonly ms: number;
  readonly headers: Headers;
}

/** Writes a whole answer, over the time that it takes, with what goes wrong on the way. */
export async function writeWhole(
  response: ServerResponse,
  { bytes, ms, headers }: Whole,
  { fault, argument }: RequestedFault<CommonFault>,
): Promise<void> {
  await sleep(fault.wholeDelay?.(argument) ?? ms);
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  if (fault.cutsBody === true) response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  else response.end(bytes);
}

/** Writes an answer in frames, at their pace, with what goes wrong on the way. */
export async function writeFrames(
  response: ServerResponse,
  { frames, headers }: { readonly frames: readonly Frame[]; readonly headers: Headers },
  { fault, argument }: RequestedFault<CommonFault>,
): Promise<void> {
  await sleep(fault.headerDelay?.(argument) ?? firstPieceDelayMs);
  response.writeHead(200, headers);
  response.flushHeaders();
  await send(fault.frames?.(frames, argument) ?? frames, response);
}
