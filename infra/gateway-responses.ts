/** An error that the REST API returns itself, before or instead of the function. */
interface OwnError {
  /** API Gateway's name of the error. */
  readonly responseType: string;
  /** HTTP status; absent: API Gateway's own. */
  readonly statusCode?: string;
  readonly message: string;
  readonly type: 'invalid_request_error' | 'permission_error' | 'rate_limit_error' | 'server_error';
  readonly code: string | null;
  /** Headers in addition to the common ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

const denied = {
  message: 'The request was refused before it reached the gateway.',
  type: 'permission_error',
  code: 'permission_denied',
} as const;

/**
 * All errors that the REST API itself can return, in OpenAI's error format. The two defaults cover types that are not listed:
 * those of authorizers, API keys and usage plans, which the gateway does not use.
 */
const ownErrors: readonly OwnError[] = [
  {
    responseType: 'DEFAULT_4XX',
    message: 'The request was refused before it reached the gateway.',
    type: 'invalid_request_error',
    code: null,
  },
  {
    responseType: 'DEFAULT_5XX',
    message: 'The gateway could not be reached. Try again.',
    type: 'server_error',
    code: 'server_error',
  },
  {
    responseType: 'UNAUTHORIZED',
    statusCode: '401',
    message: 'The credential of the request was refused before it reached the gateway.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  },
  { responseType: 'ACCESS_DENIED', statusCode: '403', ...denied },
  { responseType: 'WAF_FILTERED', statusCode: '403', ...denied },
  // By default a 403: AWS returns these for a path or method without a resource if the request is not signed, and for an
  // Authorization header that is not a signature.
  ...['MISSING_AUTHENTICATION_TOKEN', 'RESOURCE_NOT_FOUND', 'INVALID_SIGNATURE'].map((responseType) => ({
    responseType,
    statusCode: '404',
    message: 'Invalid URL: nothing is served at this address.',
    type: 'invalid_request_error' as const,
    code: 'unknown_url',
  })),
  {
    responseType: 'REQUEST_TOO_LARGE',
    statusCode: '413',
    message: 'The request body is too large.',
    type: 'invalid_request_error',
    code: 'request_too_large',
  },
  {
    responseType: 'UNSUPPORTED_MEDIA_TYPE',
    statusCode: '415',
    message: 'The content type is not supported: send application/json.',
    type: 'invalid_request_error',
    code: 'unsupported_media_type',
  },
  {
    responseType: 'THROTTLED',
    statusCode: '429',
    message: 'Too many requests for this gateway. Try again in a moment.',
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': "'1'" },
  },
  // The function is throttled, or fails before its first byte.
  {
    responseType: 'INTEGRATION_FAILURE',
    statusCode: '502',
    message: 'The gateway failed before it could answer. Try again.',
    type: 'server_error',
    code: 'bad_gateway',
  },
  {
    responseType: 'INTEGRATION_TIMEOUT',
    statusCode: '504',
    message: 'The gateway did not answer in time.',
    type: 'server_error',
    code: 'timeout',
  },
];

/** What the 413 says beside that in a stack that stores files. */
const smallerRequests =
  'Send a large file as an upload: POST /v1/uploads, and then parts of up to 4 MiB, or the whole to the URL in presigned_put.';

/** Properties of a gateway response, without its API. */
export interface GatewayResponse {
  readonly responseType: string;
  readonly statusCode?: string;
  readonly responseParameters: Record<string, string>;
  readonly responseTemplates: Record<string, string>;
}

/** The gateway responses of a REST API that pages of these origins may call, in a stack that stores files or not. */
export function gatewayResponses(origins: readonly string[], storesFiles: boolean): GatewayResponse[] {
  const common = {
    'x-request-id': 'context.requestId',
    'x-content-type-options': "'nosniff'",
    ...crossOrigin(origins),
  };
  return ownErrors.map((error) =>
    gatewayResponse(storesFiles && error.code === 'request_too_large' ? withUploads(error) : error, common),
  );
}

function withUploads(error: OwnError): OwnError {
  return { ...error, message: `${error.message} ${smallerRequests}` };
}

function gatewayResponse(error: OwnError, common: Readonly<Record<string, string>>): GatewayResponse {
  const { responseType, statusCode, message, type, code, headers } = error;
  return {
    responseType,
    ...(statusCode !== undefined && { statusCode }),
    responseParameters: parameters({ ...common, ...headers }),
    // AWS clients, which call the paths below /model, look for `message` beside OpenAI's object.
    responseTemplates: { 'application/json': JSON.stringify({ message, error: { message, type, param: null, code } }) },
  };
}

function parameters(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value]));
}

/**
 * CORS headers, without which a browser hides an error from the page. A value cannot list several origins: with more than one,
 * the request's own origin is sent back. The bodies are constant and reveal nothing to a page of another origin.
 */
function crossOrigin(origins: readonly string[]): Record<string, string> {
  const [origin] = origins;
  if (origin === undefined) return {};
  const isOne = origins.length === 1 && !origin.endsWith(':*');
  const allowed = isOne ? `'${origin}'` : 'method.request.header.Origin';
  return {
    'access-control-allow-origin': allowed,
    'access-control-expose-headers': "'x-request-id,retry-after'",
    vary: "'Origin'",
  };
}
