import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Certificate, selfSigned } from '../../bench/certificate.ts';
import type { Network } from '../../function/http/download.ts';
import { isPublic } from '../../function/http/addresses.ts';
import { downloadMedia, type MediaOptions } from '../../function/http/media.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const jpeg = Buffer.from('ffd8ffe000104a464946000101000001', 'hex');

type Route = (request: IncomingMessage, response: ServerResponse) => void;

let certificate: Certificate;
let server: https.Server;
let port: number;
let routes: Record<string, Route>;
let seen: IncomingMessage[];
let dialled: string[];

beforeAll(async () => {
  certificate = selfSigned();
  server = https.createServer(certificate, (request, response) => {
    seen.push(request);
    const route = routes[request.url ?? ''];
    if (route) route(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});
beforeEach(() => {
  routes = {
    '/a.png': (_request, response) => response.end(png),
    '/b.jpg': (_request, response) => response.end(jpeg),
  };
  seen = [];
  dialled = [];
});

/** Two made-up public addresses; both lead to the server above, which every name has a certificate of. */
const home = '93.184.0.1';
const network = (overrides: Partial<Network> = {}): Network => ({
  lookups: () => () => Promise.resolve([{ address: home, family: 4 }]),
  isPublic,
  request: (options) => {
    const { lookup, host: _host, ...rest } = options;
    return https.request({
      ...rest,
      port,
      ca: certificate.cert,
      checkServerIdentity: () => undefined,
      lookup: (hostname, asked, found) => {
        lookup?.(hostname, { ...asked, all: true }, (_error, addresses) => {
          dialled.push(...[addresses].flat().map((entry) => (typeof entry === 'string' ? entry : entry.address)));
          if (asked.all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
          else found(null, '127.0.0.1', 4);
        });
      },
    });
  },
  ...overrides,
});

const fetchAll = (urls: string[], options: Partial<MediaOptions> = {}) =>
  downloadMedia(
    urls.map((url, at) => ({ url, param: `messages[${at}]` })),
    { signal: new AbortController().signal, network: network(), ...options },
  );

const refusal = (param = 'messages[0]') => ({
  name: 'ApiError',
  status: 400,
  code: 'invalid_image_url',
  param,
  message:
    'The image could not be fetched. An image URL must be public, https on port 443, without credentials, and lead to a PNG, JPEG, GIF or WebP image within 10 seconds; at most 20 MB together.',
});

describe('what is fetched', () => {
  test('images are fetched as base64, with the format that their bytes show', async () => {
    const urls = ['https://images.example.com/a.png', 'https://images.example.com/b.jpg'];
    expect(await fetchAll(urls)).toEqual(
      new Map([
        [urls[0], { format: 'png', bytes: png.toString('base64') }],
        [urls[1], { format: 'jpeg', bytes: jpeg.toString('base64') }],
      ]),
    );
  });

  test('rule 40: the content type of the host is ignored', async () => {
    routes['/a.png'] = (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(jpeg);
    const images = await fetchAll(['https://images.example.com/a.png']);
    expect([...images.values()]).toEqual([{ format: 'jpeg', bytes: jpeg.toString('base64') }]);
  });

  test('a URL is fetched once, with its query and without anything of the caller', async () => {
    routes['/a.png?x=1&y=%20'] = (_request, response) => response.end(png);
    const url = 'https://images.example.com/a.png?x=1&y=%20#part';
    expect((await fetchAll([url, url])).size).toBe(1);
    expect(seen.map((request) => [request.method, request.url])).toEqual([['GET', '/a.png?x=1&y=%20']]);
    expect(seen[0]?.headers).toEqual({
      host: `images.example.com:${port}`,
      accept: 'image/png, image/jpeg, image/gif, image/webp',
      'accept-encoding': 'identity',
      'user-agent': 'bedrock-gateway',
      connection: 'close',
    });
  });

  test('three redirects are followed', async () => {
    routes['/1'] = (_request, response) => response.writeHead(301, { location: '/2' }).end();
    routes['/2'] = (_request, response) => response.writeHead(302, { location: 'https://cdn.example.com/3' }).end();
    routes['/3'] = (_request, response) => response.writeHead(308, { location: '//cdn.example.com:443/a.png' }).end();
    expect((await fetchAll(['https://images.example.com/1'])).size).toBe(1);
    expect(seen).toHaveLength(4);
  });

  test('twenty images are fetched', async () => {
    const urls = Array.from({ length: 20 }, (_, at) => `https://images.example.com/a.png#${at}`);
    expect((await fetchAll(urls)).size).toBe(20);
  });

  test('nothing is fetched without URLs', async () => {
    const forbidden = network({ lookups: () => () => Promise.reject(new Error('asked')) });
    expect(await fetchAll([], { network: forbidden })).toEqual(new Map());
  });
});

describe('addresses that are never reached', () => {
  test.each([
    'http://images.example.com/a.png',
    'https://images.example.com:8443/a.png',
    'https://images.example.com:80/a.png',
    'https://user@images.example.com/a.png',
    'https://:secret@images.example.com/a.png',
    'ftp://images.example.com/a.png',
    'file:///etc/passwd',
    'https://',
    'not a url',
    '',
    'https://127.0.0.1/a.png',
    'https://127.1/a.png',
    'https://2130706433/a.png',
    'https://0x7f.0.0.1/a.png',
    'https://0177.0.0.1/a.png',
    'https://\uff11\uff12\uff17.0.0.1/a.png',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/a.png',
    'https://[::ffff:127.0.0.1]/a.png',
    'https://[fd00:ec2::254]/a.png',
    'https://[64:ff9b::7f00:1]/a.png',
  ])('%j', async (url) => {
    await expect(fetchAll([url])).rejects.toMatchObject(refusal());
    expect([seen, dialled]).toEqual([[], []]);
  });

  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00:ec2::254', '::ffff:10.0.0.1', '100.64.0.1'])(
    'a name of %s',
    async (address) => {
      const resolve = () => Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]);
      await expect(
        fetchAll(['https://inside.example.com/'], { network: network({ lookups: () => resolve }) }),
      ).rejects.toMatchObject(refusal());
      expect([seen, dialled]).toEqual([[], []]);
    },
  );

  test('only the public ones of several addresses are reached', async () => {
    const resolve = () =>
      Promise.resolve([
        { address: '10.0.0.1', family: 4 },
        { address: home, family: 4 },
        { address: '::1', family: 6 },
      ]);
    await fetchAll(['https://images.example.com/a.png'], { network: network({ lookups: () => resolve }) });
    expect(dialled).toEqual([home]);
  });

  test('a name that changes its address after the check (DNS rebinding) is looked up once', async () => {
    const answers = [home, '127.0.0.1', '169.254.169.254'];
    let asked = 0;
    const resolve = () => {
      asked += 1;
      return Promise.resolve([{ address: answers[asked - 1] ?? '', family: 4 }]);
    };
    await fetchAll(['https://images.example.com/a.png'], { network: network({ lookups: () => resolve }) });
    expect(asked).toBe(1);
    expect(dialled).toEqual([home]);
  });

  test.each([
    ['a private address', 'https://10.0.0.1/a.png'],
    ['metadata', 'https://169.254.169.254/latest/meta-data/iam/security-credentials/'],
    ['a name inside', 'https://inside.example.com/a.png'],
    ['http', 'http://images.example.com/a.png'],
    ['another port', 'https://images.example.com:8443/a.png'],
    ['credentials', 'https://user:pass@images.example.com/a.png'],
  ])('a redirect to %s', async (_name, location) => {
    routes['/go'] = (_request, response) => response.writeHead(302, { location }).end();
    const resolve = (name: string) =>
      Promise.resolve([{ address: name === 'inside.example.com' ? '10.0.0.1' : home, family: 4 }]);
    await expect(
      fetchAll(['https://images.example.com/go'], { network: network({ lookups: () => resolve }) }),
    ).rejects.toMatchObject(refusal());
    expect(seen).toHaveLength(1);
  });

  test('a fourth redirect is not followed', async () => {
    for (const hop of [1, 2, 3, 4]) {
      routes[`/${hop}`] = (_request, response) => response.writeHead(307, { location: `/${hop + 1}` }).end();
    }
    routes['/5'] = (_request, response) => response.end(png);
    await expect(fetchAll(['https://images.example.com/1'])).rejects.toMatchObject(refusal());
    expect(seen).toHaveLength(4);
  });

  test('a host whose certificate is for another name is refused', async () => {
    const strict = network({
      request: (options) => {
        const { lookup: _lookup, ...rest } = options;
        const found = { address: '127.0.0.1', family: 4 } as const;
        return https.request({
          ...rest,
          port,
          ca: certificate.cert,
          lookup: (_name, asked, done) => (asked.all === true ? done(null, [found]) : done(null, found.address, 4)),
        });
      },
    });
    await expect(fetchAll(['https://images.example.com/a.png'], { network: strict })).rejects.toMatchObject(refusal());
    expect((await fetchAll(['https://localhost/a.png'], { network: strict })).size).toBe(1);
  });
});

describe('failures', () => {
  const answers: Record<string, Route> = {
    'a 404': (_request, response) => response.writeHead(404).end(png),
    'a 500': (_request, response) => response.writeHead(500).end(png),
    'a 204': (_request, response) => response.writeHead(204).end(),
    'a redirect to nowhere': (_request, response) => response.writeHead(302).end(),
    'an empty answer': (_request, response) => response.end(),
    'a page': (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('<html></html>'),
    'an SVG': (_request, response) =>
      response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    'a compressed image': (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(png),
    'a switch of protocols, which is neither answer nor error': (request) =>
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    'a reset': (_request, response) => response.destroy(),
    'a cut answer': (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(png, () => response.destroy());
    },
    'too much, as declared': (_request, response) => {
      response.writeHead(200, { 'content-length': '1001' });
      response.write(png);
    },
    'too much, undeclared': (_request, response) => {
      response.write(png);
      response.end(Buffer.alloc(1000));
    },
    'a slow drip': (_request, response) => {
      const timer = setInterval(() => response.write(png.subarray(0, 1)), 10);
      response.once('close', () => clearInterval(timer));
    },
    silence: () => {},
  };

  test.each(Object.entries(answers))('%s is refused with the same text as every failure', async (_name, route) => {
    routes['/x'] = route;
    const refused = fetchAll(['https://images.example.com/x'], { maxBytes: 1000, timeoutMs: 300 });
    const [error, other] = await Promise.all([
      refused.catch((reason: unknown) => reason),
      fetchAll(['http://10.0.0.1/']).catch((reason: unknown) => reason),
    ]);
    expect(error).toMatchObject(refusal());
    expect(error).toEqual(other);
  });

  test('an unknown host is refused with the same text', async () => {
    const unknown = network({ lookups: () => () => Promise.reject(new Error('ENOTFOUND')) });
    await expect(fetchAll(['https://x.example.com/'], { network: unknown })).rejects.toMatchObject(refusal());
  });

  test('images that are too large together are refused', async () => {
    routes['/c.png'] = (_request, response) => response.end(Buffer.concat([png, Buffer.alloc(600)]));
    const url = 'https://images.example.com/c.png';
    expect((await fetchAll([url], { maxBytes: 1000 })).size).toBe(1);
    await expect(fetchAll([url, `${url}#2`], { maxBytes: 1000 })).rejects.toMatchObject({ code: 'invalid_image_url' });
  });

  test('images of exactly the limit are fetched, however they come', async () => {
    const content = Buffer.concat([png, Buffer.alloc(984)]);
    routes['/c.png'] = (_request, response) => response.end(content);
    routes['/d.png'] = (_request, response) => response.writeHead(200, { 'content-length': '1000' }).end(content);
    for (const url of ['https://images.example.com/c.png', 'https://images.example.com/d.png']) {
      expect((await fetchAll([url], { maxBytes: 1000 })).size).toBe(1);
      await expect(fetchAll([url], { maxBytes: 999 })).rejects.toMatchObject(refusal());
    }
  });

  test('by default they may have 20 MB and take 10 s together', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    try {
      let size = 20_971_520;
      routes['/c.png'] = (_request, response) => {
        response.writeHead(200, { 'content-length': String(size) });
        response.end(Buffer.concat([png, Buffer.alloc(size - png.length)]));
      };
      expect((await fetchAll(['https://images.example.com/c.png'])).size).toBe(1);
      size += 1;
      await expect(fetchAll(['https://images.example.com/c.png'])).rejects.toMatchObject(refusal());
      expect(timeout.mock.calls).toEqual([[10_000], [10_000]]);
    } finally {
      timeout.mockRestore();
    }
  });

  test('of twenty-one images none is fetched', async () => {
    const urls = Array.from({ length: 21 }, (_, at) => `https://images.example.com/a.png#${at}`);
    await expect(fetchAll(urls)).rejects.toMatchObject({
      status: 400,
      code: 'too_many_image_urls',
      param: 'messages[20]',
      message:
        'This request has 21 image URLs to fetch; at most 20 are fetched for one request. Send further images as data: URLs, which are not counted here.',
    });
    expect(seen).toEqual([]);
  });

  test('the image at fault is named, and the other downloads stop', async () => {
    const stopped = new Promise<void>((resolve) => {
      routes['/slow'] = (_request, response) => void response.once('close', resolve);
    });
    routes['/missing'] = (_request, response) => void setImmediate(() => response.writeHead(404).end());
    const urls = ['https://images.example.com/slow', 'https://images.example.com/missing'];
    await expect(fetchAll(urls, { timeoutMs: 60_000 })).rejects.toMatchObject(refusal('messages[1]'));
    await stopped;
  });

  test('the end of the request stops the download', async () => {
    routes['/slow'] = () => {};
    const controller = new AbortController();
    const refused = fetchAll(['https://images.example.com/slow'], { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(refused).rejects.toMatchObject({
      name: 'ApiError',
      status: 504,
      code: 'timeout',
      message: 'The time for this request was over before its images were fetched.',
    });
  });
});
