import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { connect, createServer } from 'node:tls';
import { makeCertificates, validDays } from '../../../local/tls/certificates.ts';
import { serverNames } from '../../../local/tls/names.ts';

const now = Date.parse('2026-03-12T19:03:58Z');
const dayMs = 24 * 60 * 60 * 1000;

function namesOf(host: string): string[] {
  return serverNames(host).map(({ value }) => value);
}

describe('the names of a certificate', () => {
  const loopback = ['localhost', '127.0.0.1', '::1'];
  test.each([
    ['127.0.0.1', loopback],
    ['localhost', loopback],
    ['::1', loopback],
    ['0:0:0:0:0:0:0:1', loopback],
    ['192.0.2.7', [...loopback, '192.0.2.7']],
    ['Gateway.Example.com', [...loopback, 'gateway.example.com']],
    ['fe80::1%eth0', [...loopback, 'fe80::1']],
    ['127.1', loopback],
    ['::ffff:192.0.2.7', [...loopback, '::ffff:c000:207']],
  ])('for --host %s', (host, names) => expect(namesOf(host)).toEqual(names));

  test.each(['0.0.0.0', '::'])('for --host %s are all names of the machine', (host) => {
    expect(namesOf(host)).toEqual(expect.arrayContaining([...loopback, hostname().toLowerCase()]));
    expect(namesOf(host)).not.toContain(host);
  });
});

describe('the certificates of a start', () => {
  const { authority, certificate, key } = makeCertificates(serverNames('gateway.example.com'), now);
  const [root, leaf] = [new X509Certificate(authority), new X509Certificate(certificate)];

  test('contain only the names that clients use for the server', () => {
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:gateway.example.com',
    );
    expect(leaf.checkHost('localhost')).toBe('localhost');
    expect(leaf.checkIP('127.0.0.2')).toBeUndefined();
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  test('are an authority and a server certificate signed by it', () => {
    expect([root.ca, leaf.ca]).toEqual([true, false]);
    expect([root.verify(root.publicKey), leaf.verify(root.publicKey)]).toEqual([true, true]);
    expect(leaf.checkIssued(root)).toBe(true);
  });

  test('are valid for seven days from shortly before the start', () => {
    for (const each of [root, leaf]) {
      expect(each.validToDate.getTime()).toBe(now - (now % 1000) + validDays * dayMs);
      expect(now - each.validFromDate.getTime()).toBeLessThan(dayMs);
    }
    expect(validDays).toBeLessThanOrEqual(7);
  });

  test('have new, positive serial numbers of 16 bytes', () => {
    const again = new X509Certificate(makeCertificates(serverNames('localhost'), now).authority);
    for (const each of [root, leaf, again]) expect(each.serialNumber).toMatch(/^5A[0-9A-F]{30}$/);
    expect(new Set([root, leaf, again].map(({ serialNumber }) => serialNumber)).size).toBe(3);
    expect(again.subject).not.toBe(root.subject);
    // Nothing but what was put in: memory of the process would make them long.
    for (const each of [root, leaf]) expect(each.raw.length).toBeLessThan(700);
  });

  test("come with only the server's key", () => {
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(authority + certificate).not.toContain('PRIVATE');
  });
});

/** Why a client that trusts the authority refuses a server with the certificate; undefined when it takes it. */
async function refusal({ ca, cert, key }: { ca: string; cert: string; key: string }, servername: string) {
  const server = createServer({ cert, key }, (socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ca, servername });
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
    server.close();
  }
}

test('a client trusts the server under its names, and no server of another start', async () => {
  const [one, other] = [0, 1].map(() => makeCertificates(serverNames('gateway.example.com'), Date.now()));
  if (!one || !other) throw new Error('unreachable');
  const { authority: ca, certificate: cert, key } = one;
  expect(await refusal({ ca, cert, key }, 'localhost')).toBeUndefined();
  expect(await refusal({ ca, cert, key }, 'gateway.example.com')).toBeUndefined();
  expect(await refusal({ ca, cert, key }, 'api.openai.com')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  const foreign = { ca, cert: other.certificate, key: other.key };
  expect(await refusal(foreign, 'localhost')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});
