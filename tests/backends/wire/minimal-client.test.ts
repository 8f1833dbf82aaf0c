import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { createMinimalClient } from '../../../function/backends/wire/minimal-client.ts';
import { selfSigned } from '../bedrock/certificate.ts';
import { closeLoopbacks, loopback } from '../loopback.ts';

/** What a server does with the bytes of its connections, by how many requests there were before on all of them. */
type Answer = (socket: Socket, count: number) => void;

const trusted = getCACertificates('default');
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  setDefaultCACertificates(trusted);
  for (const close of closing.splice(0)) await close();
  await closeLoopbacks();
});

async function listening(server: Server, answer: Answer) {
  const sockets: Socket[] = [];
  let count = 0;
  const serve = (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => answer(socket, (count += 1)));
  };
  server.on(server instanceof Object && 'setSecureContext' in server ? 'secureConnection' : 'connection', serve);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return once(server.close(), 'close');
  });
  return { port: (server.address() as AddressInfo).port, sockets, requests: () => count };
}

const plain = (answer: Answer) => listening(createServer(), answer);
const reply = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const answered = { status: 200, text: '{}' };
const request = { path: '/', headers: { 'x-a': '1' }, body: 'é' };

const timeoutMs = 5_000;

function client(port: number, protocol: 'http:' | 'https:' = 'http:') {
  const hostname = protocol === 'http:' ? '127.0.0.1' : 'localhost';
  return createMinimalClient({ host: { protocol, hostname, port }, timeoutMs });
}

test('a request is sent with its headers, the host, its length and nothing else', async () => {
  const server = await loopback((response) => void response.end('{}'));
  const { port, host } = new URL(server.url);
  expect(await client(Number(port))({ ...request, path: '/a?b=c' })).toEqual(answered);
  expect(await client(Number(port))({ ...request, body: 'ab' })).toEqual(answered);
  const headers = { host, 'content-length': '2', 'x-a': '1' };
  expect(server.arrived).toEqual([
    { method: 'POST', path: '/a?b=c', headers, body: 'é' },
    { method: 'POST', path: '/', headers, body: 'ab' },
  ]);
});

test('requests that follow each other share a connection, and those at once have one each', async () => {
  const server = await plain((socket) => void socket.write(reply));
  const post = client(server.port);
  for (let made = 0; made < 3; made += 1) expect(await post(request)).toEqual(answered);
  expect(server.sockets).toHaveLength(1);
  expect(await Promise.all([post(request), post(request), post(request)])).toEqual([answered, answered, answered]);
  expect(server.sockets).toHaveLength(3);
  expect(await Promise.all([post(request), post(request), post(request)])).toHaveLength(3);
  expect(server.sockets).toHaveLength(3);
});

test('an answer may come byte by byte', async () => {
  const server = await plain((socket) => {
    void (async () => {
      for (const byte of reply) {
        socket.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
  });
  expect(await client(server.port)(request)).toEqual(answered);
});

test('a connection that its server wants to close takes no further request', async () => {
  const last = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}';
  const server = await plain((socket) => void socket.write(last));
  const post = client(server.port);
  for (let made = 0; made < 2; made += 1) expect(await post(request)).toEqual(answered);
  expect(server.sockets).toHaveLength(2);
});

/** How a connection ends that was idle: the bytes and the end that the next request meets. */
const goodbyes: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['is reset', (socket) => void socket.resetAndDestroy()],
  ['ends', (socket) => void socket.end()],
  ['says goodbye by a 408', (socket) => void socket.end('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n')],
];

test.each(goodbyes)(
  'a used connection that %s is replaced, once, and the other idle ones with it',
  async (_, leave) => {
    const server = await plain((socket, count) => {
      if (count === 3) leave(socket);
      else socket.write(reply);
    });
    const post = client(server.port);
    await Promise.all([post(request), post(request)]);
    expect(await post(request)).toEqual(answered);
    expect([server.sockets.length, server.requests()]).toEqual([3, 4]);
    await vi.waitFor(() => expect(server.sockets.filter(({ destroyed }) => !destroyed)).toHaveLength(1));
  },
);

test('an idle connection that has closed is not used', async () => {
  const server = await plain((socket) => void socket.write(reply));
  const post = client(server.port);
  await post(request);
  server.sockets[0]?.end();
  await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  expect(await post(request)).toEqual(answered);
  expect(server.requests()).toBe(2);
});

test.each<[string, string, Answer]>([
  ['fresh and reset', 'ConnectionError', (socket) => void socket.resetAndDestroy()],
  ['cut off', 'ConnectionError', (socket) => void socket.end(reply.slice(0, -1))],
  ['no HTTP', 'MalformedReply', (socket) => void socket.write('<html>\r\n\r\n')],
  ['more than was asked for', 'MalformedReply', (socket) => void socket.write(`${reply}${reply}`)],
])('a connection that is %s is a %s at once', async (_, name, answer) => {
  const server = await plain(answer);
  await expect(client(server.port)(request)).rejects.toMatchObject({ name });
  expect(server.requests()).toBe(1);
  await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
});

test('a used connection that breaks within an answer is not tried again', async () => {
  const server = await plain((socket, count) => {
    if (count === 1) socket.write(reply);
    else socket.end(reply.slice(0, 20));
  });
  const post = client(server.port);
  await post(request);
  await expect(post(request)).rejects.toMatchObject({ name: 'ConnectionError' });
  expect(server.requests()).toBe(2);
});

test('a server that is silent is a TimeoutError, and its connection is not used again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const server = await plain((socket, count) => {
    socket.write(count === 1 ? 'HTTP/1.1 200 OK\r\n' : reply);
    resolve();
  });
  const post = client(server.port);
  const silent = post(request);
  await asked;
  vi.advanceTimersByTime(timeoutMs);
  await expect(silent).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(await post(request)).toEqual(answered);
  expect(server.sockets).toHaveLength(2);
});

test('nobody listens', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  await expect(client(port)(request)).rejects.toMatchObject({ name: 'ConnectionError' });
});

test('over TLS the certificate is checked, and the next connection resumes the session', async () => {
  const certificate = selfSigned();
  const last = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}';
  const resumed: boolean[] = [];
  const server = await listening(createTlsServer(certificate), (socket) => {
    resumed.push((socket as TLSSocket).isSessionReused());
    socket.write(last);
  });
  await expect(client(server.port, 'https:')(request)).rejects.toMatchObject({ name: 'ConnectionError' });
  setDefaultCACertificates([...trusted, certificate.cert]);
  const post = client(server.port, 'https:');
  for (let made = 0; made < 2; made += 1) expect(await post(request)).toEqual(answered);
  expect(resumed).toEqual([false, true]);
});
