import type { Failure } from '../../dialects/outcome.ts';
import { errorObject } from '../openai/error-object.ts';
import { exceptionName, sentenceOf, typeName } from '../wire/aws-error.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { parseObject } from '../wire/json.ts';
import { credentialRefused } from '../wire/own-failures.ts';

/** What SageMaker is called in the words of a failure. */
export const service = 'SageMaker';

type Said = Readonly<Record<string, unknown>>;

/** What an exception of sagemaker-runtime is, in the terms of Bedrock: what comes after knows those. */
interface Meaning {
  readonly name: string;
  readonly status: number;
}

const internal: Meaning = { name: 'InternalServerException', status: 500 };
const modelFailed: Meaning = { name: 'ModelErrorException', status: 424 };
const tooLong: Meaning = { name: 'ModelTimeoutException', status: 408 };

/** Every exception of sagemaker-runtime but those below; a frame's begins with either case. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['InternalDependencyException', internal],
  ['InternalFailure', internal],
  ['InternalStreamFailure', internal],
  ['ModelNotReadyException', { name: 'ModelNotReadyException', status: 429 }],
  ['ModelStreamError', { name: 'ModelStreamErrorException', status: 424 }],
  ['ServiceUnavailable', { name: 'ServiceUnavailableException', status: 503 }],
  ['ThrottlingException', { name: 'ThrottlingException', status: 429 }],
  ['ValidationError', { name: 'ValidationException', status: 400 }],
]);

/** `Endpoint my-endpoint of account 123456789012 not found.`, under ValidationError as any other flaw of a request. */
const noEndpoint =
  /\b(?:endpoint|inference component|variant)\b.*\bnot (?:be )?found\b|could not find (?:endpoint|variant)/is;

/** Of a container, these are about the stack's own set-up: no caller has a credential there. */
const forTheStack: ReadonlySet<number> = new Set([401, 403]);

/** LMI's status for any failure of its engine; it is no fault of the request. */
const engineFailed = 424;

/** The failure that an HTTP error answer of SageMaker is. */
export function errorAnswer(answer: ErrorAnswer): Failure {
  const said = parseObject(answer.text) ?? {};
  const name = exceptionName(answer, said);
  const retryAfter = answer.headers['retry-after'];
  const failure = name === 'ModelError' ? modelError(said) : exception(name, said, answer.status);
  return { ...failure, ...(retryAfter !== undefined && { retryAfter }) };
}

/** The failure that an exception frame in a stream is. */
export function exceptionFrame(type: string, payload: string): Failure {
  const said = parseObject(payload) ?? { Message: payload };
  const name = type.charAt(0).toUpperCase() + type.slice(1);
  if (name === 'ModelError') return modelError(said);
  return said['ErrorCode'] === 'ModelInvocationTimeExceeded' ? worded(tooLong, said) : exception(name, said, 500);
}

/** The failure that a frame of `:message-type: error` is. */
export function errorFrame(code: string | undefined, message: string | undefined): Failure {
  return exception(typeName(code), { Message: message }, 500);
}

/**
 * The container's own status and message. What SageMaker says around it (`Message`, `LogStreamArn`) names the account and its
 * log, and is for nobody outside.
 */
function modelError(said: Said): Failure {
  const status = Number(said['OriginalStatusCode']);
  const failure = errorObject(service, original(said['OriginalMessage']), Number.isInteger(status) ? status : 500);
  if (forTheStack.has(status)) return credentialRefused(service);
  if (status >= 400 && status < 500 && status !== engineFailed) return failure;
  return { ...modelFailed, message: failure.message, ...(Number.isInteger(status) && { originalStatus: status }) };
}

/** JSON, JSON in a JSON string, or a text. */
function original(message: unknown): Said {
  if (typeof message !== 'string') return {};
  return parseObject(message) ?? parseObject(unquoted(message)) ?? { message };
}

function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

function exception(name: string | undefined, said: Said, status: number): Failure {
  const meaning = name === undefined ? undefined : meanings.get(name);
  if (meaning?.status === 400 && noEndpoint.test(messageOf(said) ?? '')) return endpointMissing;
  return worded(meaning ?? { name: name ?? nameOfStatus(status), status }, said);
}

/** Nothing that a caller asked for is wrong, so it is none of their business which endpoint it is. */
const endpointMissing: Failure = {
  name: 'EndpointNotFound',
  status: 502,
  message: 'The SageMaker endpoint that this model stands for does not exist, or is not in service.',
};

/** No longer than the patterns that look for something in it should have to read. */
function messageOf(said: Said): string | undefined {
  return sentenceOf(said['Message']) ?? sentenceOf(said['message']);
}

function worded({ name, status }: Meaning, said: Said): Failure {
  return { name, status, message: messageOf(said) ?? `SageMaker answered with ${name} and no message.` };
}

/** For answers that name no exception, such as those of a load balancer in front of the service. */
function nameOfStatus(status: number): string {
  if (status === 429) return 'ThrottlingException';
  if (status === 503 || status === 504) return 'ServiceUnavailableException';
  return status >= 500 ? internal.name : 'ValidationException';
}
