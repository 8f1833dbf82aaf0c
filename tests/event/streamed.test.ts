import { Writable } from 'node:stream';
import { streamResponse } from '../../function/event/streamed.ts';

/** Behaves as Lambda's stream was observed to: the prelude goes before the first `write`, and `end` alone passes it by. */
class LambdaStream extends Writable {
  readonly sent: string[] = [];
  prelude: string | undefined;
  metadata: unknown;
  slow = 0;

  override write(chunk: unknown, ...rest: never[]): boolean {
    const { prelude } = this;
    this.prelude = undefined;
    if (prelude !== undefined) super.write(prelude);
    return super.write(chunk, ...rest);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (chunk.length > 0) this.sent.push(chunk.toString());
    setTimeout(done, this.slow);
  }
}

beforeAll(() => {
  const from = (stream: LambdaStream, metadata: unknown) => {
    stream.metadata = metadata;
    stream.prelude = 'PRELUDE';
    return stream;
  };
  Object.assign(globalThis, { awslambda: { HttpResponseStream: { from } } });
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'awslambda');
});

const never = () => {
  throw new Error('nothing broke');
};

function body(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
}

test('prelude, then each chunk as it is, then the end', async () => {
  const stream = new LambdaStream();
  const response = new Response(body('one', 'two'), { status: 201, headers: { 'x-request-id': 'id-1' } });
  await streamResponse(response, stream, never);
  expect(stream.metadata).toEqual({ statusCode: 201, headers: { 'x-request-id': 'id-1' } });
  expect(stream.sent).toEqual(['PRELUDE', 'one', 'two']);
  expect(stream.writableFinished).toBe(true);
});

test('an answer without a body still has its prelude, and ends', async () => {
  const stream = new LambdaStream();
  await streamResponse(new Response(null, { status: 204 }), stream, never);
  expect(stream.sent).toEqual(['PRELUDE']);
  expect(stream.writableFinished).toBe(true);
});

test('the status is out before the body has anything to say', async () => {
  const stream = new LambdaStream();
  let close: () => void = () => {};
  const silent = new ReadableStream({
    start: (controller) => {
      close = () => controller.close();
    },
  });
  const sending = streamResponse(new Response(silent), stream, never);
  await new Promise(setImmediate);
  expect(stream.sent).toEqual(['PRELUDE']);
  close();
  await sending;
});

test('a body that breaks ends the stream and is reported', async () => {
  const stream = new LambdaStream();
  const causes: unknown[] = [];
  const cause = new Error('broken');
  let pulls = 0;
  const broken = new ReadableStream({
    pull(controller) {
      pulls += 1;
      if (pulls === 1) controller.enqueue(new TextEncoder().encode('one'));
      else controller.error(cause);
    },
  });
  await streamResponse(new Response(broken), stream, (reason) => causes.push(reason));
  expect(stream.sent).toEqual(['PRELUDE', 'one']);
  expect(stream.writableFinished).toBe(true);
  expect(causes).toEqual([cause]);
});

test('a stream that breaks cancels the body, and the handler does not hang', async () => {
  const stream = new LambdaStream();
  const causes: unknown[] = [];
  let cancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('more')),
    cancel: () => {
      cancelled = true;
    },
  });
  const sending = streamResponse(new Response(endless), stream, (reason) => causes.push(reason));
  setTimeout(() => stream.destroy(new Error('gone')), 5);
  await sending;
  expect(cancelled).toBe(true);
  expect(causes).toMatchObject([{ message: 'gone' }]);
});

test('a slow caller slows the body down', async () => {
  const stream = new LambdaStream({ highWaterMark: 1000 });
  stream.slow = 5;
  let made = 0;
  const long = new ReadableStream({
    pull(controller) {
      made += 1;
      if (made <= 100) controller.enqueue(new Uint8Array(1000).fill(0x61));
      else controller.close();
    },
  });
  const sending = streamResponse(new Response(long), stream, never);
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  // What is under way: one chunk in each of the queues on the way.
  expect(made - stream.sent.length).toBeLessThan(10);
  await sending;
  expect(stream.sent).toHaveLength(101);
});
