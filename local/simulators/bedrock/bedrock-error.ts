/** HTTP statuses of the errors that Bedrock's service models and its front door know. */
const STATUS = {
  AccessDeniedException: 403,
  ConflictException: 400,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 400,
  InternalServerException: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  RequestEntityTooLargeException: 413,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
} as const;

export type ErrorName = keyof typeof STATUS;

/** A refusal in Bedrock's own words: thrown anywhere, written in one place. */
export class BedrockError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(type: ErrorName, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = STATUS[type];
    this.headers = { 'x-amzn-errortype': type };
    this.body = { message, ...members };
  }
}

/** An error of the front door, before any operation: its member is spelled `Message`. */
export class FrontDoorError extends BedrockError {
  override readonly body: Readonly<Record<string, unknown>>;

  constructor(type: ErrorName, message: string) {
    super(type, message);
    this.body = { Message: message };
  }
}

export function invalid(message: string): BedrockError {
  return new BedrockError('ValidationException', message);
}

/** What the model itself refused: Bedrock puts its own sentence before the model's. */
export function refusedByModel(message: string): BedrockError {
  return invalid(`The model returned the following errors: ${message}`);
}
