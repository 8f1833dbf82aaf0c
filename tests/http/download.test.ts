import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { download, type Limits } from '../../function/http/download.ts';

const image = 'https://images.example.com/a.png?b=1#c';

/** An answer that the test makes up. */
interface Reply {
  readonly status: number;
  readonly headers?: IncomingMessage['headers'];
  readonly body?: readonly string[];
}

/** A network that gives these replies in turn, what it was asked, and the answers that it gave. */
function network(...replies: Reply[]) {
  const asked: RequestOptions[] = [];
  const given: PassThrough[] = [];
  const request = (options: RequestOptions): ClientRequest => {
    asked.push(options);
    const { status, headers = {}, body } = replies[asked.length - 1] ?? { status: 500 };
    const answer = Object.assign(new PassThrough(), { statusCode: status, headers });
    given.push(answer);
    for (const chunk of body ?? []) answer.write(chunk);
    if (body !== undefined) answer.end();
    const end = () => queueMicrotask(() => outgoing.emit('response', answer));
    const outgoing = Object.assign(new EventEmitter(), { end });
    return outgoing as unknown as ClientRequest;
  };
  return { asked, given, request };
}

const home = { address: '93.184.0.1', family: 4 };

function limits(request: Limits['network']['request'], overrides: Partial<Limits> = {}): Limits {
  return {
    network: { isPublic: (address) => address.startsWith('93.'), request },
    lookup: () => Promise.resolve([home]),
    budget: { leftBytes: 1_000 },
    signal: new AbortController().signal,
    ...overrides,
  };
}

test('asks for a path and query by the name of the host, on a connection of its own', async () => {
  const { asked, request } = network({ status: 200, body: ['a', 'b'] });
  const given = limits(request);
  expect((await download(image, given)).toString()).toBe('ab');
  expect(asked).toEqual([
    {
      hostname: 'images.example.com',
      servername: 'images.example.com',
      port: 443,
      path: '/a.png?b=1',
      method: 'GET',
      headers: {
        accept: 'image/png, image/jpeg, image/gif, image/webp',
        'accept-encoding': 'identity',
        'user-agent': 'bedrock-gateway',
      },
      signal: given.signal,
      agent: false,
      lookup: expect.any(Function),
    },
  ]);
  expect(given.budget.leftBytes).toBe(998);
});

test('an address is asked without a lookup and without a name for its certificate', async () => {
  for (const [url, hostname] of [
    ['https://93.184.0.1/', '93.184.0.1'],
    ['https://[93::1]/', '93::1'],
  ] as const) {
    const { asked, request } = network({ status: 200, body: [''] });
    const overrides = {
      lookup: () => Promise.reject(new Error('looked up')),
      network: { isPublic: (address: string) => address === hostname, request },
    };
    expect(await download(url, limits(request, overrides))).toHaveLength(0);
    expect(asked[0]?.hostname).toBe(hostname);
    expect(asked[0]).not.toHaveProperty('servername');
  }
});

test('the connection goes to the public addresses alone, to at most 16 of them', async () => {
  const { asked, request } = network({ status: 200, body: [''] });
  const many = Array.from({ length: 17 }, (_, at) => ({ address: `93.184.1.${at}`, family: 4 }));
  const lookup = () => Promise.resolve([{ address: '10.0.0.1', family: 4 }, ...many]);
  await download(image, limits(request, { lookup }));
  const found: unknown[] = [];
  const done = (...each: unknown[]) => void found.push(each);
  asked[0]?.lookup?.('images.example.com', { all: true }, done);
  asked[0]?.lookup?.('images.example.com', { all: false }, done);
  asked[0]?.lookup?.('images.example.com', {}, done);
  expect(found).toEqual([
    [null, many.slice(0, 16)],
    [null, '93.184.1.0', 4],
    [null, '93.184.1.0', 4],
  ]);
});

test.each([301, 302, 303, 307, 308])('a redirect by %i is followed, and its connection is closed', async (status) => {
  const location = 'https://cdn.example.com/b.png';
  const { asked, given, request } = network({ status, headers: { location } }, { status: 200, body: ['a'] });
  expect(await download(image, limits(request))).toHaveLength(1);
  expect(asked.map(({ hostname, path }) => [hostname, path])).toEqual([
    ['images.example.com', '/a.png?b=1'],
    ['cdn.example.com', '/b.png'],
  ]);
  expect(given[0]?.destroyed).toBe(true);
});

test.each([201, 204, 206, 300, 304, 404, 500])('a %i is no image, and its connection is closed', async (status) => {
  const { given, request } = network({ status, headers: { location: '/b.png' } });
  await expect(download(image, limits(request))).rejects.toThrow('not a plain 200');
  expect(given.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test.each([
  ['not https', 'http://images.example.com/'],
  ['not port 443', 'https://images.example.com:444/'],
  ['credentials in the URL', 'https://user@images.example.com/'],
  ['credentials in the URL', 'https://:word@images.example.com/'],
  ['no public address', 'https://10.0.0.1/'],
])('is refused as "%s": %s', async (message, url) => {
  const { asked, request } = network();
  await expect(download(url, limits(request))).rejects.toThrow(message);
  expect(asked).toEqual([]);
});

test('a fourth redirect is one too many', async () => {
  const redirect = { status: 302, headers: { location: '/x' } };
  const { asked, request } = network(redirect, redirect, redirect, redirect, { status: 200, body: ['a'] });
  await expect(download(image, limits(request))).rejects.toThrow('too many redirects');
  expect(asked).toHaveLength(4);
});

test.each([
  ['of the declared length', { status: 200, headers: { 'content-length': '1001' } }, 'too large'],
  ['of what comes', { status: 200, body: ['x'.repeat(1_000), 'y'] }, 'too large'],
  ['that it is packed', { status: 200, headers: { 'content-encoding': 'gzip' }, body: ['a'] }, 'not a plain 200'],
])('an answer is refused because %s, and its connection is closed', async (_why, reply, message) => {
  const { given, request } = network(reply);
  await expect(download(image, limits(request))).rejects.toThrow(message);
  expect(given[0]?.destroyed).toBe(true);
});

test('an answer of exactly what is left is read', async () => {
  const headers = { 'content-length': '1000', 'content-encoding': 'identity' };
  const { request } = network({ status: 200, headers, body: ['x'.repeat(600), 'y'.repeat(400)] });
  const given = limits(request);
  expect(await download(image, given)).toHaveLength(1_000);
  expect(given.budget.leftBytes).toBe(0);
});

test.each([
  ['reset', (outgoing: EventEmitter) => outgoing.emit('error', new Error('reset'))],
  ['no answer', (outgoing: EventEmitter) => outgoing.emit('close')],
])('a connection that ends without an answer is refused as "%s"', async (message, finish) => {
  const outgoing = new EventEmitter();
  const end = () => queueMicrotask(() => finish(outgoing));
  const request = () => Object.assign(outgoing, { end }) as unknown as ClientRequest;
  await expect(download(image, limits(request))).rejects.toThrow(message);
  // A late error must not end the process.
  expect(outgoing.listenerCount('error')).toBe(1);
});
