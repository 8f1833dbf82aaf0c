import type { IncomingMessage } from 'node:http';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import { parseObject } from './json.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { malformedAnswer, withAnswer } from './upstream.ts';

/** Bytes of an error answer that are read: far above any error's length. */
const maxErrorBytes = 64 * 1024;

/** Bytes of an answer that are read: far above any model's limit. Lambda itself can stream 200 MB. */
export const maxReplyBytes = 64 * 1024 * 1024;

/** How an answer is read. */
export interface ReadContext {
  /** The service's name in the message of a failure. */
  readonly service: string;
  /** Aborts the reading; its `reason` becomes the failure. */
  readonly signal: AbortSignal;
  /** Called for every chunk of the body. */
  readonly onChunk?: () => void;
}

/** An answer with an error status; its text is empty where it cannot be read. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/**
 * The failure of an answer with a status other than 200: a redirect is never followed, another 2xx is a MalformedReply, and `failureOf`
 * reads an error.
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

/** The JSON object of a 200, or a MalformedReply. */
export async function readReply(
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
 * The body's text; undefined where it is cut off or above the limit. Afterwards the socket is free again, or closed. Uses events, which
 * cost a third of an async iterator.
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
    // After the end this changes nothing; without it, the answer is incomplete. An error is emitted only to who listens for it.
    answer.on('close', () => resolve(undefined));
  });
}

/** The text of all chunks. Short answers come in one, which is not copied. */
function textOf(chunks: readonly Buffer[]): string {
  const [only = Buffer.alloc(0)] = chunks;
  return (chunks.length > 1 ? Buffer.concat(chunks) : only).toString('utf8');
}

/** Whether the body is compressed although every request asks for `identity`; closes such an answer unread. */
export function isCompressed(answer: IncomingMessage): boolean {
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return false;
  answer.destroy();
  return true;
}
