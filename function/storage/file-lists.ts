import { ApiError } from '../errors.ts';
import { isFileId, recordOf, type FileRecord, type OwnersFiles } from './files.ts';
import { listAll } from './list-all.ts';

/** Records that are read at once. */
const batch = 32;

/**
 * The ids of an owner's files, in the order of their times, behind one of them where the list goes on from there. Throws the ApiError 400
 * for a cursor that is no id of a file.
 */
export async function listFiles(
  { store, owner }: OwnersFiles,
  { order = 'desc', after }: { readonly order?: 'asc' | 'desc' | undefined; readonly after?: string | undefined },
): Promise<readonly string[]> {
  if (after !== undefined && !isFileId(after)) throw unknownCursor();
  const ids = (await listAll(store, owner, { kind: 'record' })).map(({ id }) => id);
  // Stores list keys in their order, which is that of the times in ids.
  if (order === 'desc') ids.reverse();
  if (after === undefined) return ids;
  return ids.filter((id) => (order === 'asc' ? id > after : id < after));
}

/** A page of records, and whether others follow. */
export interface RecordPage {
  readonly records: readonly FileRecord[];
  readonly hasMore: boolean;
}

/** Reads records until a page is full, and one further: files that have expired or have another purpose do not show. */
export async function selectedPage(
  files: OwnersFiles,
  ids: readonly string[],
  { limit, purpose }: { readonly limit: number; readonly purpose?: string | undefined },
): Promise<RecordPage> {
  const records: FileRecord[] = [];
  const atOnce = Math.min(batch, limit + 1);
  for (let from = 0; from < ids.length && records.length <= limit; from += atOnce) {
    const some = ids.slice(from, from + atOnce);
    const read = await Promise.all(some.map((id) => recordOf(files, id)));
    records.push(
      ...read.flatMap((record) =>
        record === undefined || (purpose ?? record.purpose) !== record.purpose ? [] : [record],
      ),
    );
  }
  return { records: records.slice(0, limit), hasMore: records.length > limit };
}

function unknownCursor(): ApiError {
  return new ApiError("Invalid value for 'after': it must be the ID of a file.", {
    status: 400,
    code: 'invalid_value',
    param: 'after',
  });
}
