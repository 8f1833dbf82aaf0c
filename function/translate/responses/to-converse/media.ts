import type { Family } from '../../../catalog/family.ts';
import type { ResponsesRequest } from '../../../dialects/responses-request.gen.ts';
import { mediaUrls } from '../../chat/to-converse/media-urls.ts';
import { isHttps } from '../../chat/to-converse/images.ts';
import { invalid } from '../../chat/to-converse/refusal.ts';
import { fileReferences, type FileReference } from '../../openai/file-references.ts';
import { asChat } from './chat-request.ts';
import { responsesError, responsesParam, type Origins } from './params.ts';

/** A URL that is to be fetched, what it is of, and the field that has it. */
export interface ResponsesMediaUrl {
  readonly url: string;
  readonly param: string;
  readonly kind: 'image' | 'file';
}

/** What a request names of media. */
export interface ResponsesMedia {
  readonly urls: readonly ResponsesMediaUrl[];
  readonly files: readonly FileReference[];
}

/** The https URLs of images and files, and the stored files. Throws the ApiError 400 for a URL that is neither https nor data. */
export function mediaOfResponses(request: ResponsesRequest, { name, images, documents }: Family): ResponsesMedia {
  const { chat, origins, fileUrls } = asChat(request, { family: name, media: new Map(), ignored: new Set() });
  const imageUrls = images ? imagesOf(() => mediaUrls(chat), origins) : [];
  const files = documents || images ? fileUrls : [];
  for (const { url, param } of files) {
    if (!isHttps(url)) throw invalid(param, `Invalid '${param}': expected an https: URL of a file.`);
  }
  return {
    urls: [...imageUrls, ...files.map(({ url, param }) => ({ url, param, kind: 'file' as const }))],
    files: fileReferences(chat.messages).map(({ id, data, param }) => ({
      id,
      data,
      param: responsesParam(param, origins),
    })),
  };
}

function imagesOf(
  find: () => readonly { readonly url: string; readonly param: string }[],
  origins: Origins,
): ResponsesMediaUrl[] {
  try {
    return find().map(({ url, param }) => ({ url, param: responsesParam(param, origins), kind: 'image' }));
  } catch (error) {
    throw responsesError(error, origins);
  }
}
