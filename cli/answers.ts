import { Failure } from './failure.ts';
import { isObject, objectIn, textIn, type JsonObject } from './json.ts';

const maxAnswerBytes = 32 * 1_024 ** 2;

/** Characters of an error's message that are shown. */
const maxMessageLength = 2_000;

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Whether the content type of an answer is this one; parameters may follow it. */
export function isMediaType({ headers }: Response, type: string): boolean {
  return (headers.get('content-type') ?? '').toLowerCase().startsWith(type);
}

/** The JSON object of a good answer, from its pieces. Rejects with the Failure of an answer that has none, or is too long. */
export async function objectOf(response: Response, pieces: Pieces): Promise<JsonObject> {
  if (!isMediaType(response, 'application/json')) throw unexpectedAnswer(response);
  const value = parsed(await textOf(response, pieces));
  if (isObject(value)) return value;
  throw new Failure(`${response.url} did not answer with a JSON object`);
}

/** The Failure for an answer that is not of the gateway, or of another kind than was asked for. */
export function unexpectedAnswer({ status, headers, url }: Response): Failure {
  const type = headers.get('content-type') ?? 'no content type';
  return new Failure(`${url} answered ${status} with ${type.slice(0, 100)}, which is not an answer of the gateway`, {
    fix: 'Check the base URL; it usually ends in /v1.',
  });
}

/** The Failure for an answer that leads elsewhere. */
export function redirected(response: Response): Failure {
  const to = response.headers.get('location') ?? '';
  return new Failure(
    `the server at ${response.url} redirects to ${to.slice(0, 200) || 'an unknown place'}; the key was not sent there`,
    { fix: 'If that is the gateway, use it as the base URL.' },
  );
}

/** The Failure for an answer with an error: OpenAI's error object, or AWS's, where there is one. */
export async function refusal(response: Response, keySource: string): Promise<Failure> {
  const { status, headers, body } = response;
  if (!isMediaType(response, 'application/json')) return unexpectedAnswer(response);
  const answer = parsed(await textOf(response, body ?? []));
  const object = isObject(answer) ? answer : {};
  const error = objectIn(object, 'error');
  const code = textIn(error, 'code');
  const requestId = headers.get('x-request-id');
  const details = [String(status), code, requestId && `request ${requestId}`].filter(Boolean).join(', ');
  const message = textIn(error, 'message') ?? textIn(object, 'message') ?? 'the server gave no message';
  const fix = fixFor({ status, code, keySource, retryAfter: headers.get('retry-after') });
  return new Failure(`${message.slice(0, maxMessageLength)} (${details})`, fix === undefined ? {} : { fix });
}

interface Refused {
  readonly status: number;
  readonly code: string | undefined;
  readonly keySource: string;
  readonly retryAfter: string | null;
}

function fixFor({ status, code, keySource, retryAfter }: Refused): string | undefined {
  if (status === 401) return `The key came from ${keySource}. It may have been deleted or rotated, or have expired.`;
  if (code === 'unsupported_endpoint' || code === 'unknown_url')
    return 'Check that the config of the stack has what this command needs (gatewayKeys, or storage for files), and that the stack is up to date.';
  if (status === 403) return `The key came from ${keySource}. 'bedrock-gateway whoami' shows what it may do.`;
  if (status === 429 && retryAfter !== null) return `Try again in ${retryAfter} s.`;
  return undefined;
}

async function textOf({ url }: Response, pieces: Pieces): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of pieces) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Failure(`${url} answered with more than 32 MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
