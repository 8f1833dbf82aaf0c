import { ApiError } from '../errors.ts';
import { bodyTooLarge, maxBodyBytes, maxJsonDepth, storedBodyHeader, tooDeep } from '../http/body.ts';
import { wholeOf } from '../http/bytes.ts';
import { exceededLimit } from '../http/json-structure.ts';
import type { RequestContext } from '../request-context.ts';
import { noSuchFile, readFile } from '../storage/files.ts';
import { callerStorage, signalUntil } from './caller-storage.ts';
import type { Handler } from './endpoint.ts';

/** Bodies above Lambda's limit for an event (6 MB, AWS Lambda quotas) come from files only. */
const maxInlineBytes = 6 * 1024 * 1024;

/** Objects and arrays: no more than a body that comes inline can have. Each takes two bytes and a comma, but far more once it is parsed. */
const maxContainers = Math.floor(maxInlineBytes / 3);

/**
 * Puts the bytes of a file of the caller in the place of a request's empty body, so that the request goes on as if they had come with it.
 * Throws the ApiError 400 where the header cannot be honoured, 403 for a caller without storage, 404 where the caller has no such file,
 * 413 above what Bedrock takes, and 504 where the time of the request is over.
 */
export async function withStoredBody(
  context: RequestContext,
  { routes }: Pick<Handler, 'routes'>,
): Promise<RequestContext> {
  const { request, services } = context;
  if (routes === undefined) throw refused('works for model requests only: leave it out here.');
  if (services.storage === undefined)
    throw refused(
      'needs a gateway that stores files: its operator can set bedrock-gateway:storage in the config of the stack.',
      'storage_not_configured',
    );
  if (request.body !== undefined)
    throw refused('names a file with the body, but the request has a body as well: send only one of them.');
  const id = request.headers.get(storedBodyHeader) ?? '';
  if (id === '' || id.includes(',')) throw refused('must have the ID of one file.');
  return { ...context, request: { ...request, body: await storedBytes(id, context) } };
}

/** The bytes of a file; undefined for an empty one, like an empty body. */
async function storedBytes(id: string, context: RequestContext): Promise<Uint8Array | undefined> {
  const storage = await callerStorage(context);
  const { store, owner } = storage;
  const { bytes } = await readFile(storage, id, storedBodyHeader);
  if (bytes > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
  const signal = signalUntil(context.invocation.answerBy, context);
  try {
    const found = await store.get(owner, { kind: 'file', id }, { signal });
    if (found === undefined) throw noSuchFile(id, storedBodyHeader);
    const body = await wholeOf(found.body);
    if (body.length > maxInlineBytes) checkStructure(body);
    return body.length === 0 ? undefined : body;
  } catch (error) {
    throw signal.aborted ? timedOut() : error;
  }
}

/** Throws the ApiError 400 or 413 for JSON that would take more memory than a function has. */
function checkStructure(body: Buffer): void {
  const exceeded = exceededLimit(body.toString('latin1'), { depth: maxJsonDepth, count: maxContainers });
  if (exceeded === 'depth') throw tooDeep(maxJsonDepth);
  if (exceeded === 'count') throw tooMany();
}

function tooMany(): ApiError {
  return new ApiError(
    `The body of the request is too large: it has more than ${maxContainers} objects and arrays, which is all that is taken.`,
    { status: 413, code: 'request_too_large' },
  );
}

function refused(why: string, code = 'invalid_value'): ApiError {
  return new ApiError(`The header ${storedBodyHeader} ${why}`, { status: 400, code, param: storedBodyHeader });
}

function timedOut(): ApiError {
  return new ApiError('The time for this request was over before its stored body was read.', {
    status: 504,
    code: 'timeout',
  });
}
