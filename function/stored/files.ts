import type { DeleteFileResponse, ListFilesResponse, OpenAIFile } from '../dialects/storage.gen.ts';
import { json } from '../http/json.ts';
import { queryParameters } from '../http/query.ts';
import { readForm, type FileForm, type FormFile } from '../http/multipart.ts';
import { callerStorage } from '../pipeline/caller-storage.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { shownFileName } from '../storage/file-names.ts';
import { listFiles, selectedPage } from '../storage/file-lists.ts';
import {
  createdAtOf,
  fileExpiry,
  fileObject,
  newFileId,
  readFile,
  removeFile,
  writeRecord,
  type FileRecord,
} from '../storage/files.ts';
import { fileCreateRequest, fileListQuery } from '../validate/storage-requests.ts';

/** No answer may be kept by a cache: the next caller may be another one. */
const headers = { 'cache-control': 'no-store' };

/** Stores a file. */
export const createFile: Handler = {
  async run(context) {
    const { services, request } = context;
    // Whoever may not store anything need not be read.
    const storage = await callerStorage(context);
    const form = await readForm(request, {
      fileField: 'file',
      instead: 'Send a file of more than 4 MB as an upload: POST /v1/uploads.',
    });
    const { fields, ignored } = formFields(form);
    const { purpose, expires_after: expiry } = fileCreateRequest(fields);
    const { bytes, name } = fileOf(form);
    const { store, owner, settings, bounds } = storage;
    await bounds.claim(owner, { files: 1, bytes: bytes.length, param: 'file' });
    const id = newFileId(services.now(), services.newId());
    const createdAt = createdAtOf(id);
    const expiresAt = fileExpiry(createdAt, settings, expiry?.seconds);
    const record: FileRecord = { id, bytes: bytes.length, filename: name, purpose, createdAt, expiresAt };
    await store.put(owner, { kind: 'file', id }, { bytes });
    await writeRecord(storage, record);
    const warned = ignored.length > 0 ? { 'x-gateway-ignored': ignored.join(', ') } : {};
    return json(fileObject(record) satisfies OpenAIFile, { headers: { ...headers, ...warned } });
  },
};

/** Lists the files of the caller's owner. */
export const listAllFiles: Handler = {
  async run(context) {
    const query = fileListQuery(queryParameters(context.request.query, { integers: ['limit'] }));
    const files = await callerStorage(context);
    const { limit = 10_000, purpose } = query;
    const ids = await listFiles(files, query);
    const { records, hasMore } = await selectedPage(files, ids, { limit, purpose });
    const data = records.map(fileObject);
    const [first_id, last_id] = [data[0]?.id ?? '', data.at(-1)?.id ?? ''];
    return json({ object: 'list', data, first_id, last_id, has_more: hasMore } satisfies ListFilesResponse, {
      headers,
    });
  },
};

/** Describes a file. */
export const retrieveFile: Handler = {
  async run(context) {
    const files = await callerStorage(context);
    return json(fileObject(await readFile(files, context.param('file'))), { headers });
  },
};

/** Deletes a file. */
export const deleteFile: Handler = {
  async run(context) {
    const storage = await callerStorage(context);
    const { id } = await readFile(storage, context.param('file'));
    await removeFile(storage, id);
    storage.bounds.forget(storage.owner);
    return json({ id, object: 'file', deleted: true } satisfies DeleteFileResponse, { headers });
  },
};

/** What a form says, as the request that its schema describes, and the names of fields that it does not know. */
function formFields({ fields, file }: FileForm): { readonly fields: object; readonly ignored: readonly string[] } {
  const {
    purpose,
    'expires_after[anchor]': anchor,
    'expires_after[seconds]': seconds,
    ...others
  } = Object.fromEntries(fields);
  const hasExpiry = anchor !== undefined || seconds !== undefined;
  const expiry = {
    ...(anchor !== undefined && { anchor }),
    ...(seconds !== undefined && { seconds: integer(seconds) }),
  };
  return {
    fields: {
      ...(file && { file: '' }),
      ...(purpose !== undefined && { purpose }),
      ...(hasExpiry && { expires_after: expiry }),
    },
    ignored: Object.keys(others),
  };
}

/** The file of a form, under a name that can be shown. Throws the ApiError 400 where there is none, or no such name. */
function fileOf({ file }: FileForm): Required<FormFile> {
  if (file === undefined) throw new Error('a form without a file was accepted');
  const { name = '', bytes } = file;
  return { name: shownFileName(name, 'file'), bytes };
}

/** A whole number, or the text that is none. */
function integer(text: string): number | string {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
