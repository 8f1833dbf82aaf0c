import type { Failure } from '../../dialects/outcome.ts';
import { errorObject } from '../openai/error-object.ts';
import { exceptionName, sentenceOf, errorTypeName } from '../wire/aws-error.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { parseJson, parseObject } from '../wire/json.ts';
import { upstreamError } from '../wire/upstream.ts';
import { gatewayFailure, stackCredentialFailure } from '../../dialects/gateway-failures.ts';
import { stackFailure } from '../stack/send.ts';

/** The service's name in the message of a failure. */
export const service = 'SageMaker';

type Body = Readonly<Record<string, unknown>>;

/** The Bedrock exception that an exception of sagemaker-runtime stands for; other code knows those. */
interface Meaning {
  readonly name: string;
  readonly status: number;
}

const internal: Meaning = { name: 'InternalServerException', status: 500 };
const modelFailed: Meaning = { name: 'ModelErrorException', status: 424 };
const modelTimeout: Meaning = { name: 'ModelTimeoutException', status: 408 };

/** Exceptions of sagemaker-runtime that are not caused by the stack's config. Names in frames start in either case. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['InternalDependencyException', internal],
  ['InternalFailure', internal],
  ['InternalStreamFailure', internal],
  ['ModelNotReadyException', { name: 'ModelNotReadyException', status: 429 }],
  ['ModelStreamError', { name: 'ModelStreamErrorException', status: 424 }],
  ['ServiceUnavailable', { name: 'ServiceUnavailableException', status: 503 }],
  ['ThrottlingException', { name: 'ThrottlingException', status: 429 }],
]);

/** `Endpoint my-endpoint of account 123456789012 not found.` */
const endpointNotFound =
  /\b(?:endpoint|inference component|variant)\b.*\b(?:not (?:be )?found|does not exist)\b|could not find (?:endpoint|variant)/is;

/** `Inference Component Name header is required for endpoints to which you plan to deploy inference components.` */
const componentRequired = /\binference component name header is required\b/i;

/** Statuses by which a container refuses the stack's own credential; callers have none there. */
const stackRefusedStatuses: ReadonlySet<number> = new Set([401, 403]);

/** Statuses of refusals that say nothing about the config: too slow, too large, too many. */
const loadStatuses: ReadonlySet<number> = new Set([408, 413, 429]);

/** Statuses by which a container refuses a caller's request. The rest of a call (path, headers, names) is the stack's. */
const callerStatuses: ReadonlySet<number> = new Set([...loadStatuses, 400, 422]);

/** LMI's status for any failure of its engine; the request is not at fault. */
const engineFailed = 424;

/** The failure of an HTTP error answer of SageMaker. */
export function sageMakerFailure(answer: ErrorAnswer): Failure {
  const body = parseObject(answer.text) ?? {};
  const name = exceptionName(answer, body);
  const retryAfter = answer.headers['retry-after'];
  const failure = name === 'ModelError' ? modelError(body) : exception(name, body, answer.status);
  const upstream = upstreamError(answer.status, name);
  return { ...failure, upstream, ...(retryAfter !== undefined && { retryAfter }) };
}

/** The failure of an exception frame in a stream. */
export function sageMakerExceptionFrame(type: string, payload: string): Failure {
  const body = parseObject(payload) ?? { Message: payload };
  const name = errorTypeName(type.charAt(0).toUpperCase() + type.slice(1));
  return { ...frameFailure(name, body), upstream: upstreamError(200, name) };
}

function frameFailure(name: string | undefined, body: Body): Failure {
  if (name === 'ModelError') return modelError(body);
  return body['ErrorCode'] === 'ModelInvocationTimeExceeded'
    ? withMessage(modelTimeout, body)
    : exception(name, body, 500);
}

/** The failure of a frame of `:message-type: error`. */
export function sageMakerErrorFrame(code: string | undefined, message: string | undefined): Failure {
  const name = errorTypeName(code);
  return { ...exception(name, { Message: message }, 500), upstream: upstreamError(200, name) };
}

/**
 * The failure of a container, with its own status and message. SageMaker's own texts (`Message`, `LogStreamArn`) name the account and its
 * log, and are dropped.
 */
function modelError(body: Body): Failure {
  const status = Number(body['OriginalStatusCode']);
  const failure = errorObject(service, parseOriginal(body['OriginalMessage']), Number.isInteger(status) ? status : 500);
  if (stackRefusedStatuses.has(status)) return stackCredentialFailure(service);
  if (callerStatuses.has(status)) return failure;
  if (status >= 400 && status < 500 && status !== engineFailed) return notServed;
  return { ...modelFailed, message: failure.message, ...(Number.isInteger(status) && { originalStatus: status }) };
}

/** The container's answer: JSON, JSON in a JSON string, or a text. */
function parseOriginal(message: unknown): unknown {
  if (typeof message !== 'string') return undefined;
  const value = parseJson(message) ?? message;
  return typeof value === 'string' ? (parseJson(value) ?? value) : value;
}

/** The failure of an exception. A ValidationError, or a refusal without an exception, is about what the stack alone puts into a call. */
function exception(name: string | undefined, body: Body, status: number): Failure {
  const meaning = name === undefined ? undefined : meanings.get(name);
  if (meaning !== undefined) return withMessage(meaning, body);
  const failure = stackFailure(withMessage({ name: name ?? nameOfStatus(status), status }, body), service);
  const isMistake = failure.status >= 400 && failure.status < 500 && !loadStatuses.has(failure.status);
  return isMistake ? misconfiguration(messageOf(body) ?? '') : failure;
}

/** The failure of a wrong config or endpoint, without their names: callers need not know them. */
function misconfiguration(message: string): Failure {
  if (endpointNotFound.test(message)) return endpointMissing;
  return componentRequired.test(message) ? componentMissing : notServed;
}

const endpointMissing = misconfigured(
  'The SageMaker endpoint or inference component that this model stands for does not exist, or is not in service.',
);
const componentMissing = misconfigured(
  'The SageMaker endpoint that this model stands for has inference components, and the config of the stack names none of them.',
);
const notServed = misconfigured(
  'The SageMaker endpoint that this model stands for does not take what it is called with.',
);

function misconfigured(message: string): Failure {
  return gatewayFailure('EndpointMisconfigured', message);
}

/** The exception's message, cut to the length that the patterns above have to read. */
function messageOf(body: Body): string | undefined {
  return sentenceOf(body['Message']) ?? sentenceOf(body['message']);
}

function withMessage({ name, status }: Meaning, body: Body): Failure {
  return { name, status, message: messageOf(body) ?? `SageMaker answered with ${name} and no message.` };
}

/** The exception name for answers without one, such as those of a load balancer in front of the service. */
function nameOfStatus(status: number): string {
  if (status === 429) return 'ThrottlingException';
  if (status === 503 || status === 504) return 'ServiceUnavailableException';
  return status >= 500 ? internal.name : 'ValidationException';
}
