import { converseExceptionStatus, type ConverseExceptionName } from '../../dialects/converse.gen.ts';

/** An exception of bedrock-runtime: its name for `x-amzn-errortype`, and the status that the service model gives it. */
export interface Exception {
  readonly name: string;
  readonly status: number;
}

/** The statuses of errors that are not AWS's, and the exception that says the same. */
const nameOfStatus: ReadonlyMap<number, ConverseExceptionName> = new Map([
  // AWS has no 401: a request without a credential it knows is refused by 403.
  [401, 'AccessDeniedException'],
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
  [408, 'ModelTimeoutException'],
  [424, 'ModelErrorException'],
  [429, 'ThrottlingException'],
  [503, 'ServiceUnavailableException'],
  [504, 'ModelTimeoutException'],
]);

/** Codes that say more than their status. */
const nameOfCode: ReadonlyMap<string, ConverseExceptionName> = new Map([
  // AWS's clients send what is throttled again; an account without money is the same a second later.
  ['insufficient_quota', 'ServiceQuotaExceededException'],
]);

/** A refusal (an ApiError, or one of OpenAI's errors) as the exception by which AWS would say it. */
export function exceptionOf({ status, code }: { readonly status: number; readonly code?: string | null }): Exception {
  const byStatus = status >= 500 ? 'InternalServerException' : 'ValidationException';
  return exception(nameOfCode.get(code ?? '') ?? nameOfStatus.get(status) ?? byStatus);
}

/** A Converse exception by its name, with its HTTP status. */
export function exception(name: ConverseExceptionName): Exception {
  return { name, status: converseExceptionStatus[name] };
}

/** Whether AWS's service model has an exception of this name. */
export function isExceptionName(name: string): name is ConverseExceptionName {
  return Object.hasOwn(converseExceptionStatus, name);
}

/** An answer in AWS's error format. */
export interface AwsErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly message: string };
}

/** A refusal (an ApiError) in AWS's error format: status, the headers that name the exception, and the body. */
export function awsErrorAnswer(error: {
  readonly status: number;
  readonly message: string;
  readonly code?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}): AwsErrorAnswer {
  const { name, status } = exceptionOf(error);
  return { status, headers: { ...error.headers, 'x-amzn-errortype': name }, body: { message: error.message } };
}

/** The exceptions that a stream can end with, by name; the union of the service model has no others. */
const inStreams: Readonly<Record<ConverseExceptionName, string>> = {
  AccessDeniedException: 'validationException',
  ConflictException: 'validationException',
  InternalServerException: 'internalServerException',
  ModelErrorException: 'modelStreamErrorException',
  ModelNotReadyException: 'serviceUnavailableException',
  ModelStreamErrorException: 'modelStreamErrorException',
  ModelTimeoutException: 'modelStreamErrorException',
  ResourceNotFoundException: 'validationException',
  ServiceQuotaExceededException: 'validationException',
  ServiceUnavailableException: 'serviceUnavailableException',
  ThrottlingException: 'throttlingException',
  ValidationException: 'validationException',
};

/** The name in the stream's union for this exception, once a stream has begun. */
export function streamException(name: string): string {
  return isExceptionName(name) ? inStreams[name] : 'internalServerException';
}
