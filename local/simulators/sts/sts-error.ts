import type { IamErrorName } from '../../iam/iam-error.ts';

/** HTTP statuses of the refusals that the query protocol knows. */
const statusByCode = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterValue: 400,
  MalformedPolicyDocument: 400,
  MissingAuthenticationToken: 403,
  SignatureDoesNotMatch: 403,
  ValidationError: 400,
} as const;

/** Code of an STS error, such as `AccessDenied`. */
export type StsErrorCode = keyof typeof statusByCode;

/** What STS calls the refusals that all services share. */
export const sharedCodes: Readonly<Record<IamErrorName, StsErrorCode>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

/** A refusal in STS's own words. */
export class StsError extends Error {
  readonly code: StsErrorCode;
  readonly status: number;

  constructor(code: StsErrorCode, message: string) {
    super(message);
    this.code = code;
    this.status = statusByCode[code];
  }
}
