import { stringEnd } from '../dialects/json-text.ts';
import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import type { HttpHeaders, HttpRequest } from '../http-values.ts';

/** How a body is read; each field has a default. */
export interface BodyOptions {
  /** Bytes that the body may have. */
  readonly maxBytes?: number;
  /** Whether a blob is taken as well, and no type at all: what AWS's clients say where Bedrock takes any body as JSON. */
  readonly blob?: boolean;
  /** How deep arrays and objects may nest. */
  readonly maxDepth?: number;
}

/** Names the stored file that has the body of a request, which is then empty itself. */
export const storedBodyHeader = 'x-gateway-body';

/**
 * Bytes that a body may have: as many as Bedrock takes (InvokeModel's `body` in AWS's service model). Only stored ones have so many:
 * Lambda's limit for a whole event is 6 MB.
 */
export const maxBodyBytes = 25_000_000;

/**
 * How deep arrays and objects may nest. The JSON schemas of tools are the deepest that callers really send, at some twenty levels;
 * code that visits a value recursively later (validators, translators, the models' own parsers) is safe up to here.
 */
export const maxJsonDepth = 128;

/** The decoder of every body: making one costs more than decoding a short body. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A request's body: the JSON object, and its text. */
export interface JsonBody {
  readonly value: Record<string, unknown>;
  readonly text: string;
}

/** Reads a request's JSON object. Throws an ApiError that says what is wrong with the body. */
export function readJson(request: HttpRequest, options: BodyOptions = {}): JsonBody {
  const text = readText(request, options);
  return { value: jsonObject(text, options), text };
}

/** Reads a request's body as text, which must say that it is JSON. Throws an ApiError that says what is wrong with it. */
export function readText(request: HttpRequest, { maxBytes = maxBodyBytes, blob = false }: BodyOptions = {}): string {
  checkHeaders(request.headers, blob ? jsonOrBlob : jsonOnly);
  return decoded(bodyWithin(request, maxBytes));
}

/**
 * Reads a request's body as it is, whatever it says it is, but for the types that a browser's page may send to anybody without
 * asking first. Throws an ApiError for those, and for a body that is too large or compressed.
 */
export function readBytes(
  request: HttpRequest,
  { maxBytes = maxBodyBytes }: Pick<BodyOptions, 'maxBytes'> = {},
): string | Uint8Array {
  checkHeaders(request.headers, anyButSimple);
  return bodyWithin(request, maxBytes);
}

/**
 * A body as text, without the byte order mark that some editors and clients write and JSON does not have (RFC 8259, section 8.1).
 * Throws an ApiError where it is not valid UTF-8.
 */
export function decoded(body: string | Uint8Array): string {
  if (typeof body !== 'string') return decode(body);
  return body.startsWith('\uFEFF') ? body.slice(1) : body;
}

/** The JSON object in a text. Throws an ApiError that says what is wrong with it. */
export function jsonObject(json: string, options: Pick<BodyOptions, 'maxDepth'> = {}): Record<string, unknown> {
  const value = jsonValue(json, options);
  if (!isObject(value)) throw invalid('The body of the request must be a JSON object.');
  return value;
}

/** The JSON in a text. Throws an ApiError that says what is wrong with it. */
export function jsonValue(json: string, options: Pick<BodyOptions, 'maxDepth'> = {}): unknown {
  const value = parse(json);
  const maxDepth = options.maxDepth ?? maxJsonDepth;
  const flaw = flawOf(value, maxDepth);
  if (flaw === 'infinite') throw infinite(value);
  if (flaw === 'deep') throw tooDeep(maxDepth);
  return value;
}

/** What a number has that may be infinite to a parser: an exponent of three digits, or 200 digits in a row. Few texts have either. */
const mayBeInfinite = /\de\+?\d{3}|(?<!\d)\d{200}/i;

/**
 * Throws an ApiError for a body that passes through unread and has a number which is infinite to a parser, even in the first of two
 * fields of one name.
 */
export function checkNumbers(body: string | Uint8Array): void {
  const json = (typeof body === 'string' ? body : Buffer.from(body).toString('latin1')).replace(byteOrderMark, '');
  if (!mayBeInfinite.test(json) || !hasInfinite(json)) return;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Upstream says what is wrong with it.
    return;
  }
  // Below the greatest depth, the field is not named.
  throw infinite(flawOf(value, maxJsonDepth) === 'infinite' ? value : undefined);
}

/** A byte order mark at the start of a text: decoded, or as the three bytes of UTF-8 read as Latin-1. */
const byteOrderMark = /^(?:\uFEFF|\u00EF\u00BB\u00BF)/;

