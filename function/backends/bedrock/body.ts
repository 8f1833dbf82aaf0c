import type { IncomingMessage } from 'node:http';
import type { Outcome, Failure } from '../../dialects/outcome.ts';
import { aborted, errorAnswer, ours } from './failures.ts';
import { parseObject } from './json.ts';

/** An error says what it has to say in far less; more is not worth memory. */
const longestError = 64 * 1024;

/** The longest answer that Lambda can hand on is 200 MB, streamed; a model's own limits are far below this. */
const longestReply = 64 * 1024 * 1024;

/** The failure that an answer with a status other than 200 is. */
export async function refusal(answer: IncomingMessage, signal: AbortSignal): Promise<Failure> {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    answer.destroy();
    return ours('UnexpectedRedirect', `Bedrock answered with a redirect (${status}), which is not followed.`);
  }
  if (status < 300) {
    answer.destroy();
    return malformed(`has the status ${status}`).failure;
  }
  const body = isCompressed(answer) ? undefined : await read(answer, longestError);
  if (body === undefined && signal.aborted) return aborted(signal.reason);
  const errorType = answer.headers['x-amzn-errortype'];
  return errorAnswer(
    {
      status,
      errorType: typeof errorType === 'string' ? errorType : undefined,
      retryAfter: answer.headers['retry-after'],
    },
    body ?? '',
  );
}

/** The JSON object that a 200 answers with. */
export async function reply(
  answer: IncomingMessage,
  signal: AbortSignal,
): Promise<Outcome<Readonly<Record<string, unknown>>>> {
  if (isCompressed(answer)) return malformed('is compressed, which was not asked for');
  const body = await read(answer, longestReply);
  if (body === undefined && signal.aborted) return { ok: false, failure: aborted(signal.reason) };
  if (body === undefined) return malformed('was cut off, or is too large');
  const value = parseObject(body);
  return value === undefined ? malformed('is not a JSON object') : { ok: true, value };
}

/** A 200 that is not what the service model defines. */
export function malformed(how: string): { ok: false; failure: Failure } {
  return { ok: false, failure: ours('MalformedReply', `Bedrock's answer ${how}.`) };
}

/**
 * The body's text up to the limit; undefined when it is cut off or longer. The socket is free again, or closed. By events,
 * which cost a third of what an async iterator does.
 */
function read(answer: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limit) answer.destroy();
    });
    answer.once('end', () => resolve(size > limit ? undefined : Buffer.concat(chunks).toString('utf8')));
    answer.on('error', () => resolve(undefined));
    // After the end or after an error it changes nothing; without either, the answer is not whole.
    answer.once('close', () => resolve(undefined));
  });
}

/** Whether the body is compressed although every request says `identity`. If so, the answer is closed unread. */
export function isCompressed(answer: IncomingMessage): boolean {
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return false;
  answer.destroy();
  return true;
}
