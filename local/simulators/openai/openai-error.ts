/** Status (400 when absent), fields and headers of an error. */
export interface ErrorDetails {
  readonly status?: number;
  readonly type?: string;
  readonly code?: string | null;
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is written instead of OpenAI's error object, by servers that have another. */
  readonly body?: object;
}

/** A refusal in OpenAI's error object: thrown anywhere, written in one place. */
export class OpenAIError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;

  constructor(
    message: string,
    { status = 400, type, code = null, param = null, headers = {}, body }: ErrorDetails = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.body = body ?? { error: { message, type: type ?? typeOf(status), param, code } };
  }
}

function typeOf(status: number): string {
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** Error 400, `invalid_request_error`. */
export function invalid(message: string, param: string | null = null, code: string | null = null): OpenAIError {
  return new OpenAIError(message, { param, code });
}
