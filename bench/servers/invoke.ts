import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Edge } from '../lambda-event.ts';

type Handler = (...args: readonly unknown[]) => unknown;

/** Puts in place what Lambda's runtime defines before it loads a bundle. */
export function installRuntime(): void {
  const streamifyResponse = (handler: Handler): Handler => handler;
  Object.assign(globalThis, { awslambda: { streamifyResponse, HttpResponseStream: { from: withPrelude } } });
}

/** Has status and headers go before the body, as JSON and eight NUL bytes: `awslambda.HttpResponseStream.from`. */
function withPrelude(stream: ResponseStream, prelude: object): ResponseStream {
  stream.beforeFirstWrite = JSON.stringify(prelude);
  return stream;
}

type Done = (error?: Error | null) => void;

const delimiter = new Uint8Array(8);

/** Takes the bytes of an answer as the response stream of Lambda's runtime does, and sends them nowhere. */
class ResponseStream extends Writable {
  readonly chunks: Buffer[] = [];
  beforeFirstWrite: string | undefined;

  override write(chunk: unknown, encoding?: BufferEncoding | Done, done?: Done): boolean {
    const prelude = this.beforeFirstWrite;
    if (prelude !== undefined) {
      this.beforeFirstWrite = undefined;
      super.write(prelude);
      super.write(delimiter);
    }
    if (typeof encoding === 'function') return super.write(chunk, encoding);
    return encoding === undefined ? super.write(chunk, done) : super.write(chunk, encoding, done);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

const context = {
  functionName: 'benchmark',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:benchmark:live',
  memoryLimitInMB: '1024',
  awsRequestId: '5f0c1de2-7a1b-4c57-9f0e-2b9a6f1d3c11',
  getRemainingTimeInMillis: () => 900_000,
};

/** The parts of an answer, which only a check puts together. */
export type Answer = readonly (string | Buffer)[];

/** Calls an export of a bundle as Lambda does. Rejects as the handler does. */
export async function invoke(bundle: Readonly<Record<string, unknown>>, edge: Edge, event: string): Promise<Answer> {
  const handler = bundle[edge] as Handler;
  if (edge === 'buffered') return [JSON.stringify(await handler(JSON.parse(event), context))];
  const stream = new ResponseStream();
  const over = finished(stream);
  await handler(JSON.parse(event), stream, context);
  await over;
  return stream.chunks;
}
