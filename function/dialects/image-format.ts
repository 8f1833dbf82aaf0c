/** The image formats that Converse takes (ImageFormat of the service model). */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

/** What each format starts with, as its specification says; between WebP's two words stands its length. */
const magic: readonly (readonly [ImageFormat, (head: string) => boolean])[] = [
  ['png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['jpeg', (head) => head.startsWith('\xff\xd8\xff')],
  ['gif', (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a')],
  ['webp', (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP'],
];

/** What the first bytes say an image is, whatever was declared: Bedrock refuses a declared format that is not the real one. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  return magic.find(([, matches]) => matches(head))?.[0];
}
