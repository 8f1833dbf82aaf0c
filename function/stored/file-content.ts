import { ApiError } from '../errors.ts';
import { byteStream, wholeOf } from '../http/bytes.ts';
import { attachment } from '../http/disposition.ts';
import type { HttpResponse } from '../http-values.ts';
import { callerStorage, signalUntil, type CallerStorage } from '../pipeline/caller-storage.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { fileContentType, fileLink } from '../pipeline/file-link.ts';
import type { RequestContext } from '../request-context.ts';
import { noSuchFile, readFile, type FileRecord } from '../storage/files.ts';

/** Lambda streams 200 MB at most (AWS Lambda quotas). */
const maxStreamedBytes = 200_000_000;

/** What fits into an answer that is sent whole: 6 MB, in base64. */
const maxWholeBytes = 4 * 1024 * 1024;

/** Sends the bytes of a file, or a link to them where they do not fit into an answer. */
export const fileContent: Handler = {
  async run(context) {
    const { invocation, request } = context;
    const storage = await callerStorage(context);
    const record = await readFile(storage, context.param('file'));
    const isLink = record.bytes > (invocation.isBuffered === true ? maxWholeBytes : maxStreamedBytes);
    const headers = { 'cache-control': 'no-store', 'content-disposition': attachment(record.filename) };
    if (isLink) {
      return { status: 302, headers: { ...headers, location: await fileLink(storage, record) }, body: '' };
    }
    return {
      status: 200,
      // A length tells a client that an answer was cut short.
      headers: { ...headers, 'content-type': fileContentType, 'content-length': String(record.bytes) },
      body: request.method === 'HEAD' ? '' : await bodyOf(record, storage, context),
    };
  },
};

/** The bytes of a file: whole where the answer is, else as they come. */
async function bodyOf(
  { id }: FileRecord,
  { store, owner }: CallerStorage,
  context: RequestContext,
): Promise<HttpResponse['body']> {
  const { invocation, entry } = context;
  const signal = signalUntil(invocation.streamUntil, context);
  const found = await store.get(owner, { kind: 'file', id }, { signal });
  if (found === undefined) throw noSuchFile(id);
  if (invocation.isBuffered === true) return await wholeOf(found.body);
  const onBroken = (cause: unknown) => {
    entry.error = cause instanceof ApiError ? (cause.code ?? cause.type) : 'answer_cut_short';
  };
  return byteStream(found.body, { signal, onBroken });
}
