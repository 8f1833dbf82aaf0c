import type { IncomingMessage } from 'node:http';
import type { Headers } from './request.ts';
import { notEmulated, S3Error } from './s3-error.ts';

/** The bytes of a request's body, and the trailers behind them, which are complete when the bytes have been read. */
export interface Payload {
  readonly bytes: AsyncIterable<Buffer>;
  readonly trailers: ReadonlyMap<string, string>;
}

/** The longest body of one request: 5 GiB. */
const maxBytes = 5 * 1024 ** 3;
/** The least size of a chunk that is not the last one. */
const minChunkBytes = 8192;
/** Far more than the line of a chunk or a trailer has. */
const maxLineBytes = 1024;

/**
 * The body of a request, out of its chunks where it is sent in `aws-chunked`. Only chunks without signatures are emulated, which is
 * what AWS's JavaScript client sends. Throws an S3Error, as the bytes do while they are read.
 */
export function payloadOf(
  incoming: IncomingMessage,
  { payload, headers }: { payload: string; headers: Headers },
): Payload {
  const isChunked = payload === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  if (payload.startsWith('STREAMING-') && !isChunked) throw notEmulated(`bodies signed as ${payload}`);
  if (!/^[0-9a-f]{64}$|^UNSIGNED-PAYLOAD$/.test(payload) && !isChunked) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a valid sha256 value.',
    );
  }
  const length = headers.get(isChunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === undefined || !/^\d+$/.test(length)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) > maxBytes) throw entityTooLarge(Number(length));
  const trailers = new Map<string, string>();
  const bytes = isChunked ? decode(new Source(incoming), trailers) : buffers(incoming);
  return { bytes: ofLength(bytes, Number(length)), trailers };
}

/** The refusal of a body that is too long. */
function entityTooLarge(size: number): S3Error {
  return new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: String(size),
    MaxSizeAllowed: String(maxBytes),
  });
}

async function* buffers(incoming: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const chunk of incoming) yield Buffer.from(chunk);
}

async function* ofLength(bytes: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const each of bytes) {
    size += each.length;
    yield each;
  }
  if (size !== length) throw incomplete();
}

function incomplete(): S3Error {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
  return new S3Error('IncompleteBody', message);
}

/** The bytes of an `aws-chunked` body; its trailers are added to a map (S3 API reference, "sigv4-streaming-trailers"). */
async function* decode(source: Source, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  let isShort = false;
  for (let size = await chunkSize(source); size > 0; size = await chunkSize(source)) {
    if (isShort) {
      const message = 'Only the last chunk is allowed to have a size less than 8192 bytes';
      throw new S3Error('InvalidChunkSizeError', message);
    }
    isShort = size < minChunkBytes;
    yield* source.take(size);
    if ((await source.line()) !== '') throw incomplete();
  }
  for (let line = await source.line(); line !== ''; line = await source.line()) {
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw malformedTrailer();
    trailers.set(name.toLowerCase(), value);
  }
}

async function chunkSize(source: Source): Promise<number> {
  const line = await source.line();
  if (/^[0-9a-f]{1,9}$/i.test(line)) return Number.parseInt(line, 16);
  throw incomplete();
}

/** The refusal of trailers that are not those that the request has announced. */
export function malformedTrailer(): S3Error {
  const message =
    'The request contained trailing data that was not well-formed or did not conform to our published schema.';
  return new S3Error('MalformedTrailerError', message);
}

/** A body that is read by lines and by numbers of bytes. */
class Source {
  readonly #incoming: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);

  constructor(incoming: IncomingMessage) {
    this.#incoming = buffers(incoming);
  }

  /** A line without its end. Throws IncompleteBody where none ends. */
  async line(): Promise<string> {
    for (let end = this.#left.indexOf('\r\n'); ; end = this.#left.indexOf('\r\n')) {
      if (end >= 0) return this.#cut(end + 2).toString('latin1', 0, end);
      if (this.#left.length > maxLineBytes) throw incomplete();
      this.#left = Buffer.concat([this.#left, await this.#next()]);
    }
  }

  /** So many bytes, in pieces. */
  async *take(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0;) {
      if (this.#left.length === 0) this.#left = await this.#next();
      const piece = this.#cut(Math.min(missing, this.#left.length));
      missing -= piece.length;
      yield piece;
    }
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#incoming.next();
    if (done === true) throw incomplete();
    return value;
  }

  #cut(length: number): Buffer {
    const piece = this.#left.subarray(0, length);
    this.#left = this.#left.subarray(length);
    return piece;
  }
}
