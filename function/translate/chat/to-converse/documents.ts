import { imageFormat } from '../../../dialects/image-format.ts';
import type { ContentBlock, DocumentFormat } from '../../../dialects/converse.gen.ts';
import type { ChatCompletionRequestMessageContentPartFile } from '../../../dialects/chat.gen.ts';
import type { StoredFile, TranslationContext } from '../../translation.ts';
import { cleanBase64, dataUrl, firstBytes } from './base64.ts';
import { invalid, unsupported } from './refusal.ts';

/** Names of the documents of one request, each given out once. */
export interface DocumentNames {
  next(filename: string | undefined): string;
}

const formats: Readonly<Record<string, DocumentFormat>> = {
  pdf: 'pdf',
  csv: 'csv',
  doc: 'doc',
  docx: 'docx',
  xls: 'xls',
  xlsx: 'xlsx',
  html: 'html',
  htm: 'html',
  txt: 'txt',
  md: 'md',
  markdown: 'md',
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
};

/** What the binary formats begin with: PDF, the zip of the newer office formats, the compound file of the older ones. */
const magic: Readonly<Partial<Record<DocumentFormat, readonly number[]>>> = {
  pdf: [0x25, 0x50, 0x44, 0x46, 0x2d],
  docx: [0x50, 0x4b, 0x03, 0x04],
  xlsx: [0x50, 0x4b, 0x03, 0x04],
  doc: [0xd0, 0xcf, 0x11, 0xe0],
  xls: [0xd0, 0xcf, 0x11, 0xe0],
};

/** What the files of one request are made of. */
export interface FileSources {
  readonly names: DocumentNames;
  /** Stored files by their ids; absent where the stack stores none. */
  readonly stored?: TranslationContext<never>['files'];
}

/** A file as a content block by its kind: a document, an image, or, of a stored one, a video or audio. Throws the 400 for other files. */
export function file(
  { file: given }: ChatCompletionRequestMessageContentPartFile,
  param: string,
  { names, stored }: FileSources,
): ContentBlock {
  const { file_id: id } = given;
  // Where nothing is stored, an id beside the data says nothing more.
  if (id !== undefined && (stored !== undefined || given.file_data === undefined))
    return storedBlock(stored?.get(id), `${param}.file_id`, names);
  if (given.file_data === undefined) throw withoutData(param);
  const inline = dataUrl(given.file_data);
  const bytes = cleanBase64(inline?.base64 ?? given.file_data);
  if (bytes === undefined)
    throw invalid(`${param}.file_data`, `Invalid '${param}.file_data': expected base64 or a base64 data URL.`);
  const head = firstBytes(bytes);
  const image = imageFormat(head);
  if (image !== undefined) return { image: { format: image, source: { bytes } } };
  const format = documentFormat(given.filename, inline?.type, head);
  if (format === undefined)
    throw invalid(
      `${param}.file_data`,
      `Invalid '${param}.file_data': no document in one of the formats ${supported}.`,
    );
  return { document: { format, name: names.next(given.filename), source: { bytes } } };
}

const supported = [...new Set(Object.values(formats))].join(', ');

/** A stored file as its content block. Throws the 400 where the stack stores none: a file that is not there was refused before. */
function storedBlock(found: StoredFile | undefined, param: string, names: DocumentNames): ContentBlock {
  if (found === undefined) throw unsupported(param, 'This gateway stores no files: send the file itself as file_data.');
  const { block, filename } = found;
  return 'document' in block ? { document: { ...block.document, name: names.next(filename) } } : block;
}

function withoutData(param: string): Error {
  return invalid(
    `${param}.file_data`,
    `Missing required parameter: '${param}.file_data'.`,
    'missing_required_parameter',
  );
}

/** By the bytes where they tell, else by the name, else by the declared type. */
function documentFormat(
  filename: string | undefined,
  type: string | undefined,
  head: Uint8Array,
): DocumentFormat | undefined {
  if (begins(head, magic.pdf)) return 'pdf';
  const extension = filename?.toLowerCase().match(/\.([a-z]+)$/)?.[1];
  const declared = lookUp(extension) ?? lookUp(type);
  if (declared === undefined || !begins(head, magic[declared])) return undefined;
  return declared;
}

function lookUp(name: string | undefined): DocumentFormat | undefined {
  return name !== undefined && Object.hasOwn(formats, name) ? formats[name] : undefined;
}

function begins(head: Uint8Array, bytes: readonly number[] = []): boolean {
  return bytes.every((byte, at) => head[at] === byte);
}

/** 200 in the service model; what is left is for the number. */
const maxNameLength = 190;

/**
 * Bedrock takes letters, digits, single spaces, `-`, `_`, `()` and `[]`, and each name once in a request. The order of the
 * documents decides, so that a name stays the same in the next turn and a cached prefix with it.
 */
export function documentNames(): DocumentNames {
  const given = new Map<string, number>();
  return {
    next(filename = '') {
      const name = sanitizeName(filename);
      let number = (given.get(name) ?? 0) + 1;
      while (number > 1 && given.has(`${name} (${number})`)) number += 1;
      given.set(name, number);
      const found = number === 1 ? name : `${name} (${number})`;
      if (number > 1) given.set(found, 1);
      return found;
    },
  };
}

function sanitizeName(filename: string): string {
  const stem = filename.replace(/\.[^.]*$/, '');
  const clean = stem.replaceAll(/\s+/g, ' ').replaceAll(/[^a-zA-Z0-9 _()[\]-]+/g, '-');
  // A name of nothing but stand-ins says nothing.
  return /[a-zA-Z0-9]/.test(clean) ? clean.trim().slice(0, maxNameLength).trim() : 'document';
}
