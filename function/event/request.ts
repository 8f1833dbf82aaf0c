import { ApiError } from '../errors.ts';
import { members, text } from './members.ts';

/** A request as the gateway's core takes it needs some origin; no route depends on it. */
const origin = 'https://gateway.invalid';

/** The Fetch standard takes these methods for a mistake in the program. */
const forbidden = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** What both payload versions come down to. */
interface Parts {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly query: string;
  readonly headers: Headers;
}

/** The request in an HTTP API's event (payload 2.0), without its body. Throws an ApiError when there is none in it. */
export function requestFromV2(event: unknown): Request {
  const all = members(event);
  const http = members(members(all['requestContext'])['http']);
  return request({
    method: text(http['method']),
    path: text(all['rawPath']),
    query: text(all['rawQueryString']) ?? '',
    headers: headersOf({}, all['headers']),
  });
}

/**
 * The request in a REST API's event (payload 1.0). The path is `requestContext.path`, which has the mapping key or the
 * stage: where a mapping matches exactly, `path` is `/` alone.
 */
export function requestFromV1(event: unknown): Request {
  const all = members(event);
  const context = members(all['requestContext']);
  return request({
    method: text(all['httpMethod']) ?? text(context['httpMethod']),
    path: text(context['path']) ?? text(all['path']),
    query: queryOf(all['multiValueQueryStringParameters'], all['queryStringParameters']),
    headers: headersOf(all['multiValueHeaders'], all['headers']),
  });
}

function request({ method, path, query, headers }: Parts): Request {
  if (method === undefined || path === undefined) throw malformed('it names no method or no path');
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method)) throw malformed('its method is not one that HTTP has');
  if (forbidden.has(method.toUpperCase())) throw wrongMethod(method);
  const url = `${origin}${encoded(path)}${query === '' ? '' : `?${query}`}`;
  return new Request(url, { method, headers });
}

/**
 * An HTTP API hands over the path decoded, a REST API as it came. What a URL cannot hold is encoded (again); a `%` that
 * begins no code stands for itself. A URL would resolve the segments `.` and `..` and drop a blank at its end: encoded once more
 * than it understands, they stay for the routes to refuse.
 */
function encoded(path: string): string {
  const absolute = path.startsWith('/') ? path : `/${path}`;
  return absolute
    .replaceAll(/%(?![\da-f]{2})/gi, '%25')
    .replaceAll(/[?#\\ \p{Cc}]/gu, encodeURIComponent)
    .replaceAll(/(?<=\/)(?:\.|%2e){1,2}(?=\/|$)/gi, (dots) => dots.replaceAll(/\.|%2e/gi, '%252e'));
}

/** The body in an event of either kind; it goes beside the request. Throws an ApiError for one that cannot be read. */
export function bodyFrom(event: unknown): string | Uint8Array | undefined {
  const { body, isBase64Encoded } = members(event);
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body !== 'string') throw malformed('its body is not text');
  if (isBase64Encoded !== true) return body;
  const bytes = Buffer.from(body, 'base64');
  // Buffer skips what is not base64, so bad input shows in fewer bytes than its length stands for.
  if (bytes.length !== Buffer.byteLength(body, 'base64')) throw malformed('its body is not base64');
  return bytes;
}

/** Values are kept one by one where the event has them so: two `Authorization` headers must not look like one. */
function headersOf(lists: unknown, single: unknown): Headers {
  const headers = new Headers();
  const listed = Object.entries(members(lists));
  const entries = listed.length > 0 ? listed : Object.entries(members(single));
  for (const [name, values] of entries) {
    if (!isHeaderName(name)) continue;
    for (const value of [values].flat()) {
      if (typeof value === 'string') headers.append(name, headerValue(value));
    }
  }
  return headers;
}

function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

/** A stray character in a header that nobody reads must not cost the caller the answer; in a key it still shows. */
function headerValue(value: string): string {
  return value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?');
}

function queryOf(lists: unknown, single: unknown): string {
  const query = new URLSearchParams();
  const listed = Object.entries(members(lists));
  const entries = listed.length > 0 ? listed : Object.entries(members(single));
  for (const [name, values] of entries) {
    for (const value of [values].flat()) {
      if (typeof value === 'string') query.append(name, value);
    }
  }
  return query.toString();
}

function malformed(what: string): ApiError {
  return new ApiError(`The gateway cannot read this request: ${what}.`, { status: 400, code: 'malformed_request' });
}

function wrongMethod(method: string): ApiError {
  return new ApiError(`The method ${method} is not allowed here.`, { status: 405, code: 'method_not_allowed' });
}
