import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { ApiError } from '../errors.ts';
import type { HttpRequest } from '../http-values.ts';

/** A form with one file. */
export interface Form {
  /** Texts by their names, such as `expires_after[seconds]`. */
  readonly fields: ReadonlyMap<string, string>;
  /** Absent where the form has no file. */
  readonly file?: FormFile;
}

/** The file of a form. */
export interface FormFile {
  /** Without directories; absent where the client names none. */
  readonly name?: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** How a form is read. */
export interface FormOptions {
  /** The name of the field that is the file. */
  readonly fileField: string;
  /** What else to do with a file that is too large, as a sentence. */
  readonly instead: string;
}

/** Lambda's limit for a whole event is 6 MB, in which a form is base64: no larger body reaches the function. */
const maxBodyBytes = 6 * 1024 * 1024;

/** The forms that are read have at most five fields, and short ones but for the file. */
const limits = { parts: 20, fields: 19, files: 1, fieldSize: 4_096, headerPairs: 20, headerSize: 8_192 };

/** A form is whole before it is read, and takes some milliseconds. */
const timeoutMs = 5_000;

const fieldName = /^[\w.[\]-]{1,64}$/;

/** Reads a multipart form. Throws the ApiError that says what is wrong with it. */
export async function readForm(request: HttpRequest, options: FormOptions): Promise<Form> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^\s*multipart\/form-data\s*;/i.test(contentType))
    throw invalid(
      "Send the body as a form, with the header 'Content-Type: multipart/form-data' and its boundary.",
      'unsupported_content_type',
    );
  const body = bodyOf(request, options.instead);
  const parser = parserOf(contentType, options.fileField);
  const { promise, resolve, reject } = Promise.withResolvers<Form>();
  const timer = setTimeout(() => reject(broken()), timeoutMs);
  collect(parser, options.fileField, { resolve, reject });
  parser.end(body);
  return promise.finally(() => clearTimeout(timer));
}

function bodyOf({ body = '', headers }: HttpRequest, instead: string): Uint8Array {
  if ((headers.get('content-encoding') ?? 'identity').trim().toLowerCase() !== 'identity')
    throw new ApiError('A compressed body is not taken: send it without Content-Encoding.', {
      status: 415,
      code: 'unsupported_content_encoding',
    });
  // An edge that takes a form for text puts this in place of bytes that are none.
  if (typeof body === 'string' && body.includes('\uFFFD'))
    throw invalid(
      "The bytes of the form were damaged on the way: write the content type 'multipart/form-data' in lower case.",
    );
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (bytes.byteLength > maxBodyBytes)
    throw new ApiError(`The body of the request is too large. ${instead}`, { status: 413, code: 'request_too_large' });
  return bytes;
}

function parserOf(contentType: string, fileField: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits,
      isPartAFile: (name, _type, filename) => name === fileField || filename !== undefined,
    });
  } catch {
    // The one thing that it looks for in the header.
    throw invalid('The content type of the form lacks its boundary.');
  }
}

function collect(
  parser: BusboyInstance,
  fileField: string,
  { resolve, reject }: { readonly resolve: (form: Form) => void; readonly reject: (error: ApiError) => void },
): void {
  const fields = new Map<string, string>();
  let file: FormFile | undefined;
  parser.on('file', (name, stream: BusboyFileStream, filename: string | undefined) => {
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    stream.on('error', () => reject(broken()));
    stream.on('end', () => {
      if (name !== fileField)
        reject(invalid(`The form has a file as another field than '${fileField}'.`, null, fileField));
      file = { ...(filename !== undefined && { name: filename }), bytes: Buffer.concat(chunks) };
    });
  });
  parser.on('field', (...[name, text, , isTruncated]: [name: string | undefined, text: string, boolean, boolean]) => {
    if (name === undefined || !fieldName.test(name)) reject(invalid('The form has a field without a proper name.'));
    else if (isTruncated) reject(invalid(`The field '${name}' is too long.`, null, name));
    else if (fields.has(name)) reject(invalid(`The form has the field '${name}' twice.`, null, name));
    else fields.set(name, text);
  });
  for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const)
    parser.on(limit, () => reject(invalid('The form has too many parts, or more than one file.')));
  parser.on('error', () => reject(broken()));
  parser.on('finish', () => resolve({ fields, ...(file && { file }) }));
}

function broken(): ApiError {
  return invalid('The body of the request is not a complete multipart form.');
}

function invalid(message: string, code: string | null = null, param: string | null = null): ApiError {
  return new ApiError(message, { status: 400, code, param });
}
