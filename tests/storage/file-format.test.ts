import { crc32 } from 'node:zlib';
import { fileFormat } from '../../function/storage/file-format.ts';

const bytes = (...parts: (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const filler = Array.from({ length: 64 }, () => 0);

/** A zip of parts that are stored as they are. */
function zip(...names: string[]): Buffer {
  const entries = names.map((name) => {
    const text = Buffer.from('<x/>');
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(text), 10);
    fields.writeUInt32LE(text.length, 14);
    fields.writeUInt32LE(text.length, 18);
    fields.writeUInt16LE(name.length, 22);
    return { name, fields, local: bytes('PK\x03\x04', [...fields], name, '<x/>') };
  });
  let offset = 0;
  const directory = entries.map(({ name, fields, local }) => {
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    offset += local.length;
    return bytes('PK\x01\x02', [20, 0], [...fields], [...tail], name);
  });
  const end = Buffer.alloc(18);
  end.writeUInt16LE(names.length, 4);
  end.writeUInt16LE(names.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...entries.map(({ local }) => local), ...directory, bytes('PK\x05\x06', [...end])]);
}

const compound = (stream: string): Buffer =>
  Buffer.concat([
    bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], filler),
    Buffer.from(stream, 'utf16le'),
    bytes(filler),
  ]);
const box = (name: string): Buffer => bytes([0, 0, 0, 24], name, filler);
const ebml = (type: string): Buffer => bytes([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x82, 0x88], type, filler);

test.each<[what: string, file: Buffer, kind: string, format: string]>([
  ['a PNG', bytes([0x89], 'PNG\r\n', [0x1a, 0x0a], filler), 'image', 'png'],
  ['a JPEG', bytes([0xff, 0xd8, 0xff, 0xe0], filler), 'image', 'jpeg'],
  ['a GIF', bytes('GIF89a', filler), 'image', 'gif'],
  ['a WebP', bytes('RIFF', [1, 2, 3, 4], 'WEBP', filler), 'image', 'webp'],
  ['a PDF', bytes('%PDF-1.7\n', filler), 'document', 'pdf'],
  ['a document of Word', zip('[Content_Types].xml', '_rels/.rels', 'word/document.xml'), 'document', 'docx'],
  ['a workbook of Excel', zip('[Content_Types].xml', 'xl/workbook.xml'), 'document', 'xlsx'],
  ['a document of the older Word', compound('WordDocument'), 'document', 'doc'],
  ['a workbook of the older Excel', compound('Workbook'), 'document', 'xls'],
  ['a text', Buffer.from('Grüße,\r\n\tbis später\n'), 'document', 'txt'],
  ['a text with a byte order mark', Buffer.from('\ufeffa'), 'document', 'txt'],
  ['a log with colours', Buffer.from('\u001b[31mred\u001b[0m'), 'document', 'txt'],
  ['a list of values', Buffer.from('a,b\n1,2\n'), 'document', 'txt'],
  ['Markdown', Buffer.from('# Title\n\n- item\n'), 'document', 'txt'],
  ['JSON', Buffer.from('{"a":1}'), 'document', 'txt'],
  ['a page', Buffer.from('<!DOCTYPE html>\n<p>Hi'), 'document', 'html'],
  ['a page behind what may stand before it', Buffer.from('\ufeff \n<!-- a -->\n<HTML lang="en">'), 'document', 'html'],
  ['a page of XHTML', Buffer.from('<?xml version="1.0"?>\n<!DOCTYPE html><html/>'), 'document', 'html'],
  ['a text that speaks of pages', Buffer.from('Write <html> at the beginning.'), 'document', 'txt'],
  ['an element that only begins like a page', Buffer.from('<html-x>'), 'document', 'txt'],
  ['a comment without an end', Buffer.from('<!-- <html>'), 'document', 'txt'],
  ['thousands of comments', Buffer.from('<!-- -->'.repeat(5_000)), 'document', 'txt'],
  ['an MP4', box('ftypisom'), 'video', 'mp4'],
  ['a QuickTime film', box('ftypqt  '), 'video', 'mov'],
  ['a QuickTime film without a brand', box('moov'), 'video', 'mov'],
  ['a 3GP', box('ftyp3gp5'), 'video', 'three_gp'],
  ['a Matroska film', ebml('matroska'), 'video', 'mkv'],
  ['a WebM', ebml('webm'), 'video', 'webm'],
  ['a Flash film', bytes('FLV', [1, 5], filler), 'video', 'flv'],
  ['an MPEG program stream', bytes([0, 0, 1, 0xba], filler), 'video', 'mpeg'],
  ['an MPEG video stream', bytes([0, 0, 1, 0xb3], filler), 'video', 'mpeg'],
  ['a Windows Media film', bytes([0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], filler), 'video', 'wmv'],
  ['a WAV', bytes('RIFF', [1, 2, 3, 4], 'WAVE', filler), 'audio', 'wav'],
  ['an MP3 with tags', bytes('ID3', filler), 'audio', 'mp3'],
  ['an MP3 without', bytes([0xff, 0xfb, 0x90], filler), 'audio', 'mp3'],
  ['AAC in ADTS', bytes([0xff, 0xf1, 0x50], filler), 'audio', 'aac'],
  ['a FLAC', bytes('fLaC', filler), 'audio', 'flac'],
  ['an Ogg', bytes('OggS', filler), 'audio', 'ogg'],
  ['an MP4 of audio alone', box('ftypM4A '), 'audio', 'm4a'],
])('%s is known by its bytes', (_what, file, kind, format) => {
  expect(fileFormat(file)).toEqual({ kind, format });
  // A view into a longer buffer, as the pieces of a network are.
  const longer = Buffer.concat([bytes('%PDF-'), file, bytes('PK\x05\x06')]);
  expect(fileFormat(longer.subarray(5, 5 + file.length))).toEqual({ kind, format });
});

test.each<[what: string, file: Buffer]>([
  ['nothing', bytes()],
  ['a zip of other things', zip('a.txt', 'b/word/document.xml')],
  ['a presentation', zip('[Content_Types].xml', 'ppt/presentation.xml')],
  ['a zip without a directory', bytes('PK\x03\x04', 'word/document.xml', filler)],
  ['a zip that was cut off', zip('word/document.xml').subarray(0, 60)],
  ['a zip without parts', zip()],
  ['a compound file of other things', compound('PowerPoint Document')],
  ['a photograph of a telephone', box('ftypheic')],
  ['an AVI', bytes('RIFF', [1, 2, 3, 4], 'AVI ', filler)],
  ['text in Latin-1', bytes('Gr\xfc\xdfe')],
  ['text in UTF-16', Buffer.from('\ufeffHello', 'utf16le')],
  ['text with a zero', bytes('a\0b')],
  ['text with a control character at its end', bytes('a'.repeat(100_000), [0x07])],
  ['Matroska of an unknown type', ebml('other')],
  ['the beginning of a magic number', bytes([0xff])],
  ['an executable', bytes('\x7fELF', [2, 1, 1], filler)],
])('%s is of no kind that models take', (_what, file) => {
  expect(fileFormat(file)).toBeUndefined();
});

test.each([
  ['a directory that leads to a part', 0],
  ['a directory that leads beyond the file', 0xffff_fffe],
])('%s is left', (_what, offset) => {
  const file = zip('a.txt', 'b.txt');
  file.writeUInt32LE(offset, file.length - 6);
  expect(fileFormat(file)).toBeUndefined();
});
