import { Writable } from 'node:stream';

/** What API Gateway reads the metadata of an answer from: JSON, then eight NUL bytes, then the body. */
const integrationResponseType = 'application/vnd.awslambda.http-integration-response';
const delimiterBytes = 8;

/** Node's default for byte streams and sockets, which Lambda's own stream is made of. */
const defaultHighWaterMarkBytes = 65_536;

type Done = (error?: Error | null) => void;
type Send = (bytes: Uint8Array, taken: () => void) => void;

class InvalidStreamingOperation extends Error {
  override readonly name = 'InvalidStreamingOperation';
}

/** The second argument of a streamed handler. */
export class ResponseStream extends Writable {
  readonly #send: Send;
  #written = false;
  /** Called before the first `write`, and by nothing else: `end('text')` alone passes it by. */
  beforeFirstWrite: ((write: (bytes: Uint8Array) => void) => void) | undefined;

  constructor({ send, highWaterMark = defaultHighWaterMarkBytes }: { send: Send; highWaterMark?: number | undefined }) {
    super({ highWaterMark, decodeStrings: true });
    this.#send = send;
  }

  setContentType(_type: string): void {
    if (this.#written || this.writableEnded) {
      throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    }
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Done, callback?: Done): boolean {
    if (!this.#written) {
      this.#written = true;
      this.beforeFirstWrite?.((bytes) => super.write(bytes));
    }
    const content = isContent(chunk) ? chunk : JSON.stringify(chunk);
    if (typeof encoding === 'function') return super.write(content, encoding);
    return encoding === undefined ? super.write(content, callback) : super.write(content, encoding, callback);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Done): void {
    // Never at once: what has been taken in the same turn would not count against the high-water mark.
    const taken = (): void => process.nextTick(callback);
    if (chunk.byteLength === 0) taken();
    else this.#send(chunk, taken);
  }
}

/** Has the metadata go before the body: `awslambda.HttpResponseStream`. */
export const HttpResponseStream = {
  from(stream: ResponseStream, metadata: unknown): ResponseStream {
    stream.setContentType(integrationResponseType);
    const prelude = Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(delimiterBytes)]);
    stream.beforeFirstWrite = (write) => write(prelude);
    return stream;
  },
};

function isContent(chunk: unknown): chunk is string | Uint8Array {
  return typeof chunk === 'string' || chunk instanceof Uint8Array;
}
