/** HTTP statuses of the errors that SageMaker's runtime and its front door know. */
const STATUS = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 400,
  InternalDependencyException: 530,
  InternalFailure: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ModelError: 424,
  ModelNotReadyException: 429,
  ServiceUnavailable: 503,
  ThrottlingException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationError: 400,
} as const;

export type ErrorName = keyof typeof STATUS;

/** A refusal in SageMaker's own words: thrown anywhere, written in one place. Its members are spelled with capitals. */
export class SageMakerError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(type: ErrorName, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = STATUS[type];
    this.headers = { 'x-amzn-errortype': type };
    this.body = { ...members, Message: message };
  }
}

/** What a container refused or failed at, with SageMaker's sentence around it and its log's name beside it. */
export function modelError(container: {
  readonly status: number;
  readonly text: string;
  readonly logs: string;
}): SageMakerError {
  const { status, text, logs } = container;
  const side = status < 500 ? 'client' : 'server';
  return new SageMakerError(
    'ModelError',
    `Received ${side} error (${status}) from primary with message "${text}". See the log group ${logs} for more information.`,
    {
      ErrorCode: `${side.toUpperCase()}_ERROR_FROM_MODEL`,
      LogStreamArn: logs,
      OriginalMessage: text,
      OriginalStatusCode: status,
    },
  );
}
