/** An error of an AWS service with a REST protocol: its type is in the header `x-amzn-errortype`, its body is JSON. */
export class AwsRestError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(
    type: string,
    message: string,
    { status, body }: { status: number; body: Readonly<Record<string, unknown>> },
  ) {
    super(message);
    this.status = status;
    this.headers = { 'x-amzn-errortype': type };
    this.body = body;
  }
}

/** HTTP statuses of the errors that such services share, by type. */
export const sharedStatuses = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 400,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ModelNotReadyException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
} as const;
