import { Writable } from 'node:stream';
import { ApiError, errorBody } from '../errors.ts';
import type { HttpResponse, StreamBody } from '../http-values.ts';

/** What a function gives back behind an HTTP API (payload 2.0). */
export interface BufferedResult {
  readonly statusCode: number;
  readonly headers: HttpResponse['headers'];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Lambda's limit for the response of a buffered invocation, as its documentation gives it: 6 MB. */
const resultLimit = 6 * 1024 * 1024;

/** Kept free for what stands around the body in the result: the headers, at most 10 kB at the edge, and the names. */
const overhead = 16 * 1024;

/** JSON text, in JSON again: a quote or backslash becomes two characters, anything else that JSON allows stays one. */
const worstEscape = 2;

const textual = /^(?:text\/|application\/(?:[\w.-]+\+)?json\b)/;

/** A whole answer as an HTTP API takes it. What would be too large for Lambda becomes an error that says so. */
export async function bufferedResult({ status, headers, body }: HttpResponse): Promise<BufferedResult> {
  const whole = typeof body === 'function' ? await collect(body) : body;
  const isBase64Encoded = whole.length > 0 && !textual.test(headers['content-type'] ?? '');
  const text = encoded(whole, isBase64Encoded);
  return fits(text) ? { statusCode: status, headers, body: text, isBase64Encoded } : tooLarge(headers);
}

function encoded(body: string | Uint8Array, isBase64Encoded: boolean): string {
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
  const room = resultLimit - overhead;
  if (Buffer.byteLength(body) * worstEscape <= room) return true;
  return Buffer.byteLength(JSON.stringify(body)) <= room;
}

/** The platform would answer 502 with a text of its own. The request id, and what lets a browser read the answer, stay. */
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
