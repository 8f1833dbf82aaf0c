import { Writable } from 'node:stream';
import { byteStream } from '../../function/http/bytes.ts';

const signal = AbortSignal.timeout(10_000);

async function* broken(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from('first');
  throw new Error('gone');
}

test('an answer that breaks in the middle is cut off, and does not end like a whole one', async () => {
  const received: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      received.push(chunk.toString());
      done();
    },
  });
  output.on('error', () => undefined);
  const closed = new Promise((resolve) => output.on('close', resolve));
  const causes: unknown[] = [];
  await byteStream(broken(), { signal, onBroken: (cause) => causes.push(cause) })(output);
  await closed;
  expect([received, output.writableFinished, causes]).toEqual([['first'], false, [new Error('gone')]]);
});

test('a client that leaves ends the transfer from the store', async () => {
  let isOver = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        await Promise.resolve();
        yield Buffer.alloc(65_536);
      }
    } finally {
      isOver = true;
    }
  }
  const output = new Writable({
    write(_chunk, _encoding, done) {
      done();
      this.destroy();
    },
  });
  await byteStream(endless(), { signal, onBroken: () => undefined })(output);
  expect(isOver).toBe(true);
});
