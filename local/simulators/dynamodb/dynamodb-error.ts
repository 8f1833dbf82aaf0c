import { AwsJsonError, type Members } from '../common/aws-json.ts';

/** Errors of DynamoDB's own, by the name in its model. */
export function dynamoDbError(name: string, message: string, members: Members = {}): AwsJsonError {
  return new AwsJsonError(`com.amazonaws.dynamodb.v20120810#${name}`, message, members);
}

/** What DynamoDB calls a malformed request. */
export const validationException = 'com.amazon.coral.validate#ValidationException';

/** A malformed request, in DynamoDB's words as far as they are known. */
export function invalid(message: string): AwsJsonError {
  return new AwsJsonError(validationException, message);
}

/** A request with values that are not valid. */
export function invalidValues(message: string): AwsJsonError {
  return invalid(`One or more parameter values were invalid: ${message}`);
}

/** A request with what DynamoDB knows, but the local stack does not. */
export function notEmulated(what: string): AwsJsonError {
  return invalid(`The local stack does not emulate ${what}.`);
}

/** What DynamoDB answers when no table has the name. */
export function noSuchTable(): AwsJsonError {
  return dynamoDbError('ResourceNotFoundException', 'Requested resource not found');
}

/** Why one operation of a transaction did not happen; `None` for one that would have. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: object;
}

/** A transaction that was not done: the reasons are in the order of its operations. */
export function cancelled(reasons: readonly CancellationReason[]): AwsJsonError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return dynamoDbError('TransactionCanceledException', message, { CancellationReasons: reasons });
}
