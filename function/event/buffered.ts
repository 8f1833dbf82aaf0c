import { Writable } from 'node:stream';
import { ApiError, errorBody } from '../errors.ts';
import type { HttpResponse, StreamBody } from '../http-values.ts';

/** The result of a function behind an HTTP API (payload 2.0). */
export interface BufferedResult {
  readonly statusCode: number;
  readonly headers: HttpResponse['headers'];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Lambda's limit for the response of a buffered invocation: 6 MB (AWS Lambda quotas). */
const maxResultBytes = 6 * 1024 * 1024;

/** Bytes kept free for what stands around the body in a result: the headers, at most 10 kB at the edge, and the names. */
const overheadBytes = 16 * 1024;

/** How much longer JSON text can get in a JSON string: a quote or backslash becomes two characters, anything else stays one. */
const maxEscapeFactor = 2;

/** Content types whose body goes as text; any other goes as base64. */
const textTypes = /^(?:text\/|application\/(?:[\w.-]+\+)?json\b)/;

/** A response as an HTTP API takes it, a stream collected to its end. One that is too large for Lambda becomes an error that says so. */
export async function bufferedResult({ status, headers, body }: HttpResponse): Promise<BufferedResult> {
  const whole = typeof body === 'function' ? await collect(body) : body;
  const isBase64Encoded = whole.length > 0 && !textTypes.test(headers['content-type'] ?? '');
  const text = encodeBody(whole, isBase64Encoded);
  return fits(text) ? { statusCode: status, headers, body: text, isBase64Encoded } : tooLarge(headers);
}

function encodeBody(body: string | Uint8Array, isBase64Encoded: boolean): string {
  if (typeof body === 'string') return isBase64Encoded ? Buffer.from(body).toString('base64') : body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.toString(isBase64Encoded ? 'base64' : 'utf8');
}

async function collect(body: StreamBody): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const write = (chunk: Uint8Array, _encoding: string, done: () => void): void => {
    chunks.push(chunk);
    done();
  };
  await body(new Writable({ write }));
  return Buffer.concat(chunks);
}

function fits(body: string): boolean {
  const maxBytes = maxResultBytes - overheadBytes;
  if (Buffer.byteLength(body) * maxEscapeFactor <= maxBytes) return true;
  return Buffer.byteLength(JSON.stringify(body)) <= maxBytes;
}

/** The error in place of a result that the platform would refuse. The request id stays, and so do the headers for browsers. */
function tooLarge({ 'content-length': _length, ...headers }: HttpResponse['headers']): BufferedResult {
  const error = new ApiError(
    'The answer is larger than the 6 MB that can be sent whole on this path. Ask for less, or for a stream where the stack has its streaming API.',
    { status: 502, code: 'response_too_large' },
  );
  return {
    statusCode: error.status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(errorBody(error)),
    isBase64Encoded: false,
  };
}
