import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import type { ServerName } from './names.ts';

/** A certificate authority that has signed one server certificate and can sign no other, since its key is gone. All PEM. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  /** The server's private key (PKCS #8). */
  readonly key: string;
}

/** How long both certificates are valid. */
export const validDays = 7;

const dayMs = 24 * 60 * 60 * 1000;
/** Clocks of containers and virtual machines differ a little from their host's. */
const maxClockSkewMs = 5 * 60 * 1000;

const commonNameOid = '2.5.4.3';
/** ecdsa-with-SHA256 (RFC 5758, 3.2): no parameters. */
const signatureAlgorithm = new x509.AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });

/**
 * Makes a certificate authority and a server certificate for `names`, valid from `now` (milliseconds since the epoch). The
 * authority may sign for these names only, and for no authority below it.
 */
export function makeCertificates(names: readonly ServerName[], now: number): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // A name of its own for each: clients look an authority up by its name, and may have kept that of an earlier start.
  const issuer = nameOf(`bedrock-gateway on this machine (${randomBytes(4).toString('hex')})`);
  const issued = { issuer, now, signedWith: authority.privateKey };
  const issuedBy = extension(
    x509.id_ce_authorityKeyIdentifier,
    new x509.AuthorityKeyIdentifier({ keyIdentifier: new x509.KeyIdentifier(keyIdentifier(authority.publicKey)) }),
  );
  const root = certificate(issued, issuer, {
    publicKey: authority.publicKey,
    extensions: [
      critical(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: true, pathLenConstraint: 0 })),
      critical(x509.id_ce_keyUsage, new x509.KeyUsage(x509.KeyUsageFlags.keyCertSign)),
      critical(x509.id_ce_nameConstraints, constrainedTo(names)),
      subjectKeyIdentifier(authority.publicKey),
      issuedBy,
    ],
  });
  const leaf = certificate(issued, nameOf('bedrock-gateway'), {
    publicKey: server.publicKey,
    extensions: [
      critical(x509.id_ce_basicConstraints, new x509.BasicConstraints()),
      critical(x509.id_ce_keyUsage, new x509.KeyUsage(x509.KeyUsageFlags.digitalSignature)),
      extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage([x509.id_kp_serverAuth])),
      extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names.map(generalName))),
      subjectKeyIdentifier(server.publicKey),
      issuedBy,
    ],
  });
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { authority: root, certificate: leaf, key };
}

interface Issued {
  readonly issuer: x509.Name;
  readonly now: number;
  readonly signedWith: KeyObject;
}

interface Subject {
  readonly publicKey: KeyObject;
  readonly extensions: x509.Extension[];
}

/** A signed certificate, in PEM. */
function certificate(
  { issuer, now, signedWith }: Issued,
  subject: x509.Name,
  { publicKey, extensions }: Subject,
): string {
  const content = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer,
    subject,
    validity: new x509.Validity({
      notBefore: new Date(now - maxClockSkewMs),
      notAfter: new Date(now + validDays * dayMs),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(spki(publicKey), x509.SubjectPublicKeyInfo),
    extensions: new x509.Extensions(extensions),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(content)), signedWith);
  const whole = new x509.Certificate({
    tbsCertificate: content,
    signatureAlgorithm,
    // A copy: Node's own buffers are windows on memory that others use as well.
    signatureValue: Uint8Array.from(signature).buffer,
  });
  return pem(Buffer.from(AsnConvert.serialize(whole)));
}

/** Positive, and of 16 bytes (RFC 5280, 4.1.2.2). */
function serialNumber(): ArrayBuffer {
  return Uint8Array.of(0x5a, ...randomBytes(15)).buffer;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(commonName: string): x509.Name {
  const value = new x509.AttributeValue({ utf8String: commonName });
  return new x509.Name([
    new x509.RelativeDistinguishedName([new x509.AttributeTypeAndValue({ type: commonNameOid, value })]),
  ]);
}

function generalName({ type, value }: ServerName): x509.GeneralName {
  return new x509.GeneralName(type === 'dns' ? { dNSName: value } : { iPAddress: value });
}

/** Names with what is below them, and single addresses. */
function constrainedTo(names: readonly ServerName[]): x509.NameConstraints {
  const subtrees = names.map(({ type, value }) => {
    const range = `${value}/${value.includes(':') ? 128 : 32}`;
    return new x509.GeneralSubtree({ base: generalName({ type, value: type === 'dns' ? value : range }) });
  });
  return new x509.NameConstraints({ permittedSubtrees: new x509.GeneralSubtrees(subtrees) });
}

function subjectKeyIdentifier(publicKey: KeyObject): x509.Extension {
  return extension(x509.id_ce_subjectKeyIdentifier, new x509.SubjectKeyIdentifier(keyIdentifier(publicKey)));
}

function keyIdentifier(publicKey: KeyObject): Uint8Array<ArrayBuffer> {
  // Of 160 bits, as the usual one (RFC 7093, 2).
  return Uint8Array.from(createHash('sha256').update(spki(publicKey)).digest().subarray(0, 20));
}

function spki(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function critical(id: string, value: object): x509.Extension {
  const made = extension(id, value);
  made.critical = true;
  return made;
}

function extension(id: string, value: object): x509.Extension {
  return new x509.Extension({ extnID: id, extnValue: new OctetString(AsnConvert.serialize(value)) });
}
