import { recordOf, type OwnersFiles } from './files.ts';
import { fileIdOf } from './upload-ids.ts';
import { inProgress, readUpload, writeUpload, type FoundUpload } from './upload-records.ts';

/**
 * An upload as it is after whoever tried to complete it has been helped: one whose file is there already is completed. A try that ended
 * between the file and the upload's own record, and one that is just there, look the same, and both may be ended by anybody. Throws the ApiError 409 where others were faster.
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
