import { ApiError } from '../errors.ts';
import type { HttpRequest } from '../http-values.ts';

/** A form with one file. */
export interface FileForm {
  /** Texts by their names, such as `expires_after[seconds]`. */
  readonly fields: ReadonlyMap<string, string>;
  /** Absent where the form has no file. */
  readonly file?: FormFile;
}

/** The file of a form. */
export interface FormFile {
  /** Without directories; absent where the client names none. */
  readonly name?: string;
  readonly bytes: Uint8Array;
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
const [maxParts, maxFieldLength] = [20, 4_096];

const fieldName = /^[\w.[\]-]{1,64}$/;

/** Reads a multipart form. Throws the ApiError that says what is wrong with it. */
export async function readForm(request: HttpRequest, { fileField, instead }: FormOptions): Promise<FileForm> {
  const contentType = request.headers.get('content-type') ?? '';
  const boundary = boundaryOf(contentType);
  const body = bodyOf(request, instead);
  checkParts(body, boundary);
  const fields = new Map<string, string>();
  let file: FormFile | undefined;
  for (const [name, value] of await entriesOf(body, contentType)) {
    if (!fieldName.test(name)) throw invalid('The form has a field without a proper name.');
    if (fields.has(name) || (name === fileField && file !== undefined))
      throw invalid(`The form has the field '${name}' twice.`, null, name);
    if (name === fileField) file = await fileOf(value);
    else if (typeof value !== 'string')
      throw invalid(`The form has a file as another field than '${fileField}'.`, null, fileField);
    else if (value.length > maxFieldLength) throw invalid(`The field '${name}' is too long.`, null, name);
    else fields.set(name, value);
  }
  return { fields, ...(file && { file }) };
}

function boundaryOf(contentType: string): string {
  if (!/^\s*multipart\/form-data\s*;/i.test(contentType))
    throw invalid(
      "Send the body as a form, with the header 'Content-Type: multipart/form-data' and its boundary.",
      'unsupported_content_type',
    );
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw invalid('The content type of the form lacks its boundary.');
  return boundary;
}

function bodyOf({ body = '', headers }: HttpRequest, instead: string): Buffer<ArrayBuffer> {
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
  const bytes = Buffer.from(body);
  if (bytes.byteLength > maxBodyBytes)
    throw new ApiError(`The body of the request is too large. ${instead}`, { status: 413, code: 'request_too_large' });
  return bytes;
}

/** Counts the parts before anything is made of them. */
function checkParts(body: Buffer, boundary: string): void {
  const delimiter = `--${boundary}`;
  let count = 0;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    count += 1;
    if (count > maxParts + 1) throw invalid('The form has too many parts.');
  }
}

/** Node's own parser of forms, which is loaded with the first of them: nothing else here needs the web's classes. */
async function entriesOf(body: Buffer<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw invalid('The body of the request is not a complete multipart form.');
  }
}

async function fileOf(value: string | File): Promise<FormFile> {
  if (typeof value === 'string') return { bytes: Buffer.from(value) };
  return { name: value.name.replace(/^.*[/\\]/s, ''), bytes: Buffer.from(await value.arrayBuffer()) };
}

function invalid(message: string, code: string | null = null, param: string | null = null): ApiError {
  return new ApiError(message, { status: 400, code, param });
}
