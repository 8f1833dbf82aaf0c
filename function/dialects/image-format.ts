/** The image formats that Converse takes (ImageFormat of the service model). */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

/** How each format starts, by its specification; WebP has its length between its two words. */
const magic: readonly (readonly [ImageFormat, (head: string) => boolean])[] = [
  ['png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['jpeg', (head) => head.startsWith('\xff\xd8\xff')],
  ['gif', (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a')],
  ['webp', (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP'],
];

/**
 * The format of an image by its first bytes, whatever was declared; undefined where it is none of these. Bedrock refuses a declared format
 * that is not the real one.
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  return magic.find(([, matches]) => matches(head))?.[0];
}
