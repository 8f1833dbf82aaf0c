import { ApiError } from '../errors.ts';
import type { HttpHeaders, HttpRequest } from '../http-values.ts';
import { objectFields, textOf } from './fields.ts';

/** Methods that are not for an API to answer: they concern proxies, or reflect a request with its key. */
const refusedMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Methods that count in either case, as the Fetch standard has it. Others are case-sensitive. */
const normalizedMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

/** The request in an HTTP API's event (payload 2.0). Throws an ApiError where the event has none that can be read. */
export function requestFromV2(event: unknown): HttpRequest {
  const all = objectFields(event);
  const http = objectFields(objectFields(all['requestContext'])['http']);
  const target = targetOf(http['method'], all['rawPath']);
  const query = textOf(all['rawQueryString']) ?? '';
  return { ...target, query, headers: headersOf({}, all['headers']), body: bodyOf(all) };
}

/**
 * The request in a REST API's event (payload 1.0). Throws an ApiError where the event has none that can be read. The path is
 * `requestContext.path`, which has the mapping key or the stage: where a mapping matches exactly, `path` is `/` alone.
 */
export function requestFromV1(event: unknown): HttpRequest {
  const all = objectFields(event);
  const context = objectFields(all['requestContext']);
  const target = targetOf(textOf(all['httpMethod']) ?? context['httpMethod'], textOf(context['path']) ?? all['path']);
  const query = queryOf(all['multiValueQueryStringParameters'], all['queryStringParameters']);
  return { ...target, query, headers: headersOf(all['multiValueHeaders'], all['headers']), body: bodyOf(all) };
}

function targetOf(method: unknown, path: unknown): Pick<HttpRequest, 'method' | 'path'> {
  if (typeof method !== 'string' || typeof path !== 'string') throw malformed('it names no method or no path');
  if (!token.test(method)) throw malformed('its method is not one that HTTP has');
  const upper = method.toUpperCase();
  if (refusedMethods.has(upper)) throw wrongMethod(method);
  return { method: normalizedMethods.has(upper) ? upper : method, path: encodePath(path) };
}

/** A method or the name of a header (RFC 9110, section 5.6.2). */
const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** A path that a URL holds as it is, and that has no code: nearly every one. */
const plainPath = /^\/[\w./~:@!$&'()*+,;=-]*$/;

/** What a URL's path cannot hold as it is. */
const unsafe = /[^\x21-\x7e]|["#<>?\\`{}]/gu;

/**
 * A path as a URL holds it. An HTTP API hands it over decoded, a REST API as it came: characters that a URL cannot hold are encoded
 * (again), and a `%` that begins no code stands for itself.
 */
function encodePath(path: string): string {
  if (plainPath.test(path)) return path;
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
  const fields = listsOrSingle(lists, single);
  for (const name of Object.keys(fields)) {
    const key = name.toLowerCase();
    for (const value of token.test(name) ? stringsOf(fields[name]) : []) {
      const before = headers.get(key);
      headers.set(key, before === undefined ? headerValue(value) : `${before}, ${headerValue(value)}`);
    }
  }
  return headers;
}

/** What the value of a header cannot have (RFC 9110, section 5.5). */
const notInValues = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/** A stray character in a header that nobody reads must not cost the caller the answer; in a key it still shows. */
function headerValue(value: string): string {
  const sane = notInValues.test(value) ? value.replaceAll(new RegExp(notInValues, 'g'), '?') : value;
  if (sane.trim() === sane) return sane;
  // Blanks and tabs alone: a no-break space is part of the value.
  return /[^\t ](?:.*[^\t ])?/s.exec(sane)?.[0] ?? '';
}

function queryOf(lists: unknown, single: unknown): string {
  const fields = Object.entries(listsOrSingle(lists, single));
  if (fields.length === 0) return '';
  return new URLSearchParams(
    fields.flatMap(([name, values]) => stringsOf(values).map((value) => [name, value])),
  ).toString();
}

/** Fields with a list of values each or, where the event has no such lists, with the last value of each. */
function listsOrSingle(lists: unknown, single: unknown): Readonly<Record<string, unknown>> {
  const listed = objectFields(lists);
  return Object.keys(listed).length > 0 ? listed : objectFields(single);
}

function stringsOf(values: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  return list.filter((value) => typeof value === 'string');
}

function malformed(what: string): ApiError {
  return new ApiError(`The gateway cannot read this request: ${what}.`, { status: 400, code: 'malformed_request' });
}

function wrongMethod(method: string): ApiError {
  return new ApiError(`The method ${method} is not allowed here.`, { status: 405, code: 'method_not_allowed' });
}