/** Where the search for such numbers stops: at strings too, to leave them out. */
const stops = new RegExp(`"|${mayBeInfinite.source}`, 'gi');

/** A number in JSON text, from its beginning on. */
const jsonNumber = /[\d.eE+-]*/y;

/** Whether JSON text has a number outside of its strings that is infinite to a parser. */
function hasInfinite(json: string): boolean {
  stops.lastIndex = 0;
  for (let stop = stops.exec(json); stop !== null; stop = stops.exec(json)) {
    if (stop[0] === '"') stops.lastIndex = stringEnd(json, stop.index);
    else {
      let from = stop.index;
      while ('0123456789.eE+-'.includes(json[from - 1] ?? ' ')) from -= 1;
      jsonNumber.lastIndex = from;
      const number = jsonNumber.exec(json)?.[0] ?? '';
      if (Math.abs(Number(number)) === Infinity) return true;
      stops.lastIndex = from + number.length;
    }
  }
  return false;
}

const jsonOnly = /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const anyButSimple = /^(?!\s*(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b)/i;
const jsonOrBlob = /^\s*(?:$|application\/(?:(?:[\w.-]+\+)?json|octet-stream)\s*(?:;|$))/i;

function checkHeaders(headers: HttpHeaders, taken: RegExp): void {
  const contentType = headers.get('content-type') ?? '';
  // OpenAI answers 400 to any other type as well. A browser's page cannot send JSON without a preflight.
  if (!taken.test(contentType)) {
    throw invalid(
      `Unsupported content type: '${printable(contentType)}'. Send the body as JSON, with the header 'Content-Type: application/json'.`,
      'unsupported_content_type',
    );
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new ApiError('A compressed body is not taken: send it without Content-Encoding.', {
      status: 415,
      code: 'unsupported_content_encoding',
    });
  }
}

function bodyWithin({ body = '' }: HttpRequest, maxBytes: number): string | Uint8Array {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > maxBytes) throw bodyTooLarge(maxBytes);
  return body;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid('The body of the request is not valid UTF-8.');
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own message quotes the body: it could put prompt text into a log.
    const what = json.trim() === '' ? 'it is empty' : 'it is not valid JSON';
    throw invalid(`We could not parse the JSON body of your request: ${what}. The API expects a JSON payload.`);
  }
}

/**
 * What is wrong with a value: it nests deeper than `levels`, or has an infinite number, such as 1e400, which JSON cannot express.
 * Visits values, not characters, so long texts cost nothing, and goes no deeper than `levels`: V8 parses any depth without recursion,
 * and this must not overflow the stack either.
 */
function flawOf(value: unknown, levels: number): 'deep' | 'infinite' | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'infinite';
  if (Array.isArray(value)) return levels === 0 ? 'deep' : flawIn(value, levels);
  if (!isObject(value)) return undefined;
  if (levels === 0) return 'deep';
  for (const key in value) {
    const flaw = flawOf(value[key], levels - 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function flawIn(list: readonly unknown[], levels: number): 'deep' | 'infinite' | undefined {
  for (const item of list) {
    const flaw = flawOf(item, levels - 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function infinite(value: unknown): ApiError {
  const path = printable((infiniteAt(value) ?? '').replace(/^\./, ''));
  const where = path === '' ? 'a field of the body' : `'${path}'`;
  return new ApiError(`Invalid value for ${where}: the number is too large.`, {
    status: 400,
    code: 'invalid_value',
    param: path || null,
  });
}

/** The path of the first infinite number, found by the way that `flawOf` goes, and so no deeper. */
function infiniteAt(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const path = infiniteAt(inner);
    if (path !== undefined) return (Array.isArray(value) ? `[${key}]` : `.${key}`) + path;
  }
  return undefined;
}

function printable(header: string): string {
  return header.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

/** The ApiError 400 for JSON that nests deeper than so many levels. */
export function tooDeep(levels: number): ApiError {
  return invalid(
    `The JSON body of the request is nested too deeply: at most ${levels} levels are taken.`,
    'json_too_deep',
  );
}

/** The ApiError 413 for a body of more than so many bytes. */
export function bodyTooLarge(maxBytes: number): ApiError {
  return new ApiError(`The body of the request is too large: at most ${maxBytes} bytes are taken.`, {
    status: 413,
    code: 'request_too_large',
  });
}

function invalid(message: string, code: string | null = null): ApiError {
  return new ApiError(message, { status: 400, code });
}
