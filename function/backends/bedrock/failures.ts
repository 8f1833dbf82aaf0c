import type { Failure } from '../../dialects/outcome.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { parseObject } from '../wire/json.ts';

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

/** An upstream text is for a sentence in an error, not for a page of HTML. */
const longestMessage = 2_000;

/** The failure that an HTTP error answer of Bedrock is. Bodies that are not JSON keep only their status. */
export function errorAnswer({ status, headers, text: body }: ErrorAnswer): Failure {
  const said = parseObject(body) ?? {};
  const name =
    typeName(headers['x-amzn-errortype']) ?? typeName(said['__type']) ?? typeName(said['code']) ?? statusName(status);
  const retryAfter = headers['retry-after'];
  return { ...fromBody(said, name, status), ...(retryAfter !== undefined && { retryAfter }) };
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
