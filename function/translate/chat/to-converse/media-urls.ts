import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import { checkImageUrl, isHttps } from './images.ts';

/** A URL that is to be fetched before the translation, and where the request has it. */
export interface MediaReference {
  readonly url: string;
  readonly param: string;
}

/** Every https URL of the request, in its order. Throws the 400 for a URL that is neither https nor data. */
export function mediaUrls({ messages }: ChatRequest): MediaReference[] {
  return messages.flatMap(({ content }, message) => {
    if (!Array.isArray(content)) return [];
    return content.flatMap((part, at) => {
      if (part.type !== 'image_url') return [];
      const { url } = part.image_url;
      const param = `messages[${message}].content[${at}].image_url.url`;
      checkImageUrl(url, param);
      return isHttps(url) ? [{ url, param }] : [];
    });
  });
}
