import { isObject } from '../../dialects/json.ts';
import { ApiError } from '../../errors.ts';
import type { Media } from '../translation.ts';
import { objectsIn } from './file-references.ts';

/** An https URL in a part of a message, and where the request has it. */
export interface MediaPlace {
  readonly url: string;
  readonly param: string;
  /** Whether it is that of an image, which can be fetched before. */
  readonly isImage: boolean;
}

/** Fields of parts that hold a URL, alone or as `url` of an object; all others may hold base64. */
const urlFields: ReadonlySet<string> = new Set(['image_url', 'video_url', 'audio_url']);

/** Fields of parts that are never fetched, whatever they hold. */
const textFields: ReadonlySet<string> = new Set([
  'annotations',
  'cache_control',
  'detail',
  'filename',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'refusal',
  'text',
  'thinking',
  'type',
]);

/**
 * Every https URL by which parts of messages name media, in their order; the messages need not be checked yet. Throws the 400 for
 * any other address, which a server would look for in its own network or on its own disk.
 */
export function mediaPlaces(messages: unknown): MediaPlace[] {
  const found: MediaPlace[] = [];
  for (const [message, at] of objectsIn(messages, 'messages')) {
    lookIn(message, at, (name) => urlFields.has(name));
    const parts = objectsIn(message['content'], `${at}.content`);
    for (const [part, place] of parts) lookIn(part, place, (name) => !textFields.has(name));
  }
  return found;

  function lookIn(part: object, place: string, isMedia: (name: string) => boolean): void {
    for (const [name, value] of Object.entries(part)) {
      if (isMedia(name)) findUrls(value, { field: name, name, param: `${place}.${name}` }, found);
    }
  }
}

/** The 400 for an address that no server of the stack's is sent. */
export function mediaNotFetched({ param, isImage }: Pick<MediaPlace, 'param' | 'isImage'>, why: string): ApiError {
  const code = isImage ? 'invalid_image_url' : 'invalid_value';
  return new ApiError(`Invalid '${param}': ${why}`, { status: 400, code, param });
}

interface Looking {
  /** The field of the part. */
  readonly field: string;
  /** The field that holds the value itself. */
  readonly name: string;
  readonly param: string;
}

/** What a parser of URLs takes for a scheme, with the blanks and controls that it skips before and within. */
const scheme = /^[\s\p{Cc}]*([a-z][a-z0-9+.\-\t\n\r]*):/iu;

function findUrls(value: unknown, { field, name, param }: Looking, found: MediaPlace[]): void {
  if (typeof value === 'string') {
    const isImage = field === 'image_url';
    const used = scheme
      .exec(value)?.[1]
      ?.replaceAll(/[\t\n\r]/g, '')
      .toLowerCase();
    const isAddress =
      used === undefined ? urlFields.has(name) || (name === 'url' && urlFields.has(field)) : used !== 'data';
    if (used === 'https') found.push({ url: value, param, isImage });
    else if (isAddress) throw mediaNotFetched({ param, isImage }, 'expected an https: or data: URL.');
  } else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, inner] of Object.entries(value)) {
      if (isList) findUrls(inner, { field, name, param: `${param}[${key}]` }, found);
      else if (!textFields.has(key)) findUrls(inner, { field, name: key, param: `${param}.${key}` }, found);
    }
  }
}

/** A request's messages with images as data in place of the URLs that they were fetched from. */
export function withImages(messages: unknown, images: ReadonlyMap<string, Media>): unknown {
  const inPart = (part: object): object =>
    'image_url' in part ? { ...part, image_url: inlineUrl(part.image_url) } : part;
  const inMessage = (message: object): object =>
    inPart('content' in message ? { ...message, content: mapObjects(message.content, inPart) } : message);
  return mapObjects(messages, inMessage);

  function inlineUrl(value: unknown): unknown {
    if (typeof value === 'string') {
      const image = images.get(value);
      return image === undefined ? value : `data:image/${image.format};base64,${image.bytes}`;
    }
    if (Array.isArray(value)) return value.map(inlineUrl);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inlineUrl(inner)]));
  }
}

/** A list with each of its objects changed, in lists in it as well, or the one object that there is instead of a list. */
export function mapObjects(list: unknown, change: (item: object) => object): unknown {
  if (!Array.isArray(list)) return isObject(list) ? change(list) : list;
  return list.map((item: unknown) => mapObjects(item, change));
}
