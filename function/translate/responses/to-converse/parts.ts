import type {
  ChatCompletionRequestMessageContentPartFile,
  ChatCompletionRequestMessageContentPartImage,
  ChatCompletionRequestMessageContentPartText,
} from '../../../dialects/chat.gen.ts';
import type {
  InputFileContent,
  InputImageContent,
  ResponsesMessagePart,
} from '../../../dialects/responses-request.gen.ts';
import { invalid } from '../../chat/to-converse/refusal.ts';
import { isMarked } from '../../chat/to-converse/translation-state.ts';
import type { Media } from '../../translation.ts';

type TextPart = ChatCompletionRequestMessageContentPartText;
type MediaPart = ChatCompletionRequestMessageContentPartImage | ChatCompletionRequestMessageContentPartFile;

/** What the parts of an input need to become parts of a chat. */
export interface PartSources {
  /** Files that were fetched, by their URLs; absent while it is only asked which are to be. */
  readonly media: ReadonlyMap<string, Media>;
  /** The URLs of files, which a chat does not have, in their order. */
  readonly fileUrls: { readonly url: string; readonly param: string }[];
}

/** A part of an input as a part of a chat. `param` is its path. Throws the ApiError 400 for a part with nothing in it. */
export function chatPart(part: ResponsesMessagePart, param: string, sources: PartSources): TextPart | MediaPart {
  if (part.type === 'input_text' || part.type === 'output_text') return marked(part, { type: 'text', text: part.text });
  if (part.type === 'refusal') return { type: 'text', text: part.refusal };
  if (part.type === 'input_image') return marked(part, imagePart(part, param));
  return marked(part, filePart(part, param, sources));
}

/** The text of a part that may only be text. Throws the ApiError 400 for another. */
export function wordsPart(part: ResponsesMessagePart, param: string, role: string): TextPart {
  const text = part.type === 'refusal' ? part.refusal : 'text' in part ? part.text : undefined;
  if (text !== undefined) return marked(part, { type: 'text', text });
  throw invalid(`${param}.type`, `Invalid '${param}.type': the role '${role}' takes only text.`);
}

function imagePart({ image_url: url, file_id: id, detail }: InputImageContent, param: string): MediaPart {
  if (typeof url === 'string')
    return {
      type: 'image_url',
      image_url: { url, ...(detail && { detail: detail === 'original' ? 'high' : detail }) },
    };
  if (typeof id === 'string') return { type: 'file', file: { file_id: id } };
  throw missing(`${param}.image_url`);
}

function filePart(part: InputFileContent, param: string, { media, fileUrls }: PartSources): MediaPart {
  const { file_id: id, file_data: data, file_url: url, filename } = part;
  const name = typeof filename === 'string' ? { filename } : {};
  if (typeof id === 'string' || typeof data === 'string') {
    return {
      type: 'file',
      file: {
        ...name,
        ...(typeof data === 'string' && { file_data: data }),
        ...(typeof id === 'string' && { file_id: id }),
      },
    };
  }
  if (typeof url !== 'string') throw missing(`${param}.file_data`);
  fileUrls.push({ url, param: `${param}.file_url` });
  return { type: 'file', file: { filename: filename ?? nameIn(url), file_data: media.get(url)?.bytes ?? '' } };
}

/** The last segment of a URL's path, which usually has the extension of the file. */
function nameIn(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A part with the cache marks of another. */
function marked<Part extends object>(from: object, part: Part): Part {
  const breakpoint: unknown = Reflect.get(from, 'prompt_cache_breakpoint');
  return {
    ...part,
    ...(breakpoint !== null && breakpoint !== undefined && { prompt_cache_breakpoint: breakpoint }),
    ...(isMarked(from) && { cache_control: Reflect.get(from, 'cache_control') }),
  };
}

function missing(param: string): Error {
  return invalid(param, `Missing required parameter: '${param}'.`, 'missing_required_parameter');
}
