/** The requests of files: the component of each, whose name its type has, by the file of its schema. */
export const storageRequests = {
  'file-create-request': 'CreateFileRequest',
  'file-list-query': 'FileListQuery',
} as const;
