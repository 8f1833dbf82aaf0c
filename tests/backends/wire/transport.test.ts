import { createTransport, type WireRequest } from '../../../function/backends/wire/transport.ts';
import { endpointOf } from '../../../function/backends/wire/endpoint.ts';
import { closeLoopbacks, loopback } from '../loopback.ts';

afterEach(closeLoopbacks);

function request(url: string, over: Partial<WireRequest> = {}): WireRequest {
  return {
    service: 'The service',
    host: endpointOf(url).host,
    method: 'POST',
    path: '/a?b=c',
    headers: { 'x-a': '1', 'content-length': '2' },
    body: 'hi',
    signal: new AbortController().signal,
    ...over,
  };
}

test('a request is sent with its headers, the host and nothing else', async () => {
  const server = await loopback((response) => void response.end());
  const sent = await createTransport().send(request(server.url));
  expect(sent.ok && sent.value.resume().statusCode).toBe(200);
  expect(server.arrived).toEqual([
    {
      method: 'POST',
      path: '/a?b=c',
      body: 'hi',
      headers: {
        host: server.url.slice('http://'.length),
        connection: 'keep-alive',
        'x-a': '1',
        'content-length': '2',
      },
    },
  ]);
});

const aborted = { name: 'AbortError', status: 499, message: 'The call was given up.' };
const timedOut = { name: 'TimeoutError', status: 504, message: 'The service did not answer in time.' };
const reset = { name: 'ConnectionError', status: 502, message: 'The service gave no answer (ECONNRESET).' };

test('a request that was aborted before is not sent', async () => {
  const server = await loopback((response) => void response.end());
  const sent = await createTransport().send(request(server.url, { signal: AbortSignal.abort() }));
  expect(sent).toEqual({ ok: false, failure: aborted });
  expect(server.sockets).toHaveLength(0);
});

test('an abort ends a request without an answer, by its reason', async () => {
  for (const [reason, failure] of [
    [undefined, aborted],
    [new DOMException('late', 'TimeoutError'), timedOut],
  ] as const) {
    const controller = new AbortController();
    const server = await loopback(() => controller.abort(reason));
    const sent = await createTransport().send(request(server.url, { signal: controller.signal }));
    expect(sent).toEqual({ ok: false, failure });
  }
});

test('a fresh connection that is reset, or changes its protocol, is a failure at once', async () => {
  const broken = await loopback((response) => void response.socket?.resetAndDestroy());
  expect(await createTransport().send(request(broken.url))).toEqual({ ok: false, failure: reset });
  const changed = await loopback((response) => {
    response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
  });
  expect(await createTransport().send(request(changed.url))).toEqual({
    ok: false,
    failure: { ...reset, message: 'The service closed the connection without an answer.' },
  });
  expect([broken.arrived.length, changed.arrived.length]).toEqual([1, 1]);
});

test('no connection is opened ahead where there is no server', async () => {
  const server = await loopback(() => undefined);
  await server.close();
  await expect(createTransport().warm(endpointOf(server.url).host)).rejects.toThrow('ECONNREFUSED');
});

test('only the newest connection that was opened ahead is kept, for its own host', async () => {
  const [one, other] = [
    await loopback((response) => void response.end()),
    await loopback((response) => void response.end()),
  ];
  const transport = createTransport();
  await transport.warm(endpointOf(one.url).host);
  const closed = new Promise((resolve) => one.sockets[0]?.once('close', resolve));
  await transport.warm(endpointOf(one.url).host);
  await closed;
  await transport.warm(endpointOf(other.url).host);
  for (const { url } of [one, other, one]) {
    const sent = await transport.send(request(url));
    if (sent.ok) sent.value.resume();
    await new Promise((resolve) => (sent.ok ? sent.value.once('close', resolve) : resolve(undefined)));
  }
  expect([one.sockets.length, other.sockets.length]).toEqual([2, 1]);
});
