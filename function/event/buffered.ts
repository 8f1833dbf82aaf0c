import { ApiError, errorBody } from '../errors.ts';
import { head, type Head } from './head.ts';

/** What a function gives back behind an HTTP API (payload 2.0). */
export interface BufferedResult extends Head {
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
export async function bufferedResult(response: Response): Promise<BufferedResult> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isBase64Encoded = bytes.length > 0 && !textual.test(response.headers.get('content-type') ?? '');
  const body = bytes.toString(isBase64Encoded ? 'base64' : 'utf8');
  if (!fits(body)) return tooLarge(response.headers);
  return { ...head(response), body, isBase64Encoded };
}

function fits(body: string): boolean {
  const room = resultLimit - overhead;
  if (Buffer.byteLength(body) * worstEscape <= room) return true;
  return Buffer.byteLength(JSON.stringify(body)) <= room;
}

/** The platform would answer 502 with a text of its own. */
function tooLarge(headers: Headers): BufferedResult {
  const error = new ApiError(
    'The answer is larger than the 6 MB that can be sent whole on this path. Ask for less, or for a stream where the stack has its streaming API.',
    { status: 502, code: 'response_too_large' },
  );
  // The request id, and what lets a browser read the answer, stay.
  const kept = new Headers(headers);
  kept.set('content-type', 'application/json');
  kept.delete('content-length');
  const { status } = error;
  return {
    ...head(new Response(null, { status, headers: kept })),
    body: JSON.stringify(errorBody(error)),
    isBase64Encoded: false,
  };
}
