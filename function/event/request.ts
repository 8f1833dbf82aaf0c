import { ApiError } from '../errors.ts';
import type { HttpHeaders, HttpRequest } from '../http-values.ts';
import { members, text } from './members.ts';

/** Methods that are not for an API to answer: they concern proxies, or reflect a request with its key. */
const refusedMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Methods that count in either case, as the Fetch standard has it. Others are case-sensitive. */
const normalizedMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

/** The request in an HTTP API's event (payload 2.0). Throws an ApiError where the event has none that can be read. */
export function requestFromV2(event: unknown): HttpRequest {
  const all = members(event);
  const http = members(members(all['requestContext'])['http']);
  const target = targetOf(http['method'], all['rawPath']);
  const query = text(all['rawQueryString']) ?? '';
  return { ...target, query, headers: headersOf({}, all['headers']), body: bodyOf(all) };
}

/**
 * The request in a REST API's event (payload 1.0). Throws an ApiError where the event has none that can be read. The path is
 * `requestContext.path`, which has the mapping key or the stage: where a mapping matches exactly, `path` is `/` alone.
 */
export function requestFromV1(event: unknown): HttpRequest {
  const all = members(event);
  const context = members(all['requestContext']);
  const target = targetOf(text(all['httpMethod']) ?? context['httpMethod'], text(context['path']) ?? all['path']);
  const query = queryOf(all['multiValueQueryStringParameters'], all['queryStringParameters']);
  return { ...target, query, headers: headersOf(all['multiValueHeaders'], all['headers']), body: bodyOf(all) };
}

function targetOf(method: unknown, path: unknown): Pick<HttpRequest, 'method' | 'path'> {
  if (typeof method !== 'string' || typeof path !== 'string') throw malformed('it names no method or no path');
  if (!token.test(method)) throw malformed('its method is not one that HTTP has');
  const upper = method.toUpperCase();
  if (refusedMethods.has(upper)) throw wrongMethod(method);
  return { method: normalizedMethods.has(upper) ? upper : method, path: encodedPath(path) };
}

/** A method or the name of a header (RFC 9110, section 5.6.2). */
const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** What a URL's path cannot hold as it is. */
const unsafe = /[^\x21-\x7e]|["#<>?\\`{}]/gu;

/**
 * An HTTP API hands over the path decoded, a REST API as it came. What a URL cannot hold is encoded (again); a `%` that begins no
 * code stands for itself.
 */
function encodedPath(path: string): string {
  const absolute = path.startsWith('/') ? path : `/${path}`;
  return absolute
    .toWellFormed()
    .replaceAll(/%(?![\da-f]{2})/gi, '%25')
    .replaceAll(unsafe, encodeURIComponent);
}

function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): HttpRequest['body'] {
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body !== 'string') throw malformed('its body is not text');
  if (isBase64Encoded !== true) return body;
  const bytes = Buffer.from(body, 'base64');
  // Buffer skips what is not base64, so bad input shows in fewer bytes than its length stands for.
  if (bytes.length !== Buffer.byteLength(body, 'base64')) throw malformed('its body is not base64');
  return bytes;
}

/** Headers, of which values are kept one by one where the event has them so: two `Authorization` headers must not look like one. */
function headersOf(lists: unknown, single: unknown): HttpHeaders {
  const headers = new Map<string, string>();
  for (const [name, value] of valuesOf(lists, single)) {
    if (!token.test(name)) continue;
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? headerValue(value) : `${before}, ${headerValue(value)}`);
  }
  return headers;
}

/** A stray character in a header that nobody reads must not cost the caller the answer; in a key it still shows. */
function headerValue(value: string): string {
  const sane = value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?');
  if (sane.trim().length === sane.length) return sane;
  // Blanks and tabs alone: a no-break space is part of the value.
  return /[^\t ](?:.*[^\t ])?/s.exec(sane)?.[0] ?? '';
}

function queryOf(lists: unknown, single: unknown): string {
  const values = valuesOf(lists, single);
  return values.length === 0 ? '' : new URLSearchParams(values).toString();
}

/** Names with their values, one pair for each value: from the lists, or where there are none from the single values. */
function valuesOf(lists: unknown, single: unknown): [name: string, value: string][] {
  const listed = Object.entries(members(lists));
  const pairs: [string, string][] = [];
  for (const [name, values] of listed.length > 0 ? listed : Object.entries(members(single))) {
    for (const value of Array.isArray(values) ? values : [values]) {
      if (typeof value === 'string') pairs.push([name, value]);
    }
  }
  return pairs;
}

function malformed(what: string): ApiError {
  return new ApiError(`The gateway cannot read this request: ${what}.`, { status: 400, code: 'malformed_request' });
}

function wrongMethod(method: string): ApiError {
  return new ApiError(`The method ${method} is not allowed here.`, { status: 405, code: 'method_not_allowed' });
}
