import type { Upload, UploadPart } from '../dialects/storage.gen.ts';
import { ApiError } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { json } from '../http/json.ts';
import { readForm } from '../http/multipart.ts';
import type { HttpHeaders, HttpResponse } from '../http-values.ts';
import { callerStorage } from '../pipeline/caller-storage.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { completeUpload } from '../storage/complete-upload.ts';
import { digestFrom } from '../storage/digests.ts';
import { storageDisposition } from '../storage/disposition.ts';
import { shownFileName } from '../storage/file-names.ts';
import { fileObject, type FileRecord } from '../storage/files.ts';
import { addPart, smallerParts } from '../storage/upload-parts.ts';
import type { UploadRecord } from '../storage/upload-records.ts';
import { cancelUpload, createUpload, type CreatedUpload } from '../storage/uploads.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { uploadCompleteRequest, uploadCreateRequest, uploadPartRequest } from '../validate/storage-requests.ts';

/** The header by which a caller names the SHA-256 of the file. */
const sha256Header = 'x-gateway-sha256';

/** The longest request names 10,000 parts. */
const bodyLimits = { maxBytes: 512 * 1_024, maxDepth: 4 };

/** Begins an upload. The answer also has a URL that takes the whole in one request. */
export const createUploadEndpoint: Handler = {
  async run(context) {
    const { services, request } = context;
    const storage = await callerStorage(context);
    const { value } = readJson(request, bodyLimits);
    const { filename, purpose, bytes, expires_after: expiry } = uploadCreateRequest(value);
    const upload = {
      filename: shownFileName(filename, 'filename'),
      purpose,
      bytes,
      fileSeconds: expiry?.seconds,
      sha256: sha256Of(request.headers),
    };
    const created = await createUpload(storage, upload, services.newId());
    const answer = { ...uploadObject(created.upload), presigned_put: presignedPut(created) };
    return answered(answer, { ...headersFor(value, storageDisposition.createUpload) });
  },
};

/** Stores a part of an upload. */
export const addUploadPart: Handler = {
  async run(context) {
    const { services, request, param } = context;
    const storage = await callerStorage(context);
    const { fields, file } = await readForm(request, { fileField: 'data', instead: smallerParts });
    const given = { ...Object.fromEntries(fields), ...(file && { data: '' }) };
    uploadPartRequest(given);
    const data = file?.bytes ?? new Uint8Array();
    const part = await addPart(storage, param('upload'), { data, hex: services.newId() });
    const answer: UploadPart = {
      id: part.id,
      object: 'upload.part',
      created_at: part.createdAt,
      upload_id: param('upload'),
    };
    return answered(answer, headersFor(given, storageDisposition.addPart));
  },
};

/** Makes the file of an upload. */
export const completeUploadEndpoint: Handler = {
  async run(context) {
    const { services, request, invocation, param } = context;
    const storage = await callerStorage(context);
    const { value } = readJson(request, bodyLimits);
    const { part_ids: partIds, md5 } = uploadCompleteRequest(value);
    const { upload, file } = await completeUpload(storage, param('upload'), {
      partIds,
      md5: md5 === undefined ? undefined : digestIn(md5, 'md5', 'md5'),
      attempt: services.newId(),
      until: invocation.answerBy,
    });
    return answered(uploadObject(upload, file), headersFor(value, storageDisposition.completeUpload));
  },
};

/** Ends an upload without a file. */
export const cancelUploadEndpoint: Handler = {
  async run(context) {
    const storage = await callerStorage(context);
    return answered(uploadObject(await cancelUpload(storage, context.param('upload'))), {});
  },
};

/** An upload as OpenAI's API shows it. */
function uploadObject(upload: UploadRecord, file?: FileRecord): Upload {
  const { id, bytes, filename, purpose, createdAt, expiresAt, state } = upload;
  return {
    id,
    object: 'upload',
    bytes,
    created_at: createdAt,
    expires_at: expiresAt,
    filename,
    purpose,
    status: state.status === 'completing' ? 'pending' : state.status,
    file: file === undefined ? null : fileObject(file),
  };
}

function presignedPut({ put, putExpiresAt }: CreatedUpload): NonNullable<Upload['presigned_put']> {
  return { method: 'PUT', url: put.url, headers: { ...put.headers }, expires_at: putExpiresAt };
}

function sha256Of(headers: HttpHeaders): string | undefined {
  const text = headers.get(sha256Header);
  return text === undefined ? undefined : digestIn(text, 'sha256', sha256Header);
}

/** A digest in base64. Throws the ApiError 400 for a text that is none. */
function digestIn(text: string, name: 'md5' | 'sha256', param: string): string {
  const digest = digestFrom(text, name);
  if (digest !== undefined) return digest;
  const what = name === 'md5' ? 'an MD5' : 'a SHA-256';
  throw new ApiError(`Invalid value for '${param}': it must be ${what} in hexadecimal or base64.`, {
    status: 400,
    code: 'invalid_value',
    param,
  });
}

/** The header that names what had no effect. */
function headersFor(
  given: object,
  disposition: Readonly<Record<string, 'emulated' | 'ignored'>>,
): HttpResponse['headers'] {
  const ignored = new Set(Object.keys(given).filter((name) => disposition[name] !== 'emulated'));
  const names = ignoredNames(ignored, disposition);
  return names.length > 0 ? { 'x-gateway-ignored': names.join(', ') } : {};
}

/** No answer may be kept by a cache: one of them has a URL that needs no key. */
function answered(value: object, headers: HttpResponse['headers']): HttpResponse {
  return json(value, { headers: { ...headers, 'cache-control': 'no-store' } });
}
