import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A server's own certificate and its key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Self-signed, for 127.0.0.1 and localhost, valid for a day: made anew by each run. */
export function selfSigned(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = certificateBody(spki);
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, ecdsaWithSha256, bitString(signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

// DER, as far as RFC 5280 needs it for such a certificate.
function encoded(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => encoded(0x30, ...parts);
const bitString = (bytes: Buffer): Buffer => encoded(0x03, Buffer.of(0), bytes);
const objectId = (hex: string): Buffer => encoded(0x06, Buffer.from(hex, 'hex'));
const time = (date: Date): Buffer =>
  encoded(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
const commonName = objectId('550403');
const basicConstraints = objectId('551d13');
const subjectAltName = objectId('551d11');

function certificateBody(spki: Buffer): Buffer {
  const name = sequence(encoded(0x31, sequence(commonName, encoded(0x0c, Buffer.from('benchmark backend')))));
  const now = Date.now();
  const hour = 3_600_000;
  const names = sequence(encoded(0x82, Buffer.from('localhost')), encoded(0x87, Buffer.of(127, 0, 0, 1)));
  const isAuthority = sequence(encoded(0x01, Buffer.of(0xff)));
  const serial = createHash('sha256').update(spki).digest().subarray(0, 8);
  serial[0] = 1;
  return sequence(
    encoded(0xa0, encoded(0x02, Buffer.of(2))),
    encoded(0x02, serial),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now - hour)), time(new Date(now + 24 * hour))),
    name,
    spki,
    encoded(
      0xa3,
      sequence(
        sequence(basicConstraints, encoded(0x01, Buffer.of(0xff)), encoded(0x04, isAuthority)),
        sequence(subjectAltName, encoded(0x04, names)),
      ),
    ),
  );
}
