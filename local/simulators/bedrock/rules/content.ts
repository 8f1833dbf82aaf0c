import { invalid, refusedByModel } from '../bedrock-error.ts';
import { isImage, isVideo } from '../media.ts';
import type { ContentBlock, Document, Image, Message, S3Location, Video } from '../wire.ts';
import { placed, type RuleInput, type Placed, type Rule } from './rule.ts';

/** Images alone, as every wire has them. */
export const imageRules: readonly Rule[] = [images];

/** Media and documents: where they may stand, how many, and that they are what they say. */
export const contentRules: readonly Rule[] = [blocksFitRoles, images, documents, unsupportedMedia, videos, s3Sources];

// Limits of the service's own documentation: of one image or document, and of the documents of one message.
const maxImageBytes = 3_750_000;
const maxDocuments = 5;
const maxDocumentBytes = 4_500_000;

const userBlocks = ['image', 'document', 'video', 'audio', 'toolResult', 'searchResult'] as const;
const assistantBlocks = ['toolUse', 'reasoningContent', 'citationsContent'] as const;

function blocksFitRoles({ request }: RuleInput): void {
  for (const { block, message, at } of placed(request)) {
    const foreign = (message.role === 'user' ? assistantBlocks : userBlocks).find((kind) => block[kind] !== undefined);
    if (foreign !== undefined) {
      const who = message.role === 'user' ? 'User' : 'Assistant';
      throw invalid(
        `${who} messages cannot contain ${foreign} content at ${at}. Remove the ${foreign} content and try again.`,
      );
    }
  }
}

function images({ request, target }: RuleInput): void {
  const found = placed(request).flatMap((place) => imagesOf(place));
  for (const { image, at } of found) {
    if (!target.model.input.includes('IMAGE'))
      throw invalid("This model doesn't support the image content block that you provided.");
    if (!isImage(image)) throw refusedByModel(`${at}.image.source: Could not process image`);
    if (sizeOf(image.source.bytes) > maxImageBytes)
      throw refusedByModel(`${at}.image.source: image exceeds 3.75 MB maximum`);
  }
  const most = target.family.images ?? Infinity;
  for (const { content } of request.messages ?? []) {
    const count = content.flatMap((block) => imagesOf({ block, at: '' })).length;
    if (count > most) throw refusedByModel(`too many images and documents: ${count} + 0 > ${most}`);
  }
}

function imagesOf({ block, at }: Pick<Placed, 'block' | 'at'>): { image: Image; at: string }[] {
  const inside = (block.toolResult?.content ?? []).map(({ image }) => image);
  return [block.image, ...inside].filter((image) => image !== undefined).map((image) => ({ image, at }));
}

function documents({ request, target }: RuleInput): void {
  const all = (request.messages ?? []).flatMap(({ content }) => documentsOf(content));
  if (all.length > 0 && !target.model.documents)
    throw invalid("This model doesn't support documents. Remove the document and try again.");
  all.forEach(checkDocument);
  if (new Set(all.map(({ name }) => name)).size < all.length) {
    throw refusedByModel('Found duplicate document names. Rename the duplicate documents and try again.');
  }
  (request.messages ?? []).forEach(checkTurn);
}

function documentsOf(content: readonly ContentBlock[]): Document[] {
  const inside = content.flatMap(({ toolResult }) => toolResult?.content ?? []);
  return [...content, ...inside].map(({ document }) => document).filter((document) => document !== undefined);
}

function checkDocument({ name, source, format }: Document): void {
  // The underscore is not in the message, yet the service takes it.
  if (!/^[A-Za-z0-9 _\-()[\]]+$/.test(name) || / {2}/.test(name)) {
    throw invalid(
      "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.",
    );
  }
  if (source.text?.trim() === '' || source.content?.length === 0)
    throw invalid('The document source is empty. Add content and try again.');
  if (sizeOf(source.bytes) > maxDocumentBytes)
    throw invalid('The document size exceeds 4.5 MB. Provide a smaller document and try again.');
  if (source.bytes !== undefined && format === undefined)
    throw invalid('The format field of the document is required when the source is bytes.');
  if (source.bytes !== undefined && format === 'pdf' && !isPdf(source.bytes))
    throw refusedByModel('The PDF specified was not valid.');
}

function isPdf(bytes: string): boolean {
  return Buffer.from(bytes.slice(0, 64), 'base64').toString('latin1').startsWith('%PDF-');
}

function checkTurn({ content }: Message, index: number): void {
  const own = content.filter(({ document }) => document !== undefined);
  if (documentsOf(content).length > maxDocuments)
    throw invalid(`The number of documents at messages.${index} exceeds the maximum of ${maxDocuments}.`);
  if (own.length > 0 && content.every(({ text }) => text === undefined)) {
    throw invalid(
      'A text block is required when using documents. Add a text block to the content field and try again.',
    );
  }
}

function unsupportedMedia({ request, target }: RuleInput): void {
  for (const { block, at } of placed(request)) {
    if (block.video !== undefined && !target.model.input.includes('VIDEO'))
      throw invalid(`This model doesn't support the video content block at ${at}.`);
    if (block.audio !== undefined) throw invalid(`This model doesn't support the audio content block at ${at}.`);
    if (block.searchResult !== undefined && target.model.provider !== 'Anthropic')
      throw invalid(`This model doesn't support the searchResult content block at ${at}.`);
  }
}

/** One video in a request, whose bytes are of the format that it says (Nova user guide, "Video understanding"). */
function videos({ request }: RuleInput): void {
  const found = placed(request).flatMap(({ block: { video }, at }) => (video === undefined ? [] : [{ video, at }]));
  const [, second] = found;
  if (second !== undefined) throw refusedByModel(`${second.at}.video: a request may have one video`);
  for (const { video, at } of found) {
    const { bytes } = video.source;
    if (bytes === undefined) continue;
    const head = Buffer.from(bytes.slice(0, 256), 'base64');
    if (head.length < 12 || !isVideo(video.format, head))
      throw refusedByModel(`${at}.video.source: Could not process video`);
  }
}

// In the words that other models have for a source which they do not know.
function s3Sources({ request, target }: RuleInput): void {
  if (target.model.provider === 'Amazon') return;
  const [first] = s3Locations(request);
  if (first !== undefined) throw refusedByModel(`${first.at}.source.type: Field required`);
}

/** An object in S3 that a request names, and where: `messages.0.content.1.video`. */
export interface PlacedLocation {
  readonly location: S3Location;
  readonly at: string;
  /** What a video says that it is; undefined for other media. */
  readonly video: Video['format'] | undefined;
}

/** Every object in S3 that a request names, in its order, in results of tools as well. */
export function s3Locations(request: RuleInput['request']): PlacedLocation[] {
  return placed(request).flatMap(({ block, at }) =>
    [block, ...(block.toolResult?.content ?? [])].flatMap((one) => locationsIn(one, at)),
  );
}

function locationsIn(
  media: Pick<ContentBlock, 'image' | 'document' | 'video' | 'audio'>,
  at: string,
): PlacedLocation[] {
  return (['image', 'document', 'video', 'audio'] as const).flatMap((kind) => {
    const location = media[kind]?.source.s3Location;
    return location === undefined ? [] : [{ location, at: `${at}.${kind}`, video: media.video?.format }];
  });
}

function sizeOf(bytes: string | undefined): number {
  return bytes === undefined ? 0 : (bytes.length / 4) * 3;
}
