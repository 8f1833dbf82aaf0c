/** The requests of files and uploads: the component of each, whose name its type has, by the file of its schema. */
export const storageRequests = {
  'file-create-request': 'CreateFileRequest',
  'file-list-query': 'FileListQuery',
  'upload-create-request': 'CreateUploadRequest',
  'upload-part-request': 'AddUploadPartRequest',
  'upload-complete-request': 'CompleteUploadRequest',
} as const;
