import { AwsRestError, sharedStatuses } from '../common/aws-rest-error.ts';

/** HTTP statuses of the errors of Bedrock's service models and of the HTTP layer before them, by type. */
const statusByName = {
  ...sharedStatuses,
  ConflictException: 400,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  RequestEntityTooLargeException: 413,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  ValidationException: 400,
} as const;

/** Type of an error, as in the header `x-amzn-errortype`. */
export type ErrorName = keyof typeof statusByName;

/** An error of Bedrock, thrown by any rule and written by the simulator: `message`, and the fields of its type. */
export class BedrockError extends AwsRestError {
  constructor(type: ErrorName, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(type, message, { status: statusByName[type], body: { message, ...fields } });
  }
}

/** An error of Bedrock's HTTP layer, before any operation: its only field is spelled `Message`. */
export class FrontDoorError extends BedrockError {
  override readonly body: Readonly<Record<string, unknown>>;

  constructor(type: ErrorName, message: string) {
    super(type, message);
    this.body = { Message: message };
  }
}

/** ValidationException (400) with a message. */
export function invalid(message: string): BedrockError {
  return new BedrockError('ValidationException', message);
}

/** ValidationException (400) of the model itself: Bedrock puts its own sentence before the model's. */
export function refusedByModel(message: string): BedrockError {
  return invalid(`The model returned the following errors: ${message}`);
}
