import { imageFormat } from '../../function/dialects/image-format.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
  ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
  ['gif', 'GIF87a\x01\0'],
  ['gif', 'GIF89a\x01\0'],
  ['webp', 'RIFF\x10\0\0\0WEBPVP8 '],
])('%s is detected by its first bytes', (format, head) => {
  expect(imageFormat(bytes(head))).toBe(format);
});

test.each([
  '',
  '\x89PNG',
  'GIF88a',
  'RIFF\x10\0\0\0WAVEfmt ',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '<html>',
  'BM',
])('%j is not an image format of Converse', (head) => {
  expect(imageFormat(bytes(head))).toBeUndefined();
});
