import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createBedrock, type Bedrock } from '../../function/backends/bedrock/bedrock.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { frame } from '../golden/frames.ts';
import { chatInit, testApp } from '../support/app.ts';

/** How far an upstream goes before it falls silent, or that it never does. */
type Phase = (socket: Socket) => void;

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n\r\n';
const delta = frame({ contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'x'.repeat(100) } } });
const deltas = Buffer.concat(Array.from({ length: 500 }, () => delta));

const phases: Readonly<Record<string, Phase>> = {
  'before the head': () => {},
  'before the first event': (socket) => void socket.write(head),
  'after the first event': (socket) => void socket.write(Buffer.concat([Buffer.from(head), delta])),
  'within a frame': (socket) => void socket.write(Buffer.concat([Buffer.from(head), delta, delta.subarray(0, 50)])),
  'while events keep coming': (socket) => {
    socket.write(head);
    flood(socket);
  },
};

let phase: Phase;
let flooded = 0;
let server: Server;
let bedrock: Bedrock;
const sockets = new Set<Socket>();
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.once('data', () => phase(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bedrock = createBedrock({ endpoints: { runtime: url, control: url }, transport: createTransport() });
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** Writes events for as long as the socket accepts them. */
function flood(socket: Socket): void {
  const write = () => {
    do flooded += deltas.length;
    while (!socket.destroyed && socket.write(deltas));
  };
  socket.on('drain', write);
  write();
}

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const chat = (n: number) =>
  chatInit({ model: 'amazon.nova-lite-v1:0', n, stream: true, messages: [{ role: 'user', content: 'hi' }] });

describe.each([1, 3])('with %d choices', (n) => {
  test.each(Object.entries(phases))(
    'a client that disconnects %s leaves no connection or timer behind',
    async (_name, upstream) => {
      phase = upstream;
      const { open, log } = testApp({ bedrock });
      const controller = new AbortController();
      const opening = open('/v1/chat/completions', { ...chat(n), signal: controller.signal });
      await until(() => sockets.size === n);
      setTimeout(() => controller.abort(), 30);
      await (await opening).text();
      await until(() => sockets.size === 0 && log.length === 1);
      expect(log).toMatchObject([{ error: 'AbortError' }]);
    },
  );

  test.each(Object.entries(phases).slice(2))(
    'a reader that stops %s leaves no connection or timer behind',
    async (_name, upstream) => {
      phase = upstream;
      const { open, log } = testApp({ bedrock });
      const response = await open('/v1/chat/completions', chat(n));
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      await until(() => sockets.size === 0 && log.length === 1);
      expect(log).toMatchObject([{ status: 200, ended: 'cancelled' }]);
    },
  );
});

test('a reader that does not read pauses upstream', async () => {
  phase = phases['while events keep coming'] ?? (() => {});
  flooded = 0;
  const { open } = testApp({ bedrock });
  const reader = (await open('/v1/chat/completions', chat(1))).body?.getReader();
  await reader?.read();
  let before = -1;
  await until(() => {
    const still = flooded === before;
    before = flooded;
    return still;
  });
  // What fits into the kernel's buffers on both sides, and into one batch.
  expect(flooded).toBeLessThan(50_000_000);
  await reader?.cancel();
  await until(() => sockets.size === 0);
});

test('an upstream stream that never ends is closed at the deadline', async () => {
  phase = phases['while events keep coming'] ?? (() => {});
  const { send, log } = testApp({ bedrock });
  const { text } = await send('/v1/chat/completions', { ...chat(1), until: 300 });
  expect(text).toMatch(/"code":"timeout"}}\n\n$/);
  await until(() => sockets.size === 0);
  expect(log).toMatchObject([{ ended: 'timeout' }]);
});

test('no promise rejection was unhandled', () => {
  expect(unhandled).toEqual([]);
});
