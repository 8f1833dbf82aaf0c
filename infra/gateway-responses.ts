/** An error that the REST API makes by itself, before or instead of the function. */
interface OwnError {
  /** What API Gateway calls it. */
  readonly responseType: string;
  /** Absent: the status that the error has anyway. */
  readonly statusCode?: string;
  readonly message: string;
  readonly type: 'invalid_request_error' | 'permission_error' | 'rate_limit_error' | 'server_error';
  readonly code: string | null;
  /** Headers beside the common ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

const denied = {
  message: 'The request was refused before it reached the gateway.',
  type: 'permission_error',
  code: 'permission_denied',
} as const;

/**
 * Every way in which the REST API itself can answer, in the words of OpenAI's error object. Types that are not listed
 * (authorizers, API keys and usage plans, which the gateway does not have) fall under the two defaults.
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
  // What AWS says, with 403, about a path or method that it has no resource for when the request is not signed,
  // and about an Authorization header that is not a signature.
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
  // A function that is throttled, or fails before its first byte.
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

/** What one gateway response is made of, beside the API it belongs to. */
export interface GatewayResponse {
  readonly responseType: string;
  readonly statusCode?: string;
  readonly responseParameters: Record<string, string>;
  readonly responseTemplates: Record<string, string>;
}

/** The gateway responses of a REST API whose pages may be called from these origins. */
export function gatewayResponses(origins: readonly string[]): GatewayResponse[] {
  const common = {
    'x-request-id': 'context.requestId',
    'x-content-type-options': "'nosniff'",
    ...crossOrigin(origins),
  };
  return ownErrors.map((error) => gatewayResponse(error, common));
}

function gatewayResponse(error: OwnError, common: Readonly<Record<string, string>>): GatewayResponse {
  const { responseType, statusCode, message, type, code, headers } = error;
  return {
    responseType,
    ...(statusCode !== undefined && { statusCode }),
    responseParameters: parameters({ ...common, ...headers }),
    // AWS's clients, which call what is below /model, look for `message` beside OpenAI's object.
    responseTemplates: { 'application/json': JSON.stringify({ message, error: { message, type, param: null, code } }) },
  };
}

function parameters(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value]));
}

/**
 * A browser hides an error without these headers from the page that caused it. One value cannot name several origins, so
 * the caller's own is sent back then: these bodies are constant, and say nothing to a page that may not call.
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
