// Written by `npm run schemas`; changes made here are lost.

export interface AddUploadPartRequest {
  data: string;
}

export interface CompleteUploadRequest {
  md5?: string;
  part_ids: string[];
}

export interface CreateFileRequest {
  expires_after?: FileExpirationAfter;
  file: string;
  purpose: 'assistants' | 'batch' | 'fine-tune' | 'vision' | 'user_data' | 'evals';
}

export interface CreateUploadRequest {
  bytes: number;
  expires_after?: FileExpirationAfter;
  filename: string;
  mime_type: string;
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

export interface Upload {
  bytes: number;
  created_at: number;
  expires_at: number;
  file?: OpenAIFile | null;
  filename: string;
  id: string;
  object?: 'upload';
  presigned_put?: {
    expires_at: number;
    headers: { [key: string]: string };
    method: 'PUT';
    url: string;
  };
  purpose: string;
  status: 'pending' | 'completed' | 'cancelled' | 'expired';
}

export interface UploadPart {
  created_at: number;
  id: string;
  object: 'upload.part';
  upload_id: string;
}
