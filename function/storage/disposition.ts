import type {
  AddUploadPartRequest,
  CompleteUploadRequest,
  CreateFileRequest,
  CreateUploadRequest,
  FileListQuery,
} from '../dialects/storage.gen.ts';

/** What happens to a field: the gateway does what it says, or does without it. */
export type StorageDisposition = 'emulated' | 'ignored';

/** The requests of files and uploads, by the names that the documentation has for them. */
interface Requests {
  readonly createFile: CreateFileRequest;
  readonly listFiles: FileListQuery;
  readonly createUpload: CreateUploadRequest;
  readonly addPart: AddUploadPartRequest;
  readonly completeUpload: CompleteUploadRequest;
}

/** Every field of each request, once. A field that the specification gains breaks the build here. */
export const storageDisposition: {
  readonly [Request in keyof Requests]: Readonly<Record<keyof Requests[Request], StorageDisposition>>;
} = {
  createFile: { expires_after: 'emulated', file: 'emulated', purpose: 'emulated' },
  listFiles: { after: 'emulated', limit: 'emulated', order: 'emulated', purpose: 'emulated' },
  createUpload: {
    bytes: 'emulated',
    expires_after: 'emulated',
    filename: 'emulated',
    mime_type: 'ignored',
    purpose: 'emulated',
  },
  addPart: { data: 'emulated' },
  completeUpload: { md5: 'emulated', part_ids: 'emulated' },
};

const expiry = 'The file ends then, but no later than after `retentionDays` of the config.';
const purpose = 'Files can be listed by it. It does not restrict what a file may be used for.';

/** What each field does, or why it does nothing. The documentation shows these sentences. */
export const storageReasons: {
  readonly [Request in keyof Requests]: Readonly<Record<keyof Requests[Request], string>>;
} = {
  createFile: {
    expires_after: expiry,
    file: 'Up to about 4 MB. Larger files are sent as uploads.',
    purpose,
  },
  listFiles: {
    after: 'The ID of a file, also of one that has been deleted.',
    limit: '1 to 10,000.',
    order:
      'By the time at which the file was created; for a file of an upload, the time at which the upload was created.',
    purpose: 'Exactly this purpose.',
  },
  createUpload: {
    bytes: 'The exact size of the file. The room for it is reserved until the upload is over.',
    expires_after: expiry,
    filename: 'Without directories, up to 255 characters.',
    mime_type: 'The bytes alone tell what a file is.',
    purpose,
  },
  addPart: { data: 'Up to 4,194,304 bytes.' },
  completeUpload: {
    md5: 'In hexadecimal or base64.',
    part_ids:
      'Different parts of this upload, up to 10,000. An empty list stands for what was sent to the URL in `presigned_put`.',
  },
};
