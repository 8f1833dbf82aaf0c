import type {
  AudioBlock,
  ContentBlock,
  GuardrailConverseContentBlock,
  ImageBlock,
  SearchResultBlock,
} from '../../../dialects/converse.gen.ts';
import { documentParts } from './documents.ts';
import { textPart, type Part } from './part.ts';
import { invalid, unsupportedField } from './refusal.ts';
import type { Ignored } from './translation-state.ts';

/** The blocks that are content of a message; the others are tools, reasoning and marks. */
export type Said = Exclude<
  ContentBlock,
  { toolUse: unknown } | { toolResult: unknown } | { toolAddition: unknown } | { toolRemoval: unknown }
>;

/** What a user's block is to OpenAI; blocks that it has no word for are named or refused. */
export function userPart(block: Said, param: string, ignored: Ignored): Part[] {
  if ('image' in block) return [imagePart(block.image, `${param}.image`)];
  if ('document' in block) return documentParts(block.document, `${param}.document`, ignored);
  if ('audio' in block) return [audioPart(block.audio, `${param}.audio`)];
  if ('guardContent' in block && 'image' in block.guardContent)
    return [imagePart(block.guardContent.image, `${param}.guardContent.image`)];
  return texts(block, param, ignored).map(textPart);
}

/** The texts of a block where nothing but text may stand. Throws an ApiError 400 for media. */
export function texts(block: Said, param: string, ignored: Ignored): string[] {
  if ('text' in block) return [block.text];
  if ('guardContent' in block) return [guardedText(block.guardContent, param, ignored)];
  if ('searchResult' in block) return [searchResult(block.searchResult, ignored)];
  if ('citationsContent' in block) return [citedText(block.citationsContent, ignored)];
  if ('cachePoint' in block) ignored.add('messages.content.cachePoint');
  else if ('reasoningContent' in block) ignored.add('messages.content.reasoningContent');
  else if ('video' in block) throw unsupportedField('messages.content.video', `${param}.video`);
  else throw invalid(`${param}.${Object.keys(block).join('')}`, 'OpenAI takes media in messages of users only.');
  return [];
}

type Image = Pick<ImageBlock, 'format' | 'source'>;

/** An image block as an image part with a data URL. Throws an ApiError 400 for an image in S3. */
export function imagePart({ format, source }: Image, param: string): Part {
  if ('s3Location' in source)
    throw unsupportedField('messages.content.image.source.s3Location', `${param}.source.s3Location`);
  return { type: 'image_url', image_url: { url: `data:image/${format};base64,${source.bytes}` } };
}

/** Bedrock's other names of formats that OpenAI takes. */
const audioFormats: ReadonlyMap<string, 'wav' | 'mp3'> = new Map([
  ['wav', 'wav'],
  ['mp3', 'mp3'],
  ['mpeg', 'mp3'],
  ['mpga', 'mp3'],
]);

function audioPart({ format: declared, source }: AudioBlock, param: string): Part {
  if ('s3Location' in source)
    throw unsupportedField('messages.content.audio.source.s3Location', `${param}.source.s3Location`);
  const format = audioFormats.get(declared);
  if (format === undefined) throw invalid(`${param}.format`, 'OpenAI takes audio as wav and mp3.');
  return { type: 'input_audio', input_audio: { data: source.bytes, format } };
}

function guardedText(guarded: GuardrailConverseContentBlock, param: string, ignored: Ignored): string {
  if ('image' in guarded) throw invalid(`${param}.guardContent.image`, 'OpenAI takes media in messages of users only.');
  if (guarded.text.qualifiers !== undefined) ignored.add('messages.content.guardContent.text.qualifiers');
  return guarded.text.text;
}

/** A search result as text, with its title and source. Notes citations as ignored. */
export function searchResult({ title, source, content, citations }: SearchResultBlock, ignored: Ignored): string {
  if (citations?.enabled === true) ignored.add('messages.content.searchResult.citations');
  return [`Search result "${title}" (${source}):`, ...content.map(({ text }) => text)].join('\n\n');
}

function citedText(
  { content = [], citations = [] }: Extract<Said, { citationsContent: unknown }>['citationsContent'],
  ignored: Ignored,
): string {
  if (citations.length > 0) ignored.add('messages.content.citationsContent.citations');
  return content.map(({ text }) => text).join('');
}
