// Written by `npm run schemas`; changes made here are lost.

export interface CreateFileRequest {
  expires_after?: FileExpirationAfter;
  file: string;
  purpose: 'assistants' | 'batch' | 'fine-tune' | 'vision' | 'user_data' | 'evals';
}

export interface DeleteFileResponse {
  deleted: boolean;
  id: string;
  object: 'file';
}

export interface FileExpirationAfter {
  anchor: 'created_at';
  seconds: number;
}

export interface FileListQuery {
  after?: string;
  limit?: number;
  order?: 'asc' | 'desc';
  purpose?: string;
}

export interface ListFilesResponse {
  data: OpenAIFile[];
  first_id: string;
  has_more: boolean;
  last_id: string;
  object: string;
}

export interface OpenAIFile {
  bytes: number;
  created_at: number;
  expires_at?: number;
  filename: string;
  id: string;
  object: 'file';
  purpose: 'assistants' | 'assistants_output' | 'batch' | 'batch_output' | 'fine-tune' | 'fine-tune-results' | 'vision' | 'user_data' | 'evals';
  status: 'uploaded' | 'processed' | 'error';
  status_details?: string;
}
