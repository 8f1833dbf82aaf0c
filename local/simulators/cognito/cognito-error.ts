import { AwsJsonError } from '../common/aws-json.ts';

/** What Cognito calls a malformed request. */
export const invalidParameter = 'InvalidParameterException';

/** A malformed request, in Cognito's words as far as they are known. */
export function invalid(message: string): AwsJsonError {
  return new AwsJsonError(invalidParameter, message);
}

/** A request with what Cognito knows, but the local stack does not. */
export function notEmulated(what: string): AwsJsonError {
  return invalid(`The local stack does not emulate ${what}.`);
}
