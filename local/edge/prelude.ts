import { isObject } from '../json.ts';
import { functionHeaders, isStatus, type Header } from './reply.ts';

/** Between the metadata and the body. */
const delimiter = Buffer.alloc(8);

/** The delimiter must have come by then. */
const maxPreludeBytes = 16 * 1024;

/** What begins a streamed answer. */
export interface Prelude {
  readonly status: number;
  readonly headers: readonly Header[];
}

/** An answer that has no metadata where they must be. */
class PreludeError extends Error {}

/** Collects the first bytes of a streamed answer until its metadata are complete. */
export class PreludeReader {
  #bytes = Buffer.alloc(0);

  /** The metadata and what came after them, once they are there. */
  take(chunk: Uint8Array): { prelude: Prelude; rest: Buffer } | undefined {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const end = this.#bytes.subarray(0, maxPreludeBytes).indexOf(delimiter);
    if (end >= 0) return { prelude: parse(this.#bytes.toString('utf8', 0, end)), rest: this.#bytes.subarray(end + 8) };
    if (this.#bytes.byteLength >= maxPreludeBytes) throw new PreludeError('no delimiter in the first 16 KB');
    return undefined;
  }
}

function parse(json: string): Prelude {
  const metadata = read(json);
  if (!isObject(metadata)) throw new PreludeError('the metadata are not a JSON object');
  const status = Number(metadata['statusCode'] ?? 200);
  if (!isStatus(status)) throw new PreludeError('the status is none of HTTP');
  return { status, headers: functionHeaders(metadata) };
}

function read(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
