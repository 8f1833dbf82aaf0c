import { Writable } from 'node:stream';
import type { Edge } from '../lambda-event.ts';

type Handler = (...args: readonly unknown[]) => unknown;

/** What Lambda's runtime has in place before it loads a bundle. */
export function installRuntime(): void {
  const streamifyResponse = (handler: Handler): Handler => handler;
  const HttpResponseStream = { from: (stream: Writable): Writable => stream };
  Object.assign(globalThis, { awslambda: { streamifyResponse, HttpResponseStream } });
}

/** Where Lambda would take the bytes of an answer. */
class Drain extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // The first bytes are enough to see that the answer is the right one.
    if (this.text.length < 1000) this.text += chunk.toString();
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

/** Calls an export of the bundle as Lambda does, and gives the beginning of its answer. */
export async function invoke(bundle: Readonly<Record<string, unknown>>, edge: Edge, event: string): Promise<string> {
  const handler = bundle[edge] as Handler;
  if (edge === 'buffered') return JSON.stringify(await handler(JSON.parse(event), context));
  const stream = new Drain();
  await handler(JSON.parse(event), stream, context);
  return stream.text;
}
