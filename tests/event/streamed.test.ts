import { Writable } from 'node:stream';
import { streamResponse } from '../../function/event/streamed.ts';
import type { HttpResponse } from '../../function/http-values.ts';

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

function response(body: HttpResponse['body']): HttpResponse {
  return { status: 200, headers: {}, body };
}

test('the prelude comes first, then each chunk, then the end', async () => {
  const stream = new LambdaStream();
  const body = async (output: Writable) => {
    output.write('one');
    await new Promise(setImmediate);
    output.end('two');
  };
  await streamResponse({ status: 201, headers: { 'x-request-id': 'id-1' }, body }, stream, never);
  expect(stream.metadata).toEqual({ statusCode: 201, headers: { 'x-request-id': 'id-1' } });
  expect(stream.sent).toEqual(['PRELUDE', 'one', 'two']);
  expect(stream.writableFinished).toBe(true);
});

test.each([
  ['text', 'whole', ['PRELUDE', 'whole']],
  ['bytes', Buffer.from('whole'), ['PRELUDE', 'whole']],
  ['nothing', '', ['PRELUDE']],
])('a whole body is written: %s', async (_name, body, sent) => {
  const stream = new LambdaStream();
  stream.slow = 5;
  await streamResponse(response(body), stream, never);
  expect(stream.sent).toEqual(sent);
  expect(stream.writableFinished).toBe(true);
});

test('the status is sent before the first byte of the body', async () => {
  const stream = new LambdaStream();
  const { promise, resolve } = Promise.withResolvers<void>();
  const silent = async (output: Writable) => {
    await promise;
    output.end();
  };
  const sending = streamResponse(response(silent), stream, never);
  await new Promise(setImmediate);
  expect(stream.sent).toEqual(['PRELUDE']);
  resolve();
  await sending;
});

test('a body that breaks ends the stream and is reported', async () => {
  const stream = new LambdaStream();
  const causes: unknown[] = [];
  const cause = new Error('broken');
  const broken = (output: Writable) => {
    output.write('one');
    return Promise.reject(cause);
  };
  await streamResponse(response(broken), stream, (reason) => causes.push(reason));
  expect(stream.sent).toEqual(['PRELUDE', 'one']);
  expect(stream.writableFinished).toBe(true);
  expect(causes).toEqual([cause]);
});

test('a body that forgets to end the stream does not hang the handler', async () => {
  const stream = new LambdaStream();
  await streamResponse(
    response(() => Promise.resolve()),
    stream,
    never,
  );
  expect(stream.writableFinished).toBe(true);
});

test.each([
  ['with an error', new Error('gone'), 'gone'],
  ['without an error', undefined, 'The stream was closed before its end.'],
])('a stream that breaks %s closes the body, and the handler does not hang', async (_name, error, message) => {
  const stream = new LambdaStream();
  const causes: unknown[] = [];
  let isClosed = false;
  const endless = (output: Writable) =>
    new Promise<void>((resolve) => {
      output.once('close', () => {
        isClosed = true;
        resolve();
      });
    });
  const sending = streamResponse(response(endless), stream, (reason) => causes.push(reason));
  setTimeout(() => stream.destroy(error), 5);
  await sending;
  expect([isClosed, stream.destroyed]).toEqual([true, true]);
  expect(causes).toMatchObject([{ message }]);
});

test('a stream that is gone before the answer is reported', async () => {
  const stream = new LambdaStream();
  stream.destroy();
  await new Promise(setImmediate);
  const causes: unknown[] = [];
  await streamResponse(response('whole'), stream, (reason) => causes.push(reason));
  expect(causes).toMatchObject([{ message: 'The stream was closed before its end.' }]);
});

test('a stream that fails at its end is reported and closed', async () => {
  const stream = new LambdaStream();
  stream._final = (done) => done(new Error('late'));
  const causes: unknown[] = [];
  await streamResponse(response('whole'), stream, (reason) => causes.push(reason));
  expect(causes).toMatchObject([{ message: 'late' }]);
  expect(stream.destroyed).toBe(true);
});
