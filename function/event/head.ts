/** What both edges take of an answer before its body. */
export interface Head {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `Set-Cookie` is the one header that must not be joined. */
  readonly cookies?: readonly string[];
}

/** Status and headers as API Gateway wants them from a function. */
export function head({ status, headers }: Response): Head {
  const cookies = headers.getSetCookie();
  const others = Object.fromEntries([...headers].filter(([name]) => name !== 'set-cookie'));
  return { statusCode: status, headers: others, ...(cookies.length > 0 && { cookies }) };
}
