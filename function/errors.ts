/** What an ApiError says beside its message; the names are those of OpenAI's error object. */
export interface ApiErrorOptions {
  readonly status: number;
  /** A stable word for programs, such as `model_not_found`. */
  readonly code?: string | null;
  /** The exact path of the member at fault, such as `messages[2].content[0].image_url.url`. */
  readonly param?: string | null;
  /** OpenAI's class of error; taken from the status when absent. */
  readonly type?: string;
  /** Headers of the answer, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal of ours: the one kind of error that a caller sees as it is. Anything else thrown is a bare 500. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, options: ApiErrorOptions) {
    super(message);
    this.name = 'ApiError';
    this.status = options.status;
    this.code = options.code ?? null;
    this.param = options.param ?? null;
    this.type = options.type ?? errorType(options.status);
    this.headers = options.headers ?? {};
  }
}

/** OpenAI's `type` for a status, as its own API and SDKs use them. */
export function errorType(status: number): string {
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** The four members of OpenAI's error object. */
export interface ErrorBody {
  readonly error: { message: string; type: string; param: string | null; code: string | null };
}

/** The body that every refusal is sent with. */
export function errorBody(error: ApiError): ErrorBody {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}
