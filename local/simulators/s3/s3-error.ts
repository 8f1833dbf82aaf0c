/** HTTP statuses of the refusals that are known here (S3 API reference, "Error responses"). */
const statusByCode = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  ConditionalRequestConflict: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  ExpiredToken: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidChunkSizeError: 403,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  ServiceUnavailable: 503,
  XAmzContentSHA256Mismatch: 400,
} as const;

/** Code of an error of S3, such as `NoSuchKey`. */
export type S3ErrorCode = keyof typeof statusByCode;

/** Elements of an error beside its code and its message, such as `Key`. */
type Details = Readonly<Record<string, string>>;

/** A refusal in the words of S3. */
export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly details: Details;

  constructor(code: S3ErrorCode, message: string, details: Details = {}) {
    super(message);
    this.code = code;
    this.status = statusByCode[code];
    this.details = details;
  }
}

/** The refusal of what S3 knows, but the local stack does not. */
export function notEmulated(what: string): S3Error {
  return new S3Error('NotImplemented', `The local stack does not emulate ${what}.`);
}

/** The refusal of an argument, in S3's form. */
export function invalidArgument(message: string, name: string, value: string): S3Error {
  return new S3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value });
}

/** The refusal of a key that no object has. */
export function noSuchKey(key: string): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
}

/** The refusal of a condition that does not hold; `condition` is its header, such as `If-Match`. */
export function preconditionFailed(condition: string): S3Error {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new S3Error('PreconditionFailed', message, { Condition: condition });
}
