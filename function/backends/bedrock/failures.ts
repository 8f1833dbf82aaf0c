import type { Failure } from '../../dialects/outcome.ts';
import { isObject, parseObject } from './json.ts';

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

/** An upstream text is for a sentence in an error, not for a page of HTML. */
const longestMessage = 2_000;

/** What an error answer says of itself, before its body is read. */
export interface ErrorHead {
  readonly status: number;
  /** `x-amzn-errortype`, where the service names the exception. */
  readonly errorType: string | undefined;
  readonly retryAfter: string | undefined;
}

/** The failure that an HTTP error answer of Bedrock is. Bodies that are not JSON keep only their status. */
export function errorAnswer({ status, errorType, retryAfter }: ErrorHead, body: string): Failure {
  const said = parseObject(body) ?? {};
  const name = typeName(errorType) ?? typeName(said['__type']) ?? typeName(said['code']) ?? statusName(status);
  return {
    ...fromBody(said, name, status),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** The failure that an exception frame in a stream is. `type` comes in lower camel case there. */
export function exceptionFrame(type: string, payload: string): Failure {
  const name = type.charAt(0).toUpperCase() + type.slice(1);
  // A frame has no status of its own: what the model does not know is an error of the service.
  return fromBody(parseObject(payload) ?? { message: payload }, name, exceptionStatus.get(name) ?? 500);
}

/** The failure that a frame of `:message-type: error` is. */
export function errorFrame(code: string | undefined, message: string | undefined): Failure {
  const name = typeName(code) ?? 'InternalServerException';
  return { name, status: exceptionStatus.get(name) ?? 500, message: text(message) ?? sentence(name) };
}

/** A failure that this gateway found out by itself. */
export function ours(name: OwnName, message: string): Failure {
  return { name, status: ownStatus[name], message };
}

type OwnName =
  | 'AbortError'
  | 'ConnectionError'
  | 'MalformedReply'
  | 'TimeoutError'
  | 'TruncatedStream'
  | 'UnexpectedRedirect';

const ownStatus: Readonly<Record<OwnName, number>> = {
  // Nobody is there to read it; the number is nginx's for a client that hung up.
  AbortError: 499,
  ConnectionError: 502,
  MalformedReply: 502,
  TimeoutError: 504,
  TruncatedStream: 502,
  UnexpectedRedirect: 502,
};

/** What an aborted call is: its signal's reason says whether the time was over or the caller is gone. */
export function aborted(reason: unknown): Failure {
  return isObject(reason) && reason['name'] === 'TimeoutError'
    ? ours('TimeoutError', 'Bedrock did not answer in time.')
    : ours('AbortError', 'The call was given up.');
}

function fromBody(said: Readonly<Record<string, unknown>>, name: string, status: number): Failure {
  const original = said['originalStatusCode'];
  return {
    name,
    status,
    // The front door of AWS, which checks credentials, writes `Message`.
    message: text(said['message']) ?? text(said['Message']) ?? text(said['originalMessage']) ?? sentence(name),
    ...(typeof original === 'number' && { originalStatus: original }),
  };
}

/** `com.amazon.coral#ThrottlingException:http://…` → `ThrottlingException` */
function typeName(type: unknown): string | undefined {
  if (typeof type !== 'string') return undefined;
  const name = type.split(':', 1).join('').split('#').pop()?.trim();
  return name !== undefined && /^[A-Za-z][\w.]{0,99}$/.test(name) ? name : undefined;
}

function statusName(status: number): string {
  return nameOfStatus.get(status) ?? (status >= 500 ? 'InternalServerException' : 'ValidationException');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, longestMessage) : undefined;
}

function sentence(name: string): string {
  return `Bedrock answered with ${name} and no message.`;
}
