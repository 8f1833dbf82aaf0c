/** The image formats that Converse takes (ImageFormat of the service model). */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

/** What each format starts with, as its specification says; `.` stands for any byte (WebP's RIFF length). */
const magic: readonly (readonly [ImageFormat, RegExp])[] = [
  ['png', /^\x89PNG\r\n\x1a\n/s],
  ['jpeg', /^\xff\xd8\xff/s],
  ['gif', /^GIF8[79]a/s],
  ['webp', /^RIFF.{4}WEBP/s],
];

/** What the first bytes say an image is, whatever was declared: Bedrock refuses a declared format that is not the real one. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  return magic.find(([, pattern]) => pattern.test(head))?.[0];
}
