import { recordOf, type OwnersFiles } from './files.ts';
import { fileIdOf } from './upload-ids.ts';
import { inProgress, readUpload, writeUpload, type FoundUpload } from './upload-records.ts';

/**
 * An upload after finishing what an earlier attempt to complete it has left: an upload whose file exists is completed. An attempt that ended
 * between writing the file's record and the upload's own looks like one that is just there, and anybody may finish both. Throws the ApiError
 * 409 where others were faster.
 */
export async function settled(files: OwnersFiles, found: FoundUpload): Promise<FoundUpload> {
  const { upload, etag } = found;
  if (upload.state.status !== 'completing') return found;
  if ((await recordOf(files, fileIdOf(upload.id))) === undefined) return found;
  const { request } = upload.state;
  await writeUpload(files, { ...upload, state: { status: 'completed', request } }, { etag });
  const now = await readUpload(files, upload.id);
  if (now.upload.state.status === 'completing') throw inProgress();
  return now;
}
