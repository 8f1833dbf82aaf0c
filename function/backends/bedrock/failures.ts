import { converseExceptionStatus } from '../../dialects/converse.gen.ts';
import type { Failure } from '../../dialects/outcome.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { exceptionName, sentenceOf, errorTypeName } from '../wire/aws-error.ts';
import { parseObject } from '../wire/json.ts';
import { upstreamError } from '../wire/upstream.ts';

/** The service's name in the message of a failure. */
export const service = 'Bedrock';

/** Statuses of the exceptions of bedrock-runtime, for those in streams: a frame has no status of its own. */
const streamStatus: ReadonlyMap<string, number> = new Map(Object.entries(converseExceptionStatus));

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

/** The failure of an HTTP error answer of Bedrock. Bodies that are not JSON leave only the status. */
export function bedrockFailure(answer: ErrorAnswer): Failure {
  const { status, headers } = answer;
  const body = parseObject(answer.text) ?? {};
  const name = exceptionName(answer, body);
  const retryAfter = headers['retry-after'];
  return {
    ...fromBody(body, name ?? statusName(status), status),
    upstream: upstreamError(status, name),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** The failure of an exception frame in a stream; `type` is in lower camel case. */
export function bedrockExceptionFrame(type: string, payload: string): Failure {
  const ownName = errorTypeName(type.charAt(0).toUpperCase() + type.slice(1));
  const name = ownName ?? 'InternalServerException';
  // A frame has no status of its own: an exception that the service model does not have is an error of the service.
  const failure = fromBody(parseObject(payload) ?? { message: payload }, name, streamStatus.get(name) ?? 500);
  return { ...failure, upstream: upstreamError(200, ownName) };
}

/** The failure of a frame of `:message-type: error`. */
export function bedrockErrorFrame(code: string | undefined, message: string | undefined): Failure {
  const ownName = errorTypeName(code);
  const name = ownName ?? 'InternalServerException';
  return {
    name,
    status: streamStatus.get(name) ?? 500,
    message: sentenceOf(message) ?? sentence(name),
    upstream: upstreamError(200, ownName),
  };
}

function fromBody(body: Readonly<Record<string, unknown>>, name: string, status: number): Failure {
  const original = body['originalStatusCode'];
  return withQuota({
    name,
    status,
    // AWS's front end, which checks credentials, writes `Message`.
    message:
      sentenceOf(body['message']) ??
      sentenceOf(body['Message']) ??
      sentenceOf(body['originalMessage']) ??
      sentence(name),
    ...(typeof original === 'number' && { originalStatus: original }),
  });
}

/** How Bedrock says that a daily quota is used up: with the name and status of throttling. */
const dailyQuotaWords = /\b(?:(?:per|a|each)[ -]day|daily)\b/i;

/** Marks a failure that says that a daily quota is used up. */
export function withQuota(failure: Failure): Failure {
  return failure.status === 429 && dailyQuotaWords.test(failure.message) ? { ...failure, dailyQuota: true } : failure;
}

function statusName(status: number): string {
  return nameOfStatus.get(status) ?? (status >= 500 ? 'InternalServerException' : 'ValidationException');
}

function sentence(name: string): string {
  return `Bedrock answered with ${name} and no message.`;
}
