import type {
  ChatCompletionRequestAssistantMessage,
  ChatCompletionRequestMessageContentPartAudio,
  ChatCompletionRequestMessageContentPartImage,
  ChatCompletionRequestUserMessageContentPart,
} from '../../../dialects/chat.gen.ts';
import type { Family } from '../../../catalog/family.ts';
import type { AudioBlock, ContentBlock } from '../../../dialects/converse.gen.ts';
import { cleanBase64 } from './base64.ts';
import { documentNames, file, type DocumentNames } from './documents.ts';
import { image } from './images.ts';
import { invalid, unsupported } from './refusal.ts';
import { isMarked, type TranslationState } from './translation-state.ts';

/** What files of one conversation share. */
export interface MediaState {
  readonly state: TranslationState;
  /** Absent until the first file. */
  documents?: DocumentNames;
}

/** A cache point block: Bedrock caches the prompt up to here. */
export const cachePoint: ContentBlock = { cachePoint: { type: 'default' } };

/** What a user says, as blocks. Blank text says nothing and is left out: Bedrock refuses it. */
export function userBlocks(
  content: string | readonly ChatCompletionRequestUserMessageContentPart[],
  at: number,
  media: MediaState,
): ContentBlock[] {
  if (typeof content === 'string') return textBlocks(content);
  return content.flatMap((part, index) => {
    const param = `messages[${at}].content[${index}]`;
    return withMark(part, part.type === 'text' ? textBlocks(part.text) : [mediaBlock(part, param, media)]);
  });
}

/** A text as content blocks: none for blank text, which Bedrock refuses. */
export function textBlocks(text: string): ContentBlock[] {
  return text.trim() === '' ? [] : [{ text }];
}

/** A breakpoint stands after its part; after nothing there is nothing to cache. */
export function withMark(part: object, blocks: ContentBlock[]): ContentBlock[] {
  const marked = 'prompt_cache_breakpoint' in part || isMarked(part);
  return marked && blocks.length > 0 ? [...blocks, cachePoint] : blocks;
}

/** What an assistant says, refusals included; nothing when it is blank. */
export function assistantWords({ content, refusal }: ChatCompletionRequestAssistantMessage): ContentBlock[] {
  const parts = typeof content === 'string' ? textBlocks(content) : (content ?? []).flatMap(wordsOf);
  return refusal ? [...parts, ...textBlocks(refusal)] : parts;
}

function wordsOf(
  part: Exclude<ChatCompletionRequestAssistantMessage['content'], string | null | undefined>[number],
): ContentBlock[] {
  return part.type === 'text' ? withMark(part, textBlocks(part.text)) : textBlocks(part.refusal);
}

/** An image that the caller shows. Throws the 400 of a family that takes none. */
export function imageBlock(
  { image_url: { url } }: ChatCompletionRequestMessageContentPartImage,
  param: string,
  { family, context }: TranslationState,
): Extract<ContentBlock, { image: unknown }> {
  if (!family.images) throw notTaken('images', `${param}.image_url`);
  return { image: image(url, `${param}.image_url.url`, context.media) };
}

type MediaPart = Exclude<ChatCompletionRequestUserMessageContentPart, { type: 'text' }>;

function mediaBlock(part: MediaPart, param: string, media: MediaState): ContentBlock {
  const { state } = media;
  const { family } = state;
  if (part.type === 'input_audio') {
    if (!family.audio) throw notTaken('audio', `${param}.input_audio`);
    return { audio: audio(part, param) };
  }
  if (part.type === 'image_url') return imageBlock(part, param, state);
  media.documents ??= documentNames();
  const place = `${param}.file`;
  const block = file(part, place, { names: media.documents, stored: state.context.files });
  if (!takes(family, block))
    throw notTaken('files of this kind', part.file.file_id === undefined ? place : `${place}.file_id`);
  return block;
}

function takes({ images, documents, audio: sound, videos }: Family, block: ContentBlock): boolean {
  if ('image' in block) return images;
  if ('document' in block) return documents;
  return 'audio' in block ? sound : videos;
}

function notTaken(what: string, param: string): Error {
  return unsupported(param, `Unsupported content: this model does not take ${what}.`);
}

function audio(
  { input_audio: { data, format } }: ChatCompletionRequestMessageContentPartAudio,
  param: string,
): AudioBlock {
  const bytes = cleanBase64(data);
  if (bytes !== undefined) return { format, source: { bytes } };
  throw invalid(`${param}.input_audio.data`, `Invalid '${param}.input_audio.data': expected base64.`);
}
