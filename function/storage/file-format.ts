import { isUtf8 } from 'node:buffer';
import type { AudioFormat, DocumentFormat, VideoFormat } from '../dialects/converse.gen.ts';
import { imageFormat, type ImageFormat } from '../dialects/image-format.ts';

/** What a file is to a model: a kind of media, and its format in Converse's words. */
export type FileFormat =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'document'; readonly format: DocumentFormat }
  | { readonly kind: 'video'; readonly format: VideoFormat }
  | { readonly kind: 'audio'; readonly format: AudioFormat };

/**
 * Tells what a file is by its bytes alone: neither its name nor a declared type counts. Text is UTF-8 without control characters, and `txt`
 * unless it begins as HTML does: nothing in the bytes tells Markdown and CSV from other text, and a model reads all of it either way.
 * Undefined for what no model takes.
 */
export function fileFormat(bytes: Uint8Array): FileFormat | undefined {
  const image = imageFormat(bytes);
  if (image !== undefined) return { kind: 'image', format: image };
  const video = videoFormat(bytes);
  if (video !== undefined) return { kind: 'video', format: video };
  const audio = audioFormat(bytes);
  if (audio !== undefined) return { kind: 'audio', format: audio };
  const document = officeFormat(bytes) ?? textFormat(bytes);
  return document && { kind: 'document', format: document };
}

/** How many bytes from the beginning of a file tell whether it is a video. */
export const videoHeadBytes = 256;

/** The format of a video by its first bytes, which name its container; undefined for other files. */
export function videoFormat(bytes: Uint8Array): VideoFormat | undefined {
  const head = Buffer.from(bytes.subarray(0, videoHeadBytes)).toString('latin1');
  const box = head.slice(4, 8);
  if (box === 'ftyp') return videoBrand(head.slice(8, 12));
  // QuickTime before there were brands: the first box of the movie itself, whose length is in front of it.
  if (box === 'moov' || box === 'mdat' || box === 'wide') return 'mov';
  if (head.startsWith('\x1a\x45\xdf\xa3')) return matroska(head);
  return videoStarts.find(([start]) => head.startsWith(start))?.[1];
}

/** The media type of a video, for the object that it is stored as; undefined for other files. Amazon Nova reads it there (Nova user guide). */
export function videoType(bytes: Uint8Array): string | undefined {
  const format = videoFormat(bytes);
  return format && videoTypes[format];
}

const videoTypes: Readonly<Record<VideoFormat, string>> = {
  flv: 'video/x-flv',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  three_gp: 'video/3gpp',
  webm: 'video/webm',
  wmv: 'video/x-ms-wmv',
};

/** The brand of an ISO base media file (ISO/IEC 14496-12): of audio alone, of still images, or any of video. */
function videoBrand(brand: string): VideoFormat | undefined {
  if (brand === 'qt  ') return 'mov';
  if (/^3g[2ep]/.test(brand)) return 'three_gp';
  return /^(?:M4[ABP] |avi[fs]|hei[cfmsx]|hev[cx]|mif1|msf1|jp2 |jpx |crx )$/.test(brand) ? undefined : 'mp4';
}

/** The document type of a Matroska file, which stands in its header (RFC 9559, section 5). */
function matroska(head: string): VideoFormat | undefined {
  if (head.includes('webm')) return 'webm';
  return head.includes('matroska') ? 'mkv' : undefined;
}

/** Flash video, MPEG program streams and video streams, and Windows Media. */
const videoStarts: readonly (readonly [string, VideoFormat])[] = [
  ['FLV\x01', 'flv'],
  ['\x00\x00\x01\xba', 'mpeg'],
  ['\x00\x00\x01\xb3', 'mpeg'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'wmv'],
];

function audioFormat(bytes: Uint8Array): AudioFormat | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('RIFF') && head.endsWith('WAVE')) return 'wav';
  if (head.slice(4, 8) === 'ftyp' && /^M4[ABP] $/.test(head.slice(8))) return 'm4a';
  const start = audioStarts.find(([text]) => head.startsWith(text))?.[1];
  if (start !== undefined || bytes[0] !== 0xff) return start;
  const second = bytes[1] ?? 0;
  // An MPEG frame begins with eleven bits set; then its version, its layer (III is 01; AAC in ADTS has 00) and a bit for checksums.
  if ((second & 0xe6) === 0xe2) return 'mp3';
  return (second & 0xf6) === 0xf0 ? 'aac' : undefined;
}

const audioStarts: readonly (readonly [string, AudioFormat])[] = [
  ['ID3', 'mp3'],
  ['fLaC', 'flac'],
  ['OggS', 'ogg'],
];

/** PDF, and the formats of Office: a zip of parts, and the compound file of streams before it. */
function officeFormat(bytes: Uint8Array): DocumentFormat | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = file.toString('latin1', 0, 8);
  if (head.startsWith('%PDF-')) return 'pdf';
  if (head.startsWith('PK\x03\x04')) return zippedFormat(file);
  if (head !== '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') return undefined;
  // The directory of a compound file has the names of its streams in UTF-16 ([MS-DOC] 2.1, [MS-XLS] 2.1.4).
  if (file.includes(Buffer.from('WordDocument', 'utf16le'))) return 'doc';
  return file.includes(Buffer.from('Workbook', 'utf16le')) ? 'xls' : undefined;
}

/** Lengths of the fixed parts of the two records of a zip's directory, and the longest comment behind it (APPNOTE 4.3). */
const [entryLength, endLength, maxComment] = [46, 22, 0xffff];

/** More parts than any document of the size that models take. */
const maxEntries = 10_000;

/** What the directory of a zip shows: the parts of Word's documents are in `word/`, those of Excel's in `xl/`. Nothing is unpacked. */
function zippedFormat(file: Buffer): DocumentFormat | undefined {
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + endLength > file.length || end < file.length - endLength - maxComment) return undefined;
  let at = file.readUInt32LE(end + 16);
  for (let entry = 0; entry < maxEntries && at + entryLength <= file.length; entry += 1) {
    if (file.toString('latin1', at, at + 4) !== 'PK\x01\x02') return undefined;
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString('latin1', at + entryLength, at + entryLength + nameLength);
    if (name.startsWith('word/')) return 'docx';
    if (name.startsWith('xl/')) return 'xlsx';
    at += entryLength + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return undefined;
}

/** How much of a text is looked at for the beginning of a page, in bytes. */
const pageHeadBytes = 4_096;

function textFormat(bytes: Uint8Array): DocumentFormat | undefined {
  if (bytes.length === 0 || !isUtf8(bytes) || hasControls(bytes)) return undefined;
  return isPage(Buffer.from(bytes.subarray(0, pageHeadBytes)).toString()) ? 'html' : 'txt';
}

/** Whether a text has control characters other than white space (9 to 13) and the escape (27) of coloured logs. */
function hasControls(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return true;
  return false;
}

/** Whether a text begins as a page of HTML, behind a byte order mark, a declaration of XML and comments. */
function isPage(head: string): boolean {
  let rest = head.trimStart().replace(/^<\?xml[^>]*>\s*/, '');
  while (rest.startsWith('<!--')) {
    const end = rest.indexOf('-->');
    if (end < 0) return false;
    rest = rest.slice(end + '-->'.length).trimStart();
  }
  return /^<(?:!doctype\s+html|html)(?![\w-])/i.test(rest);
}
