/** HTTP statuses of the refusals, as services with a REST protocol give them. */
const statusByName = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 400,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
} as const;

/** Name of an error that every service shares, such as `AccessDeniedException`. */
export type IamErrorName = keyof typeof statusByName;

/** A request that its signature or the role's policies do not let in. */
export class IamError extends Error {
  override readonly name: IamErrorName;
  readonly status: number;

  constructor(name: IamErrorName, message: string) {
    super(message);
    this.name = name;
    this.status = statusByName[name];
  }
}
