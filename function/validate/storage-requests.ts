import { validate as fileCreate } from '../../schemas/compiled/file-create-request.mjs';
import { validate as fileList } from '../../schemas/compiled/file-list-query.mjs';
import type { CreateFileRequest, FileListQuery } from '../dialects/storage.gen.ts';
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
