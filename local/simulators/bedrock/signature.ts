import { createHmac } from 'node:crypto';

// Not a secret: it only has to be the same for the turn that signs and the turn that is checked.
const hmacKey = 'simulated model';
// Real signatures run from some hundred to some thousand characters: three digests are 256.
const rounds = [0, 1, 2];
const signatureBytes = 64 * rounds.length;

function digest(text: string): Buffer {
  return Buffer.concat(rounds.map((round) => createHmac('sha512', hmacKey).update(`${round}`).update(text).digest()));
}

/** The signature of a reasoning text: of these very bytes. */
export function sign(text: string): string {
  return digest(text).toString('base64');
}

/** Whether a signature is the one of a reasoning text. */
export function isSigned(text: string, signature: string): boolean {
  return signature === sign(text);
}

/**
 * Reasoning that nobody can read but its model: here the signature followed by the text it hides, masked. With a region it is
 * encrypted for that one alone.
 */
export function redact(text: string, region?: string): string {
  const hidden = region === undefined ? text : `${region}\n${text}`;
  return Buffer.concat([digest(hidden), mask(Buffer.from(hidden))]).toString('base64');
}

/** The region that reasoning is encrypted for; undefined where any may read it. */
export function regionOfRedaction(content: string): string | undefined {
  const hidden = mask(Buffer.from(content, 'base64').subarray(signatureBytes)).toString();
  return /^([a-z]{2}(?:-[a-z]+)+-\d)\n/.exec(hidden)?.[1];
}

/** Whether redacted reasoning (base64) comes from `redact` and was not changed. */
export function isSignedRedaction(content: string): boolean {
  const bytes = Buffer.from(content, 'base64');
  const text = mask(bytes.subarray(signatureBytes)).toString();
  return bytes.length > signatureBytes && digest(text).equals(bytes.subarray(0, signatureBytes));
}

function mask(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0x5a));
}
