import type { IncomingMessage } from 'node:http';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import { parseObject } from './json.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { malformedAnswer, withAnswer } from './upstream.ts';

/** An error says what it has to say in far less; more is not worth memory. */
const maxErrorBytes = 64 * 1024;

/** The longest answer that Lambda can hand on is 200 MB, streamed; a model's own limits are far below this. */
const maxReplyBytes = 64 * 1024 * 1024;

/** How an answer is read. */
export interface ReadContext {
  /** The service's name in the message of a failure. */
  readonly service: string;
  /** Aborts the reading; its `reason` becomes the failure. */
  readonly signal: AbortSignal;
  /** Called for every chunk of the body. */
  readonly onChunk?: () => void;
}

/** An answer with an error status, and its text, which is empty when it cannot be read. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/**
 * The failure that an answer with a status other than 200 is: a redirect is never followed, another 2xx is no answer, and
 * what an error says is for `failureOf` to understand.
 */
export async function refusal(
  answer: IncomingMessage,
  { service, signal }: ReadContext,
  failureOf: (answer: ErrorAnswer) => Failure,
): Promise<Failure> {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    answer.destroy();
    const message = `${service} answered with a redirect (${status}), which is not followed.`;
    return withAnswer(gatewayFailure('UnexpectedRedirect', message), answer);
  }
  if (status < 300) {
    answer.destroy();
    return malformedAnswer(answer, service, `has the status ${status}`).failure;
  }
  const text = isCompressed(answer) ? undefined : await read(answer, { maxBytes: maxErrorBytes });
  const isAborted = text === undefined && signal.aborted;
  const failure = isAborted
    ? abortFailure(signal.reason, service)
    : failureOf({ status, headers: answer.headers, text: text ?? '' });
  return withAnswer(failure, answer);
}

/** The JSON object that a 200 answers with. */
export async function reply(
  answer: IncomingMessage,
  { service, signal, onChunk }: ReadContext,
): Promise<Outcome<Readonly<Record<string, unknown>>>> {
  if (isCompressed(answer)) return malformedAnswer(answer, service, 'is compressed, which was not asked for');
  const body = await read(answer, { maxBytes: maxReplyBytes, onChunk });
  if (body === undefined && signal.aborted) {
    return { ok: false, failure: withAnswer(abortFailure(signal.reason, service), answer) };
  }
  if (body === undefined) return malformedAnswer(answer, service, 'was cut off, or is too large');
  const value = parseObject(body);
  return value === undefined ? malformedAnswer(answer, service, 'is not a JSON object') : { ok: true, value };
}

interface ReadLimits {
  readonly maxBytes: number;
  readonly onChunk?: (() => void) | undefined;
}

/**
 * The body's text up to the limit; undefined when it is cut off or longer. The socket is free again, or closed. By events,
 * which cost a third of what an async iterator does.
 */
function read(answer: IncomingMessage, { maxBytes, onChunk }: ReadLimits): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      onChunk?.();
      if (size > maxBytes) answer.destroy();
    });
    answer.on('end', () => resolve(size > maxBytes ? undefined : textOf(chunks)));
    answer.on('error', () => resolve(undefined));
    // After the end or after an error it changes nothing; without either, the answer is not whole.
    answer.on('close', () => resolve(undefined));
  });
}

/** Short answers come in one chunk, which need not be copied. */
function textOf(chunks: readonly Buffer[]): string {
  const [only = Buffer.alloc(0)] = chunks;
  return (chunks.length > 1 ? Buffer.concat(chunks) : only).toString('utf8');
}

/** Whether the body is compressed although every request says `identity`. If so, the answer is closed unread. */
export function isCompressed(answer: IncomingMessage): boolean {
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return false;
  answer.destroy();
  return true;
}
