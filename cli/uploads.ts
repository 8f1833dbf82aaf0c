import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Api } from './api.ts';
import { codeOf } from './config-file.ts';
import { Failure, UsageError } from './failure.ts';
import { textIn, objectIn, type JsonObject } from './json.ts';
import { path as apiPath } from './paths.ts';

/** Bytes that the edge of a gateway surely takes in one form: Lambda's limit is 6 MB, in which a form is base64. */
const partBytes = 4_000_000;

/** What is said of a file that is stored. */
export interface FileOptions {
  readonly purpose: string;
  /** Seconds after which it expires; undefined: when the gateway deletes it anyhow. */
  readonly expiresInSeconds: number | undefined;
}

/** Stores a local file, in parts where it is large, and resolves to the API's object. Rejects with a UsageError for what cannot be read. */
export async function uploadFile(api: Api, file: string, options: FileOptions): Promise<JsonObject> {
  const handle = await openFile(file);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new UsageError(`${file} is not a file`);
    const { size } = found;
    const source = { handle, size, name: path.basename(file) };
    return size <= partBytes ? await uploadWhole(api, source, options) : await uploadParts(api, source, options);
  } finally {
    await handle.close();
  }
}

interface Source {
  readonly handle: FileHandle;
  readonly size: number;
  readonly name: string;
}

async function uploadWhole(api: Api, { handle, size, name }: Source, options: FileOptions): Promise<JsonObject> {
  const form = new FormData();
  form.set('purpose', options.purpose);
  if (options.expiresInSeconds !== undefined) {
    form.set('expires_after[anchor]', 'created_at');
    form.set('expires_after[seconds]', String(options.expiresInSeconds));
  }
  form.set('file', await partOf(handle, 0, size), name);
  return await api.postForm('/files', form);
}

/** OpenAI's Uploads API. What has been sent of an upload that fails is deleted. */
async function uploadParts(api: Api, { handle, size, name }: Source, options: FileOptions): Promise<JsonObject> {
  const upload = await api.post('/uploads', {
    filename: name,
    purpose: options.purpose,
    bytes: size,
    mime_type: 'application/octet-stream',
    ...(options.expiresInSeconds !== undefined && {
      expires_after: { anchor: 'created_at', seconds: options.expiresInSeconds },
    }),
  });
  const place = apiPath`/uploads/${textIn(upload, 'id') ?? ''}`;
  try {
    const ids: string[] = [];
    for (let at = 0; at < size; at += partBytes) {
      const form = new FormData();
      form.set('data', await partOf(handle, at, Math.min(partBytes, size - at)), name);
      ids.push(textIn(await api.postForm(`${place}/parts`, form), 'id') ?? '');
    }
    return objectIn(await api.post(`${place}/complete`, { part_ids: ids }), 'file');
  } catch (error) {
    // It also ends by itself, after an hour.
    await api.post(`${place}/cancel`).catch(() => undefined);
    throw error;
  }
}

/** Rejects with a Failure for a file that has become shorter meanwhile. */
async function partOf(handle: FileHandle, at: number, length: number): Promise<Blob> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, at + read);
    if (bytesRead === 0) throw new Failure('the file was changed while it was read');
    read += bytesRead;
  }
  return new Blob([bytes]);
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new UsageError(`the file ${file} cannot be read (${codeOf(error)})`);
  }
}
