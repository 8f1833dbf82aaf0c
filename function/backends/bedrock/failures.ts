import type { Failure } from '../../dialects/outcome.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { exceptionName, sentenceOf, typeName } from '../wire/aws-error.ts';
import { parseObject } from '../wire/json.ts';
import { upstreamError } from '../wire/upstream.ts';

/** What Bedrock is called in the words of a failure. */
export const service = 'Bedrock';

/** Status of every exception of bedrock-runtime and bedrock, as their service models have it. */
export const exceptionStatus: ReadonlyMap<string, number> = new Map([
  ['AccessDeniedException', 403],
  ['ConflictException', 400],
  ['InternalServerException', 500],
  ['ModelErrorException', 424],
  ['ModelNotReadyException', 429],
  ['ModelStreamErrorException', 424],
  ['ModelTimeoutException', 408],
  ['ResourceInUseException', 400],
  ['ResourceNotFoundException', 404],
  ['ServiceQuotaExceededException', 400],
  ['ServiceUnavailableException', 503],
  ['ThrottlingException', 429],
  ['TooManyTagsException', 400],
  ['ValidationException', 400],
]);

/** Names for answers that name no exception, such as those of a load balancer in front of the service. */
const nameOfStatus: ReadonlyMap<number, string> = new Map([
  [400, 'ValidationException'],
  [401, 'AccessDeniedException'],
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
  [408, 'ModelTimeoutException'],
  [413, 'ValidationException'],
  [424, 'ModelErrorException'],
  [429, 'ThrottlingException'],
  [503, 'ServiceUnavailableException'],
  [504, 'ServiceUnavailableException'],
]);

/** The failure that an HTTP error answer of Bedrock is. Bodies that are not JSON keep only their status. */
export function errorAnswer(answer: ErrorAnswer): Failure {
  const { status, headers } = answer;
  const said = parseObject(answer.text) ?? {};
  const name = exceptionName(answer, said);
  const retryAfter = headers['retry-after'];
  return {
    ...fromBody(said, name ?? statusName(status), status),
    upstream: upstreamError(status, name),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** The failure that an exception frame in a stream is. `type` comes in lower camel case there. */
export function exceptionFrame(type: string, payload: string): Failure {
  const named = typeName(type.charAt(0).toUpperCase() + type.slice(1));
  const name = named ?? 'InternalServerException';
  // A frame has no status of its own: an exception that the service model does not have is an error of the service.
  const failure = fromBody(parseObject(payload) ?? { message: payload }, name, exceptionStatus.get(name) ?? 500);
  return { ...failure, upstream: upstreamError(200, named) };
}

/** The failure that a frame of `:message-type: error` is. */
export function errorFrame(code: string | undefined, message: string | undefined): Failure {
  const named = typeName(code);
  const name = named ?? 'InternalServerException';
  return {
    name,
    status: exceptionStatus.get(name) ?? 500,
    message: sentenceOf(message) ?? sentence(name),
    upstream: upstreamError(200, named),
  };
}

function fromBody(said: Readonly<Record<string, unknown>>, name: string, status: number): Failure {
  const original = said['originalStatusCode'];
  return withQuota({
    name,
    status,
    // The front door of AWS, which checks credentials, writes `Message`.
    message:
      sentenceOf(said['message']) ??
      sentenceOf(said['Message']) ??
      sentenceOf(said['originalMessage']) ??
      sentence(name),
    ...(typeof original === 'number' && { originalStatus: original }),
  });
}

/** How Bedrock says that a quota for the whole day is used up: by the name and the status of throttling. */
const aDay = /\b(?:(?:per|a|each)[ -]day|daily)\b/i;

/** A failure, marked where a quota for the whole day is used up. */
export function withQuota(failure: Failure): Failure {
  return failure.status === 429 && aDay.test(failure.message) ? { ...failure, dailyQuota: true } : failure;
}

function statusName(status: number): string {
  return nameOfStatus.get(status) ?? (status >= 500 ? 'InternalServerException' : 'ValidationException');
}

function sentence(name: string): string {
  return `Bedrock answered with ${name} and no message.`;
}
