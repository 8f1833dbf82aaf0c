import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { connect as connectPlain, createServer, type AddressInfo } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { makeCertificates } from '../../../local/tls/certificates.ts';
import { serverNames } from '../../../local/tls/names.ts';
import { tinyStack } from '../tiny-stack.ts';

// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Answers with its event. */
const source = 'export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';

const { authority: ca, ...identity } = makeCertificates(serverNames('127.0.0.1'), Date.now());

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** What the function was told, over HTTP/1.1. */
async function overHttp1(url: string): Promise<unknown> {
  const [response] = await once(request(`${url}/path`, { ca }).end(), 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return JSON.parse(text);
}

async function overHttp2(url: string): Promise<unknown> {
  const session = connectHttp2(url, { ca });
  try {
    let text = '';
    for await (const chunk of session.request({ ':path': '/path' })) text += chunk;
    return JSON.parse(text);
  } finally {
    session.destroy();
  }
}

/** The version of HTTP that was agreed on, or the code of the error. */
async function agreedOn(url: string, options: ConnectionOptions): Promise<unknown> {
  const socket = connectTls({ host: '127.0.0.1', port: portOf(url), ca, ...options });
  try {
    await once(socket, 'secureConnect');
    return socket.alpnProtocol;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
}

/** What comes back for bytes on a connection without TLS. */
async function answerTo(url: string, bytes: string | Buffer): Promise<string> {
  const socket = connectPlain(portOf(url), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'close');
  return text;
}

test('client and server negotiate the HTTP version', async () => {
  const stack = await tinyStack(source, { identity });
  const [one, two] = await Promise.all([overHttp1(stack.url), overHttp2(stack.url)]);
  expect(one).toMatchObject({ rawPath: '/path', requestContext: { http: { protocol: 'HTTP/1.1' } } });
  expect(two).toMatchObject({ rawPath: '/path', requestContext: { http: { protocol: 'HTTP/2.0' } } });
  expect(await agreedOn(stack.url, { ALPNProtocols: ['http/1.1', 'h2'] })).toBe('h2');
  expect(await agreedOn(stack.url, { ALPNProtocols: ['http/1.1'] })).toBe('http/1.1');
  expect(await agreedOn(stack.url, {})).toBe(false);
  expect(await agreedOn(stack.url, { ALPNProtocols: ['spdy/1'] })).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
  expect(stack.log()).toBe('');
});

test('TLS 1.2 is the oldest version accepted', async () => {
  const stack = await tinyStack(source, { identity });
  const of = (maxVersion: 'TLSv1.2' | 'TLSv1.1') =>
    agreedOn(stack.url, { minVersion: 'TLSv1', maxVersion, ciphers: 'ALL:@SECLEVEL=0', ALPNProtocols: ['h2'] });
  expect(await of('TLSv1.2')).toBe('h2');
  expect(await of('TLSv1.1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
});

test('plain HTTP to an HTTPS port is answered with a hint to use https', async () => {
  const stack = await tinyStack(source, { identity });
  const answer = await answerTo(stack.url, 'GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('{"message":"This port speaks HTTPS: use https:// in the URL."}');
  expect(await answerTo(stack.url, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toMatch(/^(HTTP\/1\.1 400 .*)?/);
  expect(await overHttp1(stack.url)).toMatchObject({ rawPath: '/path' });
});

test('HTTPS to a plain HTTP port is logged once', async () => {
  const stack = await tinyStack(source);
  const secure = stack.url.replace('http:', 'https:');
  for (let tries = 0; tries < 2; tries += 1) await expect(overHttp1(secure)).rejects.toThrow(/./);
  expect(stack.log()).toBe(
    'local stack: a client spoke HTTPS to this port: start with --https, or use http:// in its URL\n',
  );
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client that does not know the authority disturbs nobody: %s',
  async (version) => {
    const stack = await tinyStack(source, { identity });
    for (let tries = 0; tries < 2; tries += 1) {
      expect(await agreedOn(stack.url, { ca: '', maxVersion: version })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    }
    // Node hangs up without a word.
    expect(stack.log()).toBe('');
    expect(await overHttp2(stack.url)).toMatchObject({ rawPath: '/path' });
  },
);

/** With what a client of TLS 1.2 begins. */
async function clientHello(): Promise<Buffer> {
  const decoy = createServer().listen(0, '127.0.0.1');
  await once(decoy, 'listening');
  const { port } = decoy.address() as AddressInfo;
  const client = connectTls({ host: '127.0.0.1', port, maxVersion: 'TLSv1.2' }).on('error', () => {});
  const [socket] = await once(decoy, 'connection');
  const [hello] = await once(socket, 'data');
  client.destroy();
  decoy.close();
  return hello;
}

test('a client that does not trust the authority is logged once', async () => {
  const stack = await tinyStack(source, { identity });
  const unknownAuthority = Buffer.of(21, 3, 3, 0, 2, 2, 48);
  const bytes = Buffer.concat([await clientHello(), unknownAuthority]);
  for (let tries = 0; tries < 2; tries += 1) await answerTo(stack.url, bytes);
  expect(stack.log()).toBe(
    'local stack: a client does not trust the certificate: give it the files that were printed at the start\n',
  );
});

test('malformed and interrupted handshakes do not disturb the server', async () => {
  const stack = await tinyStack(source, { identity });
  await answerTo(stack.url, '\x16\x03\x01\x00\x05hello');
  const leaving = connectPlain(portOf(stack.url), '127.0.0.1');
  await once(leaving, 'connect');
  leaving.write('\x16\x03\x01', 'latin1', () => leaving.resetAndDestroy());
  await once(leaving, 'close');
  expect(await overHttp1(stack.url)).toMatchObject({ rawPath: '/path' });
  expect(stack.log()).toBe('');
});
