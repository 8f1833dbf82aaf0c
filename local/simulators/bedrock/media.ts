import { crc32 } from 'node:zlib';
import type { Image, Video } from './wire.ts';

const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether a text is padded standard base64 (RFC 4648, section 4); linear, for blobs of any size. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && base64Pattern.test(text);
}

/**
 * Whether the bytes are an image of the declared format: its magic bytes and, beyond them, a frame with a size and a proper end.
 * A model decodes what it is given, so a truncated or garbled image is refused, not only a mislabelled one.
 */
export function isImage({ format, source }: Image): boolean {
  if (source.bytes === undefined) return true; // in S3, which only the model reads
  return formatChecks[format](Buffer.from(source.bytes, 'base64'));
}

const formatChecks: Readonly<Record<Image['format'], (bytes: Buffer) => boolean>> = { png, jpeg, gif, webp };

/** Whether the first bytes are those of a video of the declared format: the container alone, which says nothing of what is in it. */
export function isVideo(format: Video['format'], head: Buffer): boolean {
  return containers[format](head);
}

const isEbml = (head: Buffer): boolean => head.readUInt32BE(0) === 0x1a45dfa3;
const hasBox =
  (names: readonly string[]) =>
  (head: Buffer): boolean =>
    names.includes(head.toString('latin1', 4, 8));
const mpegStream = (head: Buffer): boolean => [0x1ba, 0x1b3].includes(head.readUInt32BE(0));

const containers: Readonly<Record<Video['format'], (head: Buffer) => boolean>> = {
  mp4: hasBox(['ftyp']),
  mov: hasBox(['ftyp', 'moov', 'mdat', 'wide', 'free']),
  three_gp: (head) => hasBox(['ftyp'])(head) && head.toString('latin1', 8, 10) === '3g',
  mkv: (head) => isEbml(head) && head.includes('matroska'),
  webm: (head) => isEbml(head) && head.includes('webm'),
  flv: (head) => head.toString('latin1', 0, 3) === 'FLV',
  mpeg: mpegStream,
  mpg: mpegStream,
  wmv: (head) => head.toString('hex', 0, 8) === '3026b2758e66cf11',
};

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const pngHeaderBytes = 13;

function png(bytes: Buffer): boolean {
  if (!bytes.subarray(0, 8).equals(pngSignature)) return false;
  const kinds: string[] = [];
  // A chunk is a length, a kind, the data and a checksum.
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    kinds.push(bytes.toString('latin1', at + 4, at + 8));
    if (kinds.at(-1) === 'IEND') break;
  }
  return kinds[0] === 'IHDR' && pngHeader(bytes) && kinds.includes('IDAT') && kinds.at(-1) === 'IEND';
}

function pngHeader(bytes: Buffer): boolean {
  const end = 16 + pngHeaderBytes;
  const intact = bytes.readUInt32BE(8) === pngHeaderBytes && crc32(bytes.subarray(12, end)) === bytes.readUInt32BE(end);
  return intact && bytes.readUInt32BE(16) > 0 && bytes.readUInt32BE(20) > 0;
}

// Start-of-frame markers: C0 to CF but for the tables DHT (C4), JPG (C8) and DAC (CC).
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jpeg(bytes: Buffer): boolean {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return false;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && !isFrame(bytes[at + 1] ?? 0)) {
    // A fill byte may stand before any marker.
    at += bytes[at + 1] === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return at + 4 <= bytes.length && bytes[at] === 0xff && bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > at;
}

function gif(bytes: Buffer): boolean {
  const magic = bytes.toString('latin1', 0, 6);
  if ((magic !== 'GIF87a' && magic !== 'GIF89a') || bytes.length < 14) return false;
  return bytes.readUInt16LE(6) > 0 && bytes.readUInt16LE(8) > 0 && bytes.lastIndexOf(0x3b) > 12;
}

function webp(bytes: Buffer): boolean {
  if (bytes.length < 20 || bytes.toString('latin1', 0, 4) !== 'RIFF') return false;
  const whole = bytes.readUInt32LE(4) + 8 <= bytes.length + 1; // the last chunk may be padded
  return whole && bytes.toString('latin1', 8, 12) === 'WEBP' && /^VP8[ LX]$/.test(bytes.toString('latin1', 12, 16));
}
