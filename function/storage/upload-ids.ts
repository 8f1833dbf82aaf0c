import { createdMs } from '../keys/key-text.ts';
import { newFileId } from './files.ts';

const [filePrefix, uploadPrefix, partPrefix] = ['file-', 'upload_', 'part_'];

const uploadPattern = /^upload_[0-9A-Za-z]{22}$/;
const partPattern = /^part_[0-9A-Za-z]{22}$/;

/** An id of an upload, which sorts by its time. `now` is in milliseconds since the epoch; `hex` has 32 random hexadecimal digits. */
export function newUploadId(now: number, hex: string): string {
  return uploadPrefix + newFileId(now, hex).slice(filePrefix.length);
}

/** An id of a part of an upload; the arguments are those of `newUploadId`. */
export function newPartId(now: number, hex: string): string {
  return partPrefix + newFileId(now, hex).slice(filePrefix.length);
}

/** Whether a text has the form of an upload's id. */
export function isUploadId(text: string): boolean {
  return uploadPattern.test(text);
}

/** Whether a text has the form of a part's id. */
export function isPartId(text: string): boolean {
  return partPattern.test(text);
}

/** The id of the file that an upload becomes. It is known from the start: every attempt to complete the upload makes the same file. */
export function fileIdOf(uploadId: string): string {
  return filePrefix + uploadId.slice(uploadPrefix.length);
}

/** When an upload or a part was made, in milliseconds since the epoch, by its id. */
export function startedMs(id: string): number {
  return createdMs(id.slice(id.indexOf('_') + 1));
}
