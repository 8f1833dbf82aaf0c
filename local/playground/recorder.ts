import type { Wire } from '../simulators/common/server.ts';

/** A call that the gateway has made to a simulated service. */
export interface UpstreamCall {
  /** Counts up from 1 over all calls of this start. */
  readonly number: number;
  /** Label of the service, such as `Bedrock`. */
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** The first word of the header `authorization`, which says how it is paid, such as `Bearer`; never what follows it. */
  readonly authorization: string | undefined;
  /** The body as text, at most 200,000 bytes of it. */
  readonly body: string;
  readonly isCut: boolean;
  /** Undefined until the answer is over. */
  readonly status?: number;
  /** Milliseconds from the arrival of the call to the end of its answer. */
  readonly milliseconds?: number;
}

const maxCalls = 50;
const maxBodyBytes = 200_000;

interface Recording {
  readonly head: Omit<UpstreamCall, 'body' | 'isCut' | 'status' | 'milliseconds'>;
  readonly chunks: Buffer[];
  bytes: number;
  end?: { readonly status: number; readonly milliseconds: number };
}

/** Keeps the last 50 calls to simulated services, as they arrived there. What it keeps is gone when the local stack stops. */
export class Recorder {
  readonly #now: () => number;
  readonly #recordings: Recording[] = [];
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The number of the last call; 0 before the first. */
  get last(): number {
    return this.#count;
  }

  /** The calls after a number, the oldest first. */
  after(number: number): UpstreamCall[] {
    return this.#recordings.filter(({ head }) => head.number > number).map(shown);
  }

  /** Sees the requests to one service, each before its body is read. */
  readonly of =
    (service: string) =>
    ({ incoming, response }: Wire): void => {
      const began = this.#now();
      const { method = '', url = '', headers } = incoming;
      const authorization = headers.authorization?.split(' ')[0];
      this.#count += 1;
      const recording: Recording = {
        head: { number: this.#count, service, method, path: url, authorization },
        chunks: [],
        bytes: 0,
      };
      this.#recordings.push(recording);
      if (this.#recordings.length > maxCalls) this.#recordings.shift();
      keepBody(incoming, recording);
      response.once('close', () => {
        recording.end = { status: response.statusCode, milliseconds: this.#now() - began };
      });
    };
}

/** Copies a body while it comes in. A listener would make it flow before the service reads it. */
function keepBody(incoming: Wire['incoming'], recording: Recording): void {
  const push = incoming.push.bind(incoming);
  incoming.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk instanceof Uint8Array) {
      const room = Math.max(0, maxBodyBytes - recording.bytes);
      if (room > 0) recording.chunks.push(Buffer.from(chunk.subarray(0, room)));
      recording.bytes += chunk.length;
    }
    return push(chunk, encoding);
  };
}

function shown({ head, chunks, bytes, end }: Recording): UpstreamCall {
  return { ...head, body: Buffer.concat(chunks).toString('utf8'), isCut: bytes > maxBodyBytes, ...end };
}
