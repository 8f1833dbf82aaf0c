import { isObject } from '../../dialects/json.ts';
import { ApiError } from '../../errors.ts';
import type { StoredFile } from '../translation.ts';
import type { FileReference } from './file-references.ts';
import { mapObjects } from './media.ts';

/**
 * A request's messages with the content of stored files in place of their ids, which mean nothing to an OpenAI-compatible server: images,
 * PDF, sound and text each in the part that Chat Completions have for it. Throws the ApiError 400 for a file of another kind.
 */
export function withStoredFiles(
  messages: unknown,
  references: readonly FileReference[],
  files: ReadonlyMap<string, StoredFile>,
): unknown {
  const parts = new Map(references.map(({ id, param }) => [id, partOf(files.get(id), param)]));
  const inPart = (part: object): object => {
    const { file, ...others } = { file: undefined, ...part };
    const inline = isObject(file) ? parts.get(String(file['file_id'])) : undefined;
    return inline === undefined ? part : { ...others, ...inline };
  };
  const inMessage = (message: object): object =>
    'content' in message ? { ...message, content: mapObjects(message.content, inPart) } : message;
  return mapObjects(messages, inMessage);
}

function partOf(file: StoredFile | undefined, param: string): object {
  if (file === undefined) throw new Error('a file was not read that a request names');
  const { block, filename } = file;
  if ('image' in block) {
    const { format, source } = block.image;
    return { type: 'image_url', image_url: { url: `data:image/${format};base64,${bytesIn(source, param)}` } };
  }
  if ('document' in block) {
    const { format = 'txt', source } = block.document;
    const bytes = bytesIn(source, param);
    if (format === 'pdf')
      return { type: 'file', file: { filename, file_data: `data:application/pdf;base64,${bytes}` } };
    // OpenAI takes no other documents; text is text wherever it stands.
    if (format === 'txt' || format === 'html')
      return { type: 'text', text: `Document "${filename}" (${format}):\n\n${textOf(bytes)}` };
  }
  if ('audio' in block && (block.audio.format === 'wav' || block.audio.format === 'mp3')) {
    const { format, source } = block.audio;
    return { type: 'input_audio', input_audio: { data: bytesIn(source, param), format } };
  }
  throw notTaken(param);
}

/** The bytes of a file in base64. Throws the ApiError 400 for a file that was left in its place, where no server reaches it. */
function bytesIn(source: object, param: string): string {
  if ('bytes' in source && typeof source.bytes === 'string') return source.bytes;
  throw notTaken(param);
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

function notTaken(param: string): ApiError {
  return new ApiError(
    "Unsupported content: this model's server takes images, PDF, text, and sound as wav and mp3, and this file is none of them.",
    { status: 400, code: 'unsupported_parameter', param },
  );
}
