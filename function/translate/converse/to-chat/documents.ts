import type { DocumentBlock, DocumentFormat, DocumentSource } from '../../../dialects/converse.gen.ts';
import { textPart, type Part } from './part.ts';
import { invalid, unsupportedField } from './refusal.ts';
import type { Ignored } from './translation-state.ts';

/** Formats whose bytes are text, which every model reads. */
const textFormats: ReadonlySet<DocumentFormat> = new Set(['txt', 'md', 'csv', 'html']);

/**
 * A PDF as the file part that OpenAI reads, any text as a text part that names the document. Throws an ApiError 400 for formats
 * that OpenAI does not accept.
 */
export function documentParts(document: DocumentBlock, param: string, ignored: Ignored): Part[] {
  const { name, source, context } = document;
  // The service's own default.
  const format = document.format ?? 'txt';
  if (document.citations?.enabled === true) ignored.add('messages.content.document.citations');
  const said = context === undefined ? [] : [context];
  const text = documentText(source, format, param);
  if (text !== undefined)
    return [{ type: 'text', text: [`Document "${name}" (${format}):`, ...said, text].join('\n\n') }];
  if (format === 'pdf' && 'bytes' in source) {
    const file_data = `data:application/pdf;base64,${source.bytes}`;
    return [...said.map(textPart), { type: 'file', file: { filename: `${name}.pdf`, file_data } }];
  }
  throw invalid(
    `${param}.format`,
    `OpenAI takes documents as pdf, and those that are text: ${[...textFormats].join(', ')}.`,
  );
}

/** The text of a document; undefined when its bytes are something else. */
function documentText(source: DocumentSource, format: DocumentFormat, param: string): string | undefined {
  if ('s3Location' in source)
    throw unsupportedField('messages.content.document.source.s3Location', `${param}.source.s3Location`);
  if ('text' in source) return source.text;
  if ('content' in source) return source.content.map(({ text }) => text).join('\n\n');
  return textFormats.has(format) ? decodeText(source.bytes, `${param}.source.bytes`) : undefined;
}

function decodeText(base64: string, param: string): string {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(param, 'expected base64 of text in UTF-8.');
  }
}
