import { validate as fileCreate } from '../../schemas/compiled/file-create-request.mjs';
import { validate as fileList } from '../../schemas/compiled/file-list-query.mjs';
import { validate as uploadComplete } from '../../schemas/compiled/upload-complete-request.mjs';
import { validate as uploadCreate } from '../../schemas/compiled/upload-create-request.mjs';
import { validate as uploadPart } from '../../schemas/compiled/upload-part-request.mjs';
import type {
  AddUploadPartRequest,
  CompleteUploadRequest,
  CreateFileRequest,
  CreateUploadRequest,
  FileListQuery,
} from '../dialects/storage.gen.ts';
import { invalidRequest } from './invalid.ts';

/** The fields of a new file; `file` stands for its bytes. Throws the ApiError 400 that names the field at fault. */
export function fileCreateRequest(value: unknown): CreateFileRequest {
  if (fileCreate(value)) return value;
  throw invalidRequest(fileCreate.errors?.[0], value);
}

/** The query of a list of files. Throws the ApiError 400 that names the parameter at fault. */
export function fileListQuery(value: unknown): FileListQuery {
  if (fileList(value)) return value;
  throw invalidRequest(fileList.errors?.[0], value);
}

/** The fields of a new upload. Throws the ApiError 400 that names the field at fault. */
export function uploadCreateRequest(value: unknown): CreateUploadRequest {
  if (uploadCreate(value)) return value;
  throw invalidRequest(uploadCreate.errors?.[0], value);
}

/** The fields of a new part of an upload; `data` stands for its bytes. Throws the ApiError 400 that names the field at fault. */
export function uploadPartRequest(value: unknown): AddUploadPartRequest {
  if (uploadPart(value)) return value;
  throw invalidRequest(uploadPart.errors?.[0], value);
}

/** The fields of a request that completes an upload. Throws the ApiError 400 that names the field at fault. */
export function uploadCompleteRequest(value: unknown): CompleteUploadRequest {
  if (uploadComplete(value)) return value;
  throw invalidRequest(uploadComplete.errors?.[0], value);
}
