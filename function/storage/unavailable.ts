import { ApiError } from '../errors.ts';

/** Writes a line to the log. It has names of operations and errors only: no key of an object, since it would name an owner. */
export type StorageLog = (fields: { readonly problem: string; readonly operation: string }) => void;

/** The error of a store that failed, which is logged by its name alone: AWS's messages name the role, the bucket and the key. */
export function storageFailed(error: unknown, operation: string, log: StorageLog): ApiError {
  log({ problem: error instanceof Error ? error.name : typeof error, operation });
  return new ApiError('The store of files of this gateway does not answer. Send the request again.', {
    status: 503,
    code: 'storage_unavailable',
    headers: { 'retry-after': '1' },
  });
}
