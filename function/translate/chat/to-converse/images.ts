import { imageFormat } from '../../../dialects/image-format.ts';
import type { ImageBlock, ImageFormat } from '../../../dialects/converse.gen.ts';
import type { Media } from '../../translation.ts';
import { cleanBase64, dataUrl, firstBytes } from './base64.ts';
import { invalid } from './refusal.ts';

/** An image as Converse takes it; https ones were fetched before. */
export function image(url: string, param: string, media: ReadonlyMap<string, Media>): ImageBlock {
  checkImageUrl(url, param);
  return isHttps(url) ? fetchedImage(media.get(url), param) : inlineImage(url, param);
}

/**
 * Only data: and https: are looked at; http:, s3:, file: and the like are refused before anything is fetched. Throws an ApiError
 * 400 for other URLs.
 */
export function checkImageUrl(url: string, param: string): void {
  if (isHttps(url) || /^data:/i.test(url)) return;
  throw invalid(param, `Invalid '${param}': expected an https: or data: URL of an image.`, 'invalid_image_url');
}

/** Whether a URL has the scheme https. */
export function isHttps(url: string): boolean {
  return /^https:/i.test(url);
}

function fetchedImage(found: Media | undefined, param: string): ImageBlock {
  const format = imageFormats.find((name) => name === found?.format);
  if (found === undefined || format === undefined) throw unreadable(param);
  return { format, source: { bytes: found.bytes } };
}

/** The declared type is not read: what the bytes say is what Bedrock will see. */
function inlineImage(url: string, param: string): ImageBlock {
  const bytes = cleanBase64(dataUrl(url)?.base64 ?? '');
  const format = bytes === undefined ? undefined : imageFormat(firstBytes(bytes));
  if (bytes === undefined || format === undefined) throw unreadable(param);
  return { format, source: { bytes } };
}

const imageFormats: readonly ImageFormat[] = ['png', 'jpeg', 'gif', 'webp'];

function unreadable(param: string): Error {
  return invalid(
    param,
    `Invalid '${param}': no image in one of the formats png, jpeg, gif and webp.`,
    'invalid_image_format',
  );
}
