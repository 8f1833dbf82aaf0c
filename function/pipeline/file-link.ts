import { attachment } from '../http/disposition.ts';
import type { FileRecord } from '../storage/files.ts';
import type { CallerStorage } from './caller-storage.ts';

/** How long a link to a file works, in seconds. */
export const fileLinkSeconds = 600;

/** Never the type that a caller has named: a browser might run it in the name of this host. */
export const fileContentType = 'application/octet-stream';

/** A URL of the bucket that downloads a file without a key. Rejects with the ApiError 503 where the store does not answer. */
export async function fileLink(
  { store, owner }: Pick<CallerStorage, 'store' | 'owner'>,
  { id, filename }: Pick<FileRecord, 'id' | 'filename'>,
): Promise<string> {
  const disposition = attachment(filename);
  const { url } = await store.signGet(owner, {
    kind: 'file',
    id,
    seconds: fileLinkSeconds,
    disposition,
    contentType: fileContentType,
  });
  return url;
}
