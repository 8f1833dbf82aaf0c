import { isObject } from '../dialects/json.ts';

/** OpenAI's rule of thumb is 4 characters of English; code and other languages have fewer bytes of UTF-8 in a token. */
const bytesPerToken = 3;

/** What Claude takes for an image of the largest size that it does not scale down (Anthropic, "Vision"); other models take less. */
const imageTokens = 1_600;

/** Ten pages of a PDF at the 3,000 tokens that Claude takes for a dense one (Anthropic, "PDF support"). Files by reference count alike. */
const fileTokens = 30_000;

/** A body below this size cannot have so much base64 that it matters. */
const minMediaBytes = 4_096;

/** Deeper than any message goes: what is there is text. */
const maxDepth = 32;

/**
 * How many tokens of input a body may be: a third of its bytes, and for each image or file a fixed number in place of its base64. An
 * estimate to begin with: the usage of the answer corrects it.
 */
export function inputTokens(size: number, body: unknown): number {
  const media = { tokens: 0, bytes: 0 };
  collect(body, media, 0);
  const text = size < minMediaBytes ? size : size - media.bytes;
  return Math.ceil(Math.max(text, 0) / bytesPerToken) + media.tokens;
}

interface Media {
  tokens: number;
  /** Bytes of base64 that are no text. */
  bytes: number;
}

/** The fields that media are in, at OpenAI, Converse, Anthropic and in the bodies of embedding models. */
const tokensOfField: ReadonlyMap<string, number> = new Map([
  ['image', imageTokens],
  ['images', imageTokens],
  ['image_url', imageTokens],
  ['inputImage', imageTokens],
  ['audio', fileTokens],
  ['audio_url', fileTokens],
  ['document', fileTokens],
  ['file', fileTokens],
  ['file_data', fileTokens],
  ['file_id', fileTokens],
  ['file_url', fileTokens],
  ['input_audio', fileTokens],
  ['video', fileTokens],
  ['video_url', fileTokens],
]);

/** Fields whose values are text to the model, whatever they look like: definitions, and results of tools. */
const textFields: ReadonlySet<string> = new Set([
  'functions',
  'json',
  'outputConfig',
  'response_format',
  'tools',
  'toolConfig',
]);

function collect(value: unknown, media: Media, depth: number): void {
  if (depth > maxDepth) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, media, depth + 1);
  } else if (isObject(value)) {
    const { type, source } = value;
    // Anthropic's parts have the kind beside the source.
    if (isObject(source) && typeof type === 'string') add(source, tokensOfField.get(type), media);
    for (const name in value) inField(name, value[name], { media, depth });
  }
}

function inField(
  name: string,
  value: unknown,
  { media, depth }: { readonly media: Media; readonly depth: number },
): void {
  // Below the top, `input` is the arguments of a tool.
  if (textFields.has(name) || (name === 'input' && depth > 0)) return;
  const tokens = tokensOfField.get(name);
  if (tokens === undefined) collect(value, media, depth + 1);
  else if (value !== null) add(value, tokens, media);
}

function add(value: unknown, tokens: number | undefined, media: Media): void {
  if (tokens === undefined) return;
  const items = Array.isArray(value) ? value : [value];
  for (const item of items) {
    media.tokens += tokens;
    media.bytes += blobBytes(item, 0);
  }
}

/** How many bytes of a part of media are base64 of a known binary format. Anything else a model may read as text. */
function blobBytes(value: unknown, depth: number): number {
  if (typeof value === 'string') return isBlob(value) ? value.length : 0;
  if (!isObject(value) || depth > 3) return 0;
  let bytes = 0;
  for (const name in value) bytes += blobBytes(value[name], depth + 1);
  return bytes;
}

const dataUrl = /^data:[^,]{0,100},/;

/** The beginnings, in base64, of PNG, JPEG, GIF, RIFF (WebP, WAV), PDF, ZIP (docx, xlsx), OLE (doc, xls), MP3, Ogg, FLAC, Matroska. */
const knownBeginning = /^(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|JVBER|UEsDB|0M8R4KGx|SUQz|\/\/[uvs]|T2dnU|ZkxhQ|GkXfo)/;

/** The beginning of an MP4 or QuickTime file: the length of its first part, and `ftyp`. */
const movie = /^AAAA[\w+/]GZ0eX/;

const base64 = /^[\w+/-]*={0,2}$/;

function isBlob(text: string): boolean {
  const data = text.startsWith('data:') ? text.replace(dataUrl, '') : text;
  return (knownBeginning.test(data) || movie.test(data)) && base64.test(data);
}
