import type { IamErrorName } from '../../iam/iam-error.ts';

/** HTTP statuses of the refusals that are known here. */
const statusByCode = {
  AuthorizationError: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalError: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameter: 400,
  KMSAccessDenied: 400,
  ParameterValueInvalid: 400,
  MissingAuthenticationToken: 403,
  NotFound: 404,
  SignatureDoesNotMatch: 403,
} as const;

/** Code of an error of SNS, such as `InvalidParameter`. */
type SnsErrorCode = keyof typeof statusByCode;

/** What SNS calls the refusals that all services share. */
export const sharedCodes: Readonly<Record<IamErrorName, SnsErrorCode>> = {
  AccessDeniedException: 'AuthorizationError',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

/** A refusal in the words of SNS. */
export class SnsError extends Error {
  readonly code: SnsErrorCode;
  readonly status: number;

  constructor(code: SnsErrorCode, message: string) {
    super(message);
    this.code = code;
    this.status = statusByCode[code];
  }
}
